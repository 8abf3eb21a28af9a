"""A second platform: the notebooks under Pyodide, Python compiled to WebAssembly, in Node and in the browser.

runtime fetches and verifies it, wheels prepares what it loads, kernel and nbval_wasm run and compare notebooks.
"""

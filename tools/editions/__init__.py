"""The editions of the collection: what is built from the same notebooks for other places than JupyterLab."""

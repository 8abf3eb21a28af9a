// In the page of a notebook: the packages that this one needs besides, and the keeper of files for later visits.
(() => {
  const more = @MORE@;
  const name = (new URLSearchParams(location.search).get("path") ?? "").split("/").pop().replace(/\.ipynb$/, "");
  const config = document.getElementById("jupyter-config-data");
  // JupyterLite writes its merged settings here once, before it loads itself.
  const written = (_changes, observer) => {
    observer.disconnect();
    const settings = JSON.parse(config.textContent);
    const kernel = settings.litePluginSettings["@jupyterlite/pyodide-kernel-extension:kernel"];
    kernel.loadPyodideOptions.packages.push(...(more[name] ?? []));
    config.textContent = JSON.stringify(settings);
  };
  if (more[name]) new MutationObserver(written).observe(config, { childList: true, characterData: true, subtree: true });
  navigator.serviceWorker?.register("../sw.js");
})();

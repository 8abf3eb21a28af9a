/* Folded sections open for a link that points into them, and for printing; wide outputs can be scrolled by keyboard. */
(() => {
  "use strict";
  function openAround(element) {
    for (let at = element; at; at = at.parentElement) {
      if (at.tagName === "DETAILS") at.open = true;
      const folded = at.tagName === "SECTION" ? at.querySelector(":scope > details.symbiosis-deeper") : null;
      if (folded) folded.open = true;
    }
  }
  function followed() {
    let target = null;
    try {
      target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    } catch { /* Not an address of ours. */ }
    if (!target) return;
    openAround(target);
    target.scrollIntoView();
  }
  function reachable() {
    for (const box of document.querySelectorAll("div.cell_output, div.highlight pre, .pst-scrollable-table-container")) {
      if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
    }
  }
  addEventListener("hashchange", followed);
  addEventListener("beforeprint", () => document.querySelectorAll("details.symbiosis-deeper").forEach((one) => { one.open = true; }));
  addEventListener("load", () => { followed(); reachable(); });
})();

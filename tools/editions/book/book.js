/* Folded sections open for a link that points into them, and for printing; wide outputs can be scrolled by keyboard; the
   live version of a page opens inside it, or the page says why it cannot. */
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
  /* What was folded is folded again once it has been printed. */
  let folded = [];
  function unfold() {
    folded = [...document.querySelectorAll("details.symbiosis-deeper:not([open])")];
    for (const one of folded) one.open = true;
  }
  function fold() {
    for (const one of folded) one.open = false;
    folded = [];
  }

  const FROM_A_FILE = "This page was opened from a file, and there no browser runs Python. Serve the editions with " +
    "python start.py serve, and open the book at the address that it names.";
  const NOT_BUILT = "There is no browser edition beside this book. python start.py site builds it.";

  function make(tag, properties, ...children) {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  }
  async function unavailable(address) {
    if (location.protocol === "file:") return FROM_A_FILE;
    try {
      return (await fetch(address, { method: "HEAD" })).ok ? "" : NOT_BUILT;
    } catch {
      return NOT_BUILT;
    }
  }
  async function live(event) {
    const link = event.currentTarget;
    if (event.ctrlKey || event.metaKey || event.shiftKey || new URL(link.href).host !== location.host) return;
    event.preventDefault();
    const place = link.closest("section.symbiosis-frames") ?? link.closest("p");
    if (place.nextElementSibling?.matches(".symbiosis-live-here")) place.nextElementSibling.remove();
    const here = make("div", { className: "symbiosis-live-here" });
    here.setAttribute("role", "status");
    place.after(here);
    const why = await unavailable(link.href);
    if (why) {
      here.append(make("p", {}, why));
      return;
    }
    const close = make("button", { type: "button" }, "Close the live version");
    close.addEventListener("click", () => { here.remove(); link.focus(); });
    const frame = make("iframe", { src: link.href, title: "This notebook, running in your browser" });
    here.append(make("p", {}, "Menu Run, then Run All Cells. ", close), frame);
    here.scrollIntoView({ block: "nearest" });
  }

  addEventListener("hashchange", followed);
  addEventListener("beforeprint", unfold);
  addEventListener("afterprint", fold);
  addEventListener("load", () => { followed(); reachable(); });
  addEventListener("DOMContentLoaded", () => {
    for (const link of document.querySelectorAll("a.symbiosis-live")) link.addEventListener("click", live);
  });
})();

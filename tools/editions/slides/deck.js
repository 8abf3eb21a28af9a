/* One deck: slides that are too tall are split, then reveal.js shows them, with a clock, a map and the code behind a
   slide. Nothing is fetched. */
(() => {
  "use strict";
  const parts = JSON.parse(document.getElementById("parts").textContent);
  const holder = document.querySelector(".slides");
  const SPLITS = "DIV, UL, OL, TABLE, TBODY, SECTION";

  const tooTall = (body) => body.scrollHeight > body.clientHeight + 1 || body.scrollWidth > body.clientWidth + 1;

  /* A heading, or the line before a list, goes with what it announces. */
  const announces = (line, next) => line && (/^H\d$/.test(line.tagName) || (line.tagName === "P" && next.tagName === "UL"));

  /* Move what does not fit from one element into a copy of it, at the boundary of its children. The copy, or null
     where nothing can be moved. */
  function overflowOf(element, bottom) {
    const children = [...element.children];
    if (!children.length) return null;
    // What the element itself adds below its last child has to fit too.
    const last = children[children.length - 1].getBoundingClientRect().bottom;
    if (!element.matches(".body")) bottom -= Math.max(0, element.getBoundingClientRect().bottom - last);
    const first = children.findIndex((child) => child.getBoundingClientRect().bottom > bottom + 1);
    if (first < 0) return null;
    const copy = element.cloneNode(false);
    copy.classList.remove("fragment");
    const cut = children[first];
    const from = first;
    const within = cut.matches(SPLITS) && !cut.matches(".pause, figure, [aria-hidden]") ? overflowOf(cut, bottom) : null;
    if (within && cut.children.length) copy.append(within, ...children.slice(first + 1));
    else if (announces(children[from - 1], cut) && from > 1) copy.append(...children.slice(from - 1));
    else if (from > 0) copy.append(...children.slice(from));
    else {
      if (within) cut.append(...within.children);
      return null;
    }
    if (element.tagName === "TABLE" && element.tHead) copy.prepend(element.tHead.cloneNode(true));
    return copy;
  }

  /* The largest type with which a slide of words fits, down to the style's own. */
  function enlarge(body) {
    for (const size of [36, 33, 30]) {
      body.style.fontSize = `${size}px`;
      if (!tooTall(body)) return true;
    }
    body.style.fontSize = "";
    return !tooTall(body);
  }

  function split(section) {
    const body = section.querySelector(".body");
    if (section.matches(".title") && section.scrollHeight > section.clientHeight + 1) section.classList.remove("title");
    if (section.matches(".title")) return;
    if (section.matches(".picture, .panel, .code") ? !tooTall(body) : enlarge(body)) return;
    const rest = overflowOf(body, body.getBoundingClientRect().bottom);
    if (!rest || !rest.children.length) {
      section.dataset.tall = String(body.scrollHeight - body.clientHeight);
      return;
    }
    const next = section.cloneNode(false);
    const heading = section.querySelector("h1, h2").cloneNode(true);
    heading.classList.add("again");
    next.append(heading, rest);
    section.after(next);
    split(next);
  }

  function timed() {
    const slides = [...holder.children];
    slides.forEach((slide) => {
      const own = slides.filter((one) => one.dataset.part === slide.dataset.part);
      const part = parts[Number(slide.dataset.part)];
      slide.dataset.minute = String(part.start + (part.minutes * own.indexOf(slide)) / own.length);
      slide.dataset.timing = String(Math.max(5, Math.round((60 * part.minutes) / own.length)));
    });
  }

  function dialog(title, ...content) {
    const shown = document.createElement("dialog");
    const head = Object.assign(document.createElement("h2"), { textContent: title });
    shown.setAttribute("aria-label", title);
    shown.append(head, ...content);
    document.body.append(shown);
    shown.addEventListener("click", (event) => { if (event.target === shown) shown.close(); });
    return shown;
  }

  function mapOf() {
    const list = document.createElement("ol");
    const slides = [...holder.children];
    parts.forEach((part, number) => {
      const own = slides.filter((slide) => Number(slide.dataset.part) === number);
      if (!own.length) return;
      const item = document.createElement("li");
      item.append(`${part.heading}, minute ${Math.round(part.start)}: `);
      own.forEach((slide) => {
        const at = slides.indexOf(slide);
        const link = Object.assign(document.createElement("a"), { href: `#/${at}`, textContent: String(at + 1) });
        link.addEventListener("click", () => shown.close());
        item.append(link, " ");
      });
      list.append(item);
    });
    const shown = dialog("Map of the slides", list);
    return shown;
  }

  function clock(foot, deck) {
    let started = 0;
    const two = (n) => String(Math.floor(n)).padStart(2, "0");
    const planned = foot.querySelector(".planned");
    const running = foot.querySelector(".running");
    const total = Math.round(parts[parts.length - 1].start + parts[parts.length - 1].minutes);
    const tell = () => {
      const slide = deck.getCurrentSlide();
      planned.textContent = `minute ${Math.round(Number(slide.dataset.minute))} of ${total}`;
      const seconds = started ? (Date.now() - started) / 1000 : 0;
      running.textContent = started ? `${two(seconds / 60)}:${two(seconds % 60)}` : "Start the clock";
      foot.querySelector(".where").textContent = `${deck.getIndices().h + 1} / ${deck.getTotalSlides()}`;
      foot.querySelector(".behind").hidden = !slide.querySelector("template");
    };
    running.addEventListener("click", () => { started = started ? 0 : Date.now(); tell(); });
    deck.on("slidechanged", tell);
    setInterval(tell, 1000);
    tell();
  }

  async function start() {
    await Promise.all([document.fonts.load("20px 'Symbiosis Sans'"), document.fonts.load("bold 20px 'Symbiosis Sans'")]);
    if (window.MathJax) await MathJax.startup.promise;
    document.querySelector(".reveal").classList.add("measuring");
    [...holder.children].forEach(split);
    document.querySelector(".reveal").classList.remove("measuring");
    timed();
    const busy = "input, select, textarea, dialog, [role=slider]";
    const deck = new Reveal({
      width: 1280, height: 720, margin: 0, center: false, hash: true, display: "flex", transition: "none",
      backgroundTransition: "none", controls: false, progress: true, slideNumber: false, minScale: 0.1, maxScale: 4,
      pdfSeparateFragments: false, keyboardCondition: (event) => !event.target.closest(busy),
      plugins: [RevealNotes],
    });
    await deck.initialize();
    const foot = document.querySelector(".foot");
    const map = mapOf();
    const code = document.createElement("div");
    const behind = dialog("The code behind this slide", code);
    const showCode = () => {
      const kept = deck.getCurrentSlide().querySelector("template");
      if (!kept) return;
      code.replaceChildren(kept.content.cloneNode(true));
      behind.showModal();
    };
    foot.querySelector(".map").addEventListener("click", () => map.showModal());
    foot.querySelector(".behind").addEventListener("click", showCode);
    deck.addKeyBinding({ keyCode: 77, key: "M", description: "Map of the slides" }, () => map.showModal());
    deck.addKeyBinding({ keyCode: 67, key: "C", description: "The code behind a slide" }, showCode);
    clock(foot, deck);
    window.symbiosisDeck = deck;
  }
  start();
})();

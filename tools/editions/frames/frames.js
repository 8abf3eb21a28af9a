/* Panels without a kernel: stored picture, then pictures computed beforehand, for every element .symbiosis-frames.

   An element names its panel (data-panel) and the file with its frames (data-frames), which calls
   symbiosisFrames.receive. Until that file has come, and where scripts do not run, the stored picture stands.
   The state fits in a link: #panel=02-1&year=1990 or #panel=02-1&scenario=... What a link says is compared with what
   the panel knows, and never written into the page. */
(() => {
  "use strict";
  const STEP_MILLISECONDS = 180;
  const NEAR = "800px";
  const panels = new Map();

  function make(tag, properties = {}, ...children) {
    const { attributes = {}, ...direct } = properties;
    const element = Object.assign(document.createElement(tag), direct);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  }

  /* What a link asks of a panel: places of its controls, its scenario, its frame. Unknown names and values are left
     out, numbers go to the nearest stop. */
  function stateOf(data, asked) {
    const preset = data.presets.findIndex((one) => one.name === asked.get("scenario"));
    if (preset >= 0) return presetState(data, preset);
    for (const [place, control] of data.controls.entries()) {
      const text = asked.get(control.name);
      if (text === null || text.trim() === "") continue;
      const stop = control.kind === "slider" ? nearest(control.stops, Number(text))
        : control.stops.findIndex((one) => one.text === text);
      if (stop >= 0) return controlState(data, place, stop);
    }
    return defaultState(data);
  }

  function nearest(stops, number) {
    if (Number.isNaN(number)) return -1;
    const clamped = Math.min(Math.max(number, stops[0].value), stops[stops.length - 1].value);
    let best = 0;
    stops.forEach((stop, at) => {
      if (Math.abs(stop.value - clamped) < Math.abs(stops[best].value - clamped)) best = at;
    });
    return best;
  }

  const defaults = (data) => data.controls.map((control) => control.default);
  const defaultState = (data) => ({ stops: defaults(data), preset: -1, control: -1, frame: data.default });

  function presetState(data, preset) {
    const { stops, frame } = data.presets[preset];
    return { stops: [...stops], preset, control: -1, frame };
  }

  function controlState(data, control, stop) {
    const stops = defaults(data);
    stops[control] = stop;
    return { stops, preset: -1, control, frame: data.controls[control].stops[stop].frame };
  }

  function linkOf(data, state) {
    const link = new URLSearchParams({ panel: data.name });
    if (state.preset >= 0) link.set("scenario", data.presets[state.preset].name);
    if (state.control >= 0) {
      const control = data.controls[state.control];
      const stop = control.stops[state.stops[state.control]];
      link.set(control.name, control.kind === "slider" ? String(stop.value) : stop.text);
    }
    return `#${link}`;
  }

  class Shown {
    constructor(root) {
      this.root = root;
      this.picture = root.querySelector("img");
      this.readout = root.querySelector("[role=status]");
      this.words = root.querySelector(".symbiosis-frames-words");
      this.place = root.querySelector(".symbiosis-frames-controls");
      this.data = null;
      this.asked = null;
      this.timer = 0;
    }

    load() {
      if (this.requested || !this.root.dataset.frames) return;
      this.requested = true;
      document.head.append(make("script", { src: this.root.dataset.frames }));
    }

    receive(data) {
      if (this.data) return;
      this.data = data;
      this.build();
      if (this.asked) this.show(stateOf(data, this.asked));
      else this.mirror(defaultState(data));
      this.root.classList.add("symbiosis-frames-ready");
    }

    build() {
      const { data } = this;
      const inputs = data.controls.map((control, place) => this.input(control, place));
      this.inputs = inputs.map(([input]) => input);
      this.outputs = inputs.map(([, output]) => output);
      this.sentence = make("p", { className: "symbiosis-frames-sentence" });
      this.place.replaceChildren(
        make("div", { className: "symbiosis-frames-head" }, ...this.head()),
        make("div", { className: "symbiosis-frames-grid" }, ...inputs.map(([, , row]) => row)),
        this.sentence,
      );
      // An arrow key moves the slider, and not the slide or the page around it.
      this.place.addEventListener("keydown", (event) => event.stopPropagation());
    }

    head() {
      const { data } = this;
      const found = [];
      if (data.presets.length) {
        this.menu = make("select", { id: `scenario-${data.name}` },
          make("option", { value: "-1" }, "Choose a scenario"),
          ...data.presets.map((one, at) => make("option", { value: String(at) }, one.name)));
        this.menu.addEventListener("change", () => {
          const preset = Number(this.menu.value);
          this.show(preset >= 0 ? presetState(data, preset) : defaultState(data));
        });
        found.push(make("label", { htmlFor: this.menu.id }, "Scenario"), this.menu);
      }
      found.push(this.button("Reset", () => this.show(defaultState(data))));
      const played = data.controls.findIndex((one) => one.name === data.play);
      if (played >= 0 && !matchMedia("(prefers-reduced-motion: reduce)").matches) {
        this.player = this.button("Play", () => this.play(played));
        found.push(this.player);
      }
      found.push(this.button("Link to this", () => this.link()));
      this.said = make("span", { className: "symbiosis-frames-said", attributes: { role: "status" } });
      found.push(this.said);
      return found;
    }

    button(words, action) {
      const button = make("button", { type: "button" }, words);
      button.addEventListener("click", action);
      return button;
    }

    input(control, place) {
      const id = `control-${this.data.name}-${place}`;
      const label = make("label", { htmlFor: id, title: control.meaning }, control.label);
      const output = make("output", { htmlFor: id });
      let input;
      if (control.kind === "slider") {
        input = make("input", { type: "range", id, min: "0", max: String(control.stops.length - 1), step: "1" });
        input.addEventListener("input", () => this.move(place, Number(input.value)));
      } else if (control.kind === "switch") {
        input = make("input", { type: "checkbox", id });
        input.addEventListener("change", () => this.move(place, input.checked ? 1 : 0));
      } else {
        input = make("select", { id },
          ...control.stops.map((stop, at) => make("option", { value: String(at) }, stop.text)));
        input.addEventListener("change", () => this.move(place, Number(input.value)));
      }
      const row = make("div", { className: `symbiosis-frames-row symbiosis-frames-${control.kind}` }, label, input);
      if (control.kind === "slider") row.append(output);
      return [input, output, row];
    }

    move(control, stop) {
      this.pause();
      this.show(controlState(this.data, control, stop));
    }

    show(state) {
      const frame = this.data.frames[state.frame];
      this.mirror(state);
      if (frame.problem) {
        this.readout.replaceChildren(make("p", { className: "symbiosis-frames-problem" },
          `${frame.problem} The picture still shows the last that did.`));
        return;
      }
      this.picture.src = `data:image/png;base64,${this.data.pictures[frame.picture]}`;
      this.picture.alt = frame.alt;
      this.words.textContent = frame.alt;
      this.readout.replaceChildren(make("dl", { className: "symbiosis-frames-numbers" },
        ...frame.numbers.map(([name, value]) => make("div", {}, make("dt", {}, name), make("dd", {}, value)))));
    }

    /* Controls, menu and sentence as a state has them; the picture stays. */
    mirror(state) {
      this.state = state;
      this.data.controls.forEach((control, place) => {
        const stop = state.stops[place];
        const input = this.inputs[place];
        const { text } = control.stops[stop];
        if (control.kind === "switch") input.checked = stop === 1;
        else input.value = String(stop);
        if (control.kind === "slider") {
          input.setAttribute("aria-valuetext", text);
          this.outputs[place].textContent = text;
        }
      });
      if (this.menu) this.menu.value = String(state.preset);
      this.sentence.textContent = state.preset >= 0 ? this.data.presets[state.preset].sentence : "";
      this.said.textContent = "";
    }

    play(control) {
      if (this.timer) return this.pause();
      const { stops } = this.data.controls[control];
      let at = this.state.stops[control] < stops.length - 1 ? this.state.stops[control] : -1;
      this.player.textContent = "Pause";
      this.timer = setInterval(() => {
        at += 1;
        this.show(controlState(this.data, control, at));
        if (at === stops.length - 1) this.pause();
      }, STEP_MILLISECONDS);
      return undefined;
    }

    pause() {
      clearInterval(this.timer);
      this.timer = 0;
      if (this.player) this.player.textContent = "Play";
    }

    async link() {
      const link = linkOf(this.data, this.state);
      history.replaceState(null, "", link);
      let words = "The address of this page now shows this.";
      try {
        await navigator.clipboard.writeText(location.href);
        words = "Copied: the address of this page shows this.";
      } catch { /* No clipboard here: the address has it. */ }
      this.said.textContent = words;
    }
  }

  function followLink() {
    const asked = new URLSearchParams(location.hash.slice(1));
    const panel = panels.get(asked.get("panel"));
    if (!panel) return;
    panel.asked = asked;
    for (let at = panel.root.parentElement; at; at = at.parentElement) if (at.tagName === "DETAILS") at.open = true;
    panel.root.scrollIntoView();
    if (panel.data) panel.show(stateOf(panel.data, asked));
    else panel.load();
  }

  function start(within = document) {
    const near = new IntersectionObserver((entries) => {
      for (const entry of entries) if (entry.isIntersecting) panels.get(entry.target.dataset.panel).load();
    }, { rootMargin: NEAR });
    for (const root of within.querySelectorAll(".symbiosis-frames[data-frames]")) {
      if (panels.has(root.dataset.panel)) continue;
      panels.set(root.dataset.panel, new Shown(root));
      near.observe(root);
    }
    followLink();
  }

  window.symbiosisFrames = { start, receive: (data) => { const panel = panels.get(data.name); if (panel) panel.receive(data); } };
  window.addEventListener("hashchange", followLink);
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", () => start());
  else start();
})();

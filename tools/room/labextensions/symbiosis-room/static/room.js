/* A lecture in JupyterLab. Plain JavaScript in the form in which JupyterLab loads prebuilt extensions: no build, no Node.

   Three buttons in a notebook's toolbar (and in the command palette, and by keys): run the lecture and stay at its top;
   show or hide all code; project, with sidebars away and larger type. And what JupyterLab leaves undone for those who
   cannot see: the alternative texts of pictures in outputs, and the names of sliders' handles. */
(() => {
  "use strict";
  const NAME = "symbiosis-room";
  const STYLE = `
    .symbiosis-room-button { font: inherit; font-size: var(--jp-ui-font-size1); margin: 0 2px; padding: 0 8px; height: 24px;
      border: 1px solid var(--jp-border-color1); border-radius: 4px; background: transparent; cursor: pointer;
      color: var(--jp-ui-font-color1) }
    .symbiosis-room-button:hover { background: var(--jp-layout-color2) }
    .symbiosis-room-button[aria-pressed=true] { background: var(--jp-layout-color3); color: var(--jp-ui-font-color0) }
    .symbiosis-room-button:focus-visible { outline: 2px solid var(--jp-brand-color1); outline-offset: 1px }
    .symbiosis-no-code .jp-CodeCell > .jp-Cell-inputWrapper { display: none }
    body[data-jp-deck-mode] .jp-CodeCell > .jp-Cell-inputWrapper:has(.jp-Placeholder) { display: none }
    body.symbiosis-projecting { --jp-content-font-size1: 20px; --jp-code-font-size: 17px; --jp-widgets-font-size: 17px;
      --jp-content-line-height: 1.45 }
    body.symbiosis-projecting .jp-OutputArea-output { font-size: 20px }
    body.symbiosis-projecting :is(.jp-InputPrompt, .jp-OutputPrompt) { visibility: hidden }
    @media (prefers-reduced-motion: reduce) {
      .jp-NotebookPanel *, .jp-SideBar * { transition: none !important; animation: none !important;
        scroll-behavior: auto !important }
    }`;

  let shared = null;

  /* A module that JupyterLab itself uses, in the version that it uses. */
  async function load(name) {
    const versions = shared[name];
    if (!versions) throw new Error(`${NAME}: this JupyterLab shares no ${name}`);
    const used = Object.values(versions).find((one) => one.loaded) ?? Object.values(versions)[0];
    return (await used.get())();
  }

  /* The buttons of a player have pictures only. */
  const PLAYER = { "fa-play": "Play", "fa-pause": "Pause", "fa-stop": "Stop, back to the start", "fa-retweet": "Repeat" };

  function name(root) {
    root.querySelectorAll("button.jupyter-button > i.fa").forEach((icon) => {
      const words = Object.entries(PLAYER).find(([one]) => icon.classList.contains(one))?.[1];
      if (words && icon.parentElement.getAttribute("aria-label") !== words) {
        icon.parentElement.setAttribute("aria-label", words);
      }
    });
    root.querySelectorAll(".widget-slider, .jupyter-widgets.widget-hslider").forEach((row) => {
      const handle = row.querySelector("[role=slider]");
      const label = row.querySelector(".widget-label")?.textContent;
      if (!handle || !label) return;
      const value = row.querySelector(".widget-readout")?.textContent;
      if (handle.getAttribute("aria-label") !== label) handle.setAttribute("aria-label", label);
      if (value && handle.getAttribute("aria-valuetext") !== value) handle.setAttribute("aria-valuetext", value);
    });
  }

  /* The alternative text of every picture in an output: that of its metadata, or else what stands for it as text. */
  function describe(content) {
    content.widgets.forEach((cell) => {
      const area = cell.outputArea;
      if (!area) return;
      area.widgets.forEach((child, place) => {
        const picture = child.node.querySelector(".jp-RenderedImage img");
        const model = area.model.get(place);
        if (!picture || !model) return;
        const said = model.metadata?.["image/png"]?.alt ?? model.data["text/plain"];
        const alt = Array.isArray(said) ? said.join("") : said;
        if (alt && picture.alt !== alt) picture.alt = alt;
      });
    });
  }

  function watch(panel) {
    let waiting = false;
    const mend = () => {
      waiting = false;
      if (panel.isDisposed) return;
      describe(panel.content);
      name(panel.node);
    };
    const observer = new MutationObserver(() => {
      if (waiting) return;
      waiting = true;
      setTimeout(mend, 60);
    });
    observer.observe(panel.node,
      { childList: true, subtree: true, characterData: true, attributes: true, attributeFilter: ["class"] });
    panel.disposed.connect(() => observer.disconnect());
    mend();
  }

  function button(words, help, pressed, act) {
    const node = document.createElement("button");
    node.className = "symbiosis-room-button";
    node.textContent = words;
    node.title = help;
    if (pressed !== null) node.setAttribute("aria-pressed", String(pressed));
    node.addEventListener("click", act);
    return node;
  }

  const plugin = {
    id: `${NAME}:plugin`,
    autoStart: true,
    requires: [],
    optional: [],
    activate: (app) => {
      const { Widget } = plugin.lumino;
      document.head.append(Object.assign(document.createElement("style"), { textContent: STYLE }));
      const lectures = () => app.shell.currentWidget;
      const isNotebook = () => Boolean(lectures()?.content?.widgets && lectures()?.sessionContext);
      const refresh = () => document.querySelectorAll(".symbiosis-room-button[data-of]").forEach((node) => {
        const on = node.dataset.of === "code" ? !node.closest(".symbiosis-no-code")
          : document.body.classList.contains("symbiosis-projecting");
        node.setAttribute("aria-pressed", String(on));
      });

      function toTop(panel) {
        panel.content.activeCellIndex = 0;
        return panel.content.scrollToItem(0, "start");
      }

      app.commands.addCommand(`${NAME}:run`, {
        label: "Run the Lecture, Stay at Its Top",
        isEnabled: isNotebook,
        execute: async () => {
          const panel = lectures();
          const done = app.commands.execute("notebook:run-all-cells");
          setTimeout(() => toTop(panel), 0);
          await done;
          // Whoever has moved on in the meantime stays there.
          if (panel.content.activeCellIndex === panel.content.widgets.length - 1) await toTop(panel);
        },
      });
      app.commands.addCommand(`${NAME}:code`, {
        label: "Show or Hide All Code of the Lecture",
        isEnabled: isNotebook,
        isToggled: () => !lectures()?.node.classList.contains("symbiosis-no-code"),
        execute: () => { lectures().node.classList.toggle("symbiosis-no-code"); refresh(); },
      });
      app.commands.addCommand(`${NAME}:project`, {
        label: "Project: Sidebars Away, Larger Type",
        isToggled: () => document.body.classList.contains("symbiosis-projecting"),
        execute: () => {
          const on = document.body.classList.toggle("symbiosis-projecting");
          if (on) {
            app.shell.collapseLeft?.();
            app.shell.collapseRight?.();
          }
          for (const side of ["left", "right"]) {
            if (app.shell.isSideTabBarVisible?.(side) === on) app.shell.toggleSideTabBarVisibility(side);
          }
          window.dispatchEvent(new Event("resize"));
          refresh();
        },
      });
      for (const [key, command] of [["R", "run"], ["H", "code"], ["P", "project"]]) {
        const keys = [`Accel Alt ${key}`];
        app.commands.addKeyBinding({ command: `${NAME}:${command}`, keys, selector: "body" });
      }

      app.docRegistry.addWidgetExtension("Notebook", {
        createNew: (panel) => {
          const run = (command) => () => {
            app.shell.activateById(panel.id);
            app.commands.execute(`${NAME}:${command}`);
          };
          const code = button("Code", "Show or hide all code (Ctrl+Alt+H)", true, run("code"));
          const project = button("Project", "Sidebars away, larger type (Ctrl+Alt+P)", false, run("project"));
          code.dataset.of = "code";
          project.dataset.of = "project";
          const start = button("Run lecture", "Run all and stay at the top (Ctrl+Alt+R)", null, run("run"));
          [start, code, project].forEach((node, place) => {
            panel.toolbar.insertItem(place, `${NAME}-${place}`, new Widget({ node }));
          });
          panel.context.ready.then(() => panel.revealed).then(() => watch(panel));
          refresh();
          return { dispose: () => {}, isDisposed: false };
        },
      });
    },
  };

  window._JUPYTERLAB = window._JUPYTERLAB ?? {};
  window._JUPYTERLAB[NAME] = {
    init: (scope) => { shared = scope; },
    get: async (module) => {
      if (module !== "./extension") throw new Error(`${NAME} has no module ${module}`);
      plugin.lumino = await load("@lumino/widgets");
      return () => ({ default: plugin, __esModule: true });
    },
  };
})();

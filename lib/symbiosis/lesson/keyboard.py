"""Controls by keyboard and screen reader: what JupyterLab and ipywidgets leave undone in an output.

JupyterLab's shortcuts take the arrow and letter keys from a menu that has the focus, and the handle of an
ipywidgets slider carries no name. Both are mended the moment a control gets the focus. Where scripts do not
run (untrusted notebooks, GitHub), there is no live control either.
"""

from __future__ import annotations

KEYBOARD_SCRIPT = """<script>
if (!window.symbiosisKeyboard) {
  window.symbiosisKeyboard = true;
  document.addEventListener('focusin', (event) => {
    const panel = event.target.closest('.symbiosis-panel');
    if (!panel) return;
    event.target.setAttribute('data-lm-suppress-shortcuts', 'true');
    panel.querySelectorAll('.widget-slider').forEach((row) => {
      const name = row.querySelector('.widget-label').textContent;
      row.querySelector('[role=slider]').setAttribute('aria-label', name);
      row.querySelector('[role=slider]').setAttribute('aria-valuetext', row.querySelector('.widget-readout').textContent);
    });
  });
}
</script>"""  # noqa: E501
"""HTML to send along with a text output beside the controls; it installs itself once per page."""

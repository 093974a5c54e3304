"""Links: the address bar holds the tab and the settings of its form; a link opens the page with them.

The address is written by the browser alone, when nothing has moved for a moment: no slider has a listener for it. A
page without settings in its address asks nothing of the server.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

import gradio as gr

from playground.api.following import LISTEN, LIVE
from playground.errors import PlaygroundError
from playground.families import REGISTRY, find_family
from playground.families.controls import Drawing, Seed
from playground.families.requests import Request
from playground.language import Language, Text
from playground.ui.panel import Page, Panel
from playground.ui.texts import grid as texts

TAB, CHECKPOINT = "tab", "checkpoint"
LONGEST_LINK = 8_000
# The button that can be seen belongs to the open tab; it knows the values of that tab's form.
FOLLOW = """
<script>
(() => {
  let timer = null;
  const write = () => {
    const button = [...document.querySelectorAll('button[id$="-link"]')].find((b) => b.parentElement.offsetParent);
    if (button) button.click();
  };
  const later = () => { clearTimeout(timer); timer = setTimeout(write, 500); };
  for (const kind of ['input', 'change', 'click']) {
    document.addEventListener(kind, (event) => { if (event.isTrusted) later(); }, true);
  }
  const copy = async (text) => {
    try { await navigator.clipboard.writeText(text); } catch {
      // Pages that did not come over HTTPS have no clipboard but this one.
      const box = document.body.appendChild(document.createElement('textarea'));
      box.value = text; box.select(); document.execCommand('copy'); box.remove();
    }
  };
  document.addEventListener('click', (event) => {
    const button = event.target.closest && event.target.closest('.pg-copy-link');
    if (!button) return;
    write();
    setTimeout(() => copy(location.href).then(() => { button.textContent = button.dataset.copied; }), 60);
  });
})();
</script>
"""
WRITE = """(...values) => {
  const query = new URLSearchParams({tab: FAMILY});
  const walks = Number(values[NAMES.indexOf('walk')]);
  NAMES.forEach((name, index) => {
    const value = values[index];
    if (name === 'second_seed' && !walks) return;  // it makes no difference then
    if (value !== null && value !== undefined && String(value) !== String(STARTS[name])) query.set(name, value);
  });
  const others = new URLSearchParams(location.search);
  for (const [name, value] of others) if (name.startsWith('__') || name === 'view') query.set(name, value);
  const address = '?' + query.toString();
  if (address.length < LONGEST && address !== location.search) history.replaceState(history.state, '', address);
}"""
READ = "() => location.search.includes('tab=') ? location.search : ''"


@dataclass(frozen=True)
class Opened:
    """What a link asks for.

    Attributes:
        family: The tab.
        checkpoint: The checkpoint's id; empty for the one that is chosen.
        values: The form's values.
        ignored: What cannot be used, and why.
    """

    family: str
    checkpoint: str
    values: dict[str, Any]
    ignored: list[Text]


def follow_form(panel: Panel) -> None:
    """Let the address bar follow a form; the button for it is pressed by the page's script."""
    task = panel.form.task
    names = [name for name, control in task.controls().items() if not isinstance(control, Drawing)]
    parts = {CHECKPOINT: panel.checkpoint} | {name: panel.form.fields[name] for name in names}
    # What the form starts with need not stand in the address; the seed always does.
    starts = {name: part.value for name, part in parts.items() if name != "seed"}
    script = WRITE.replace("FAMILY", json.dumps(task.family)).replace("NAMES", json.dumps(list(parts)))
    script = script.replace("STARTS", json.dumps(starts)).replace("LONGEST", str(LONGEST_LINK))
    button = gr.Button("", elem_id=f"{task.task}-link", elem_classes="pg-unseen")
    button.click(None, list(parts.values()), None, js=script, api_visibility="private")
    panel.link = button, list(parts.values()), script


def follow_results(panel: Panel) -> None:
    """Write the address again when a result has told its seed."""
    if panel.link:
        _, parts, script = panel.link
        panel.listener.then(None, parts, None, js=script, api_visibility="private")


def connect_links(page: Page, opened: Any) -> None:
    """Fill the form that a link asks for, once the page knows its language."""
    panels = {panel.form.task.family: panel for panel in page.panels.values() if panel.link}
    address = gr.Textbox(visible="hidden", elem_id="pg-address")
    opened.then(None, None, address, js=READ, api_visibility="private")
    outputs: list[Any] = [page.tabs]
    for panel in panels.values():
        outputs += [panel.checkpoint, *panel.form.components, *([panel.form.lock] if panel.form.lock else [])]

    def fill(language: Language, query: str) -> dict[Any, Any]:
        asked = read_link(page, query)
        if asked.ignored:
            words = " ".join(reason.to(language) for reason in asked.ignored)
            gr.Warning(texts.IGNORED.to(language).format(words), duration=10)
        if asked.family not in panels:
            return {page.tabs: gr.skip()}
        panel = panels[asked.family]
        shown: dict[Any, Any] = {page.tabs: gr.update(selected=asked.family)}
        shown |= {panel.form.fields[name]: value for name, value in asked.values.items()}
        if asked.checkpoint:
            shown[panel.checkpoint] = asked.checkpoint
        if panel.form.lock and asked.values.get("seed", -1) != -1:
            shown[panel.form.lock] = True
        return shown

    filled = address.change(fill, [page.language, address], list(dict.fromkeys(outputs)), **LISTEN)
    for panel in panels.values():
        if panel.redraw:
            filled.then(*panel.redraw, **LIVE)


def read_link(page: Page, query: str) -> Opened:
    """Read a link's settings; each is checked by itself, and what is wrong is left out with its reason."""
    asked = dict(parse_qsl(query[:LONGEST_LINK].lstrip("?"), keep_blank_values=True, max_num_fields=60))
    family = asked.pop(TAB, "")
    if family not in REGISTRY:
        return Opened("", "", {}, [texts.NO_SUCH_TAB.format(family[:60])])
    task, ignored = REGISTRY[family].requests[0], list[Text]()
    id = asked.pop(CHECKPOINT, "")
    try:
        checkpoint = page.engine.catalog.find(id, family)
    except PlaygroundError as error:
        ignored.append(Text(error.en, error.zh))
        checkpoint, id = page.engine.catalog.find("", family), ""
    controls, values = task.controls(), dict[str, Any]()
    start = page.engine.catalog.find("", family).defaults
    for name, text in asked.items():
        if name.startswith("__") or name == "view":  # Gradio's own
            continue
        if name not in controls or isinstance(controls[name], Drawing):
            ignored.append(texts.NO_SUCH_FIELD.format(REGISTRY[family].title, name[:60]))
            continue
        try:
            read = find_family(family).read(task, checkpoint, {**_known(task, start), name: text})
            values[name] = -1 if isinstance(controls[name], Seed) and text == "-1" else getattr(read, name)
        except PlaygroundError as error:
            ignored.append(Text(error.en, error.zh))
    return Opened(family, id, values, ignored)


def _known(task: type[Request], start: Any) -> dict[str, Any]:
    return {name: value for name, value in start.items() if name in task.model_fields}

"""A pad to draw on with a mouse, a pen or a finger. Its value is an inline PNG, or "" while it is empty."""

from __future__ import annotations

from typing import Any

import gradio as gr

from playground.api.following import LISTEN
from playground.api.refusing import as_toast
from playground.api.uploads import inline_drawing
from playground.errors import PlaygroundError
from playground.families.controls import Drawing
from playground.language import Language
from playground.ui.texts import page as texts
from playground.ui.wording import Wording

SIDE = 280
CANVAS = f'<canvas width="{SIDE}" height="{SIDE}" role="img" aria-label="drawing"></canvas>'
# The pointer's events are taken by the component's element, because the canvas is made anew when the value changes.
PEN = """
let drawing = false, last = null;
const canvas = () => element.querySelector('canvas');
const pen = () => {
  const p = canvas().getContext('2d'); p.lineWidth = 20; p.lineCap = p.lineJoin = 'round'; return p;
};
const paper = () => { const p = pen(); p.fillStyle = '#fff'; p.fillRect(0, 0, canvas().width, canvas().height); };
const at = (event) => {
  const box = canvas().getBoundingClientRect();
  const scale = canvas().width / box.width;
  return [(event.clientX - box.left) * scale, (event.clientY - box.top) * scale];
};
const line = (to) => {
  const p = pen(); p.strokeStyle = '#111'; p.beginPath(); p.moveTo(...last); p.lineTo(...to); p.stroke(); last = to;
};
const show = () => {
  paper();
  if (!props.value) return;
  const picture = new Image();
  picture.onload = () => {
    const scale = Math.min(canvas().width / picture.width, canvas().height / picture.height);
    const [w, h] = [picture.width * scale, picture.height * scale];
    pen().drawImage(picture, (canvas().width - w) / 2, (canvas().height - h) / 2, w, h);
  };
  picture.src = props.value;
};
element.addEventListener('pointerdown', (event) => {
  if (event.target !== canvas()) return;
  event.preventDefault(); drawing = true; last = at(event); line([last[0] + 0.1, last[1]]);
});
window.addEventListener('pointermove', (event) => { if (drawing) line(at(event)); });
window.addEventListener('pointerup', () => {
  if (!drawing) return;
  drawing = false; props.value = canvas().toDataURL('image/png'); trigger('change');
});
watch('value', show);
show();
"""


def drawing_pad(control: Drawing, wording: Wording) -> Any:
    """Draw a pad with a button that wipes it and one that puts a picture file on it."""
    wording(gr.Markdown, value=control.help, elem_classes="pg-small")
    pad = gr.HTML("", html_template=CANVAS, js_on_load=PEN, elem_classes="pg-pad", apply_default_css=False)
    with gr.Row(elem_classes="pg-chips"):
        clear = wording(gr.Button, value=texts.CLEAR, size="sm", min_width=90)
        choose = wording(gr.UploadButton, label=texts.CHOOSE_PICTURE, size="sm", min_width=150, type="filepath")
    clear.click(lambda: "", None, pad, **LISTEN | {"queue": False})

    def put(language: Language, path: str) -> str:
        try:
            return inline_drawing({"path": path})
        except PlaygroundError as error:
            raise as_toast(error, language) from error

    choose.upload(put, [wording.chosen, choose], pad, **LISTEN)
    return pad

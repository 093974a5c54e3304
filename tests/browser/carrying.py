"""Files as they come to the page: dropped, pasted, and written by another program."""

from __future__ import annotations

import base64
from pathlib import Path

from PIL import Image
from PIL.PngImagePlugin import PngInfo

DROP = """([place, name, content]) => {
  const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
  const carried = new DataTransfer();
  carried.items.add(new File([bytes], name));
  const target = document.querySelector(place);
  const how = {bubbles: true, cancelable: true, dataTransfer: carried};
  const say = (kind) => target.dispatchEvent(new DragEvent(kind, how));
  return [say('dragover'), say('drop')];
}"""
PASTE = """([place, name, content]) => {
  const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
  const carried = new DataTransfer();
  carried.items.add(new File([bytes], name, {type: 'image/png'}));
  document.querySelector(place).dispatchEvent(
    new ClipboardEvent('paste', {bubbles: true, cancelable: true, clipboardData: carried}));
}"""
SETTINGS = "Steps: 7, Sampler: Euler a, CFG scale: 7, Seed: 12345"


def foreign(file: Path, text: str = f"a red apple\n{SETTINGS}, Size: 512x768") -> Path:
    """Write a PNG as AUTOMATIC1111 does, whatever the file is called."""
    known = PngInfo()
    known.add_text("parameters", text)
    Image.new("RGB", (32, 32)).save(file, "PNG", pnginfo=known)
    return file


def carried(file: Path) -> list[str]:
    return [file.name, base64.b64encode(file.read_bytes()).decode()]

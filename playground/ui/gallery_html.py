"""The pieces of the gallery that are HTML. Everything from outside is escaped."""

from __future__ import annotations

import base64
from html import escape

from playground.api.serving import serve_kept
from playground.gallery import Entry
from playground.gallery.differences import Difference
from playground.gallery.keeping import Kept
from playground.language import Language
from playground.ui.html import SMALLEST_SMOOTH, file_url
from playground.ui.texts import gallery as texts

# The events are taken by the component's element, because its tiles are made anew with every page.
TILES = """
let chosen = [];
const tile = (event) => event.target.closest('[data-id]');
const draw = () => {
  const root = element.querySelector('[data-chosen]');
  if (root) chosen = JSON.parse(root.dataset.chosen);
};
element.addEventListener('click', (event) => {
  const at = tile(event);
  if (!at) return;
  const id = at.dataset.id;
  if (event.target.closest('.pg-tile-star')) {
    const star = event.target.closest('.pg-tile-star'), on = star.getAttribute('aria-pressed') !== 'true';
    star.setAttribute('aria-pressed', on); star.textContent = on ? '★' : '☆';
    trigger('like', {id, on});
  } else if (event.target.closest('.pg-tile-open')) {
    element.querySelectorAll('.pg-open').forEach((other) => other.classList.remove('pg-open'));
    at.classList.add('pg-open');
    trigger('select', {id});
  }
});
element.addEventListener('change', (event) => {
  const at = tile(event);
  if (!at) return;
  event.stopPropagation();
  chosen = chosen.filter((id) => id !== at.dataset.id);
  if (event.target.checked) chosen.push(at.dataset.id);
  const root = element.querySelector('[data-chosen]');
  root.dataset.chosen = JSON.stringify(chosen);
  trigger('input', {ids: chosen});
});
watch('value', draw);
draw();
"""


def tiles(
    entries: list[tuple[Entry, bytes, str]], chosen: list[str], opened: str, empty: str, language: Language
) -> str:
    """Show results as small pictures.

    Args:
        entries: Each with its small picture as WebP and a line of words.
        chosen: Ids of the chosen ones.
        opened: Id of the one that is shown large.
        empty: What to say if there are none.
        language: The visitor's.
    """
    star, choose, show = (escape(words.to(language)) for words in (texts.STAR, texts.CHOOSE, texts.OPEN))
    drawn = []
    for entry, picture, words in entries:
        said, ticked = escape(words), " checked" if entry.id in chosen else ""
        kind = "pg-tile pg-open" if entry.id == opened else "pg-tile"
        image = f'<img src="{webp_url(picture)}" alt="{said}" loading="lazy">' if picture else f"<em>{said}</em>"
        drawn.append(
            f'<div class="{kind}" data-id="{escape(entry.id)}">'
            f'<button type="button" class="pg-tile-open" title="{said}" aria-label="{show}: {said}">{image}</button>'
            f'<input type="checkbox" aria-label="{choose}: {said}"{ticked}>'
            f'<button type="button" class="pg-tile-star" aria-label="{star}: {said}" '
            f'aria-pressed="{str(entry.favourite).lower()}">{"★" if entry.favourite else "☆"}</button>'
            f"<span>{said}</span></div>"
        )
    inside = "".join(drawn) or f'<p class="pg-tiles-empty">{escape(empty)}</p>'
    ids = escape(str(list(chosen)).replace("'", '"'))
    return f'<div class="pg-tiles" data-chosen="{ids}">{inside}</div>'


def large(entry: Entry, kept: Kept, words: str, width: int) -> str:
    """Show a result's files large: a clip that loops, or the pictures, each a link that downloads it.

    Args:
        entry: The result.
        kept: Its files.
        words: What they are, for those who do not see them.
        width: Pixels of the first picture's width.
    """
    served = serve_kept(kept)
    moving = [path for path in served if path.suffix == ".webp"]
    singles = [index for index, name in enumerate(kept.names) if not name.startswith(f"{entry.id}.")]
    shown = singles or list(range(len(served)))[:1]
    if moving:
        shown = [served.index(moving[0])]
    figures = []
    for index in shown:
        image = f'<img src="{file_url(served[index])}" alt="{escape(words)}">'
        seed = entry.files[index].seed
        label = f"<figcaption>{seed}</figcaption>" if len(shown) > 1 and seed is not None else ""
        link = f'<a href="{file_url(served[index])}" download="{escape(kept.names[index])}">{image}</a>'
        figures.append(f"<figure>{link}{label}</figure>")
    many = f'pg-many pg-smooth" style="--columns: {min(4, len(shown))}' if len(shown) > 1 else "pg-one pg-smooth"
    if width < SMALLEST_SMOOTH:
        many = many.replace(" pg-smooth", "")
    return f'<div class="pg-stage pg-kept {many}">{"".join(figures)}</div>'


def settings_table(settings: list[tuple[str, str]]) -> str:
    """Show settings as words, a row each."""
    rows = "".join(f"<tr><th>{escape(name)}</th><td>{escape(value)}</td></tr>" for name, value in settings)
    return f'<table class="pg-settings">{rows}</table>'


def difference_table(found: list[Difference], language: Language) -> str:
    """Show what differs between two results, the first struck out and the second underlined."""
    if not found:
        return f'<p class="pg-small">{escape(texts.SAME_SETTINGS.to(language))}</p>'
    tags = {"both": "span", "first": "del", "second": "ins"}
    rows = "".join(
        f"<tr><th>{escape(name)}</th><td>"
        + " ".join(f"<{tags[side]}>{escape(words)}</{tags[side]}>" for words, side in pieces)
        + "</td></tr>"
        for name, pieces in found
    )
    return f'<table class="pg-settings pg-differences">{rows}</table>'


def note(words: str, kind: str = "waiting") -> str:
    """Say one line; an empty one takes no room."""
    if not words:
        return ""
    return f'<div class="pg-status pg-{kind}" role="status" aria-live="polite"><span>{escape(words)}</span></div>'


def webp_url(content: bytes) -> str:
    """Return a small picture inline, so that it has no address that could be guessed."""
    return "data:image/webp;base64," + base64.b64encode(content).decode("ascii")

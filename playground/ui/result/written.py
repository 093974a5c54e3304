"""Texts and scores as the page shows them: words with their alternatives and where the model looked, and bars."""

from __future__ import annotations

import json
from collections.abc import Sequence
from html import escape
from typing import Any

from playground.language import Language
from playground.ui.result import texts

SHARE = "probability"
"""The column of scores that is drawn as bars."""


def written_texts(found: Sequence[dict[str, Any]], language: Language, picture: str = "") -> str:
    """Show texts, each token with its probability and its alternatives where they are known.

    Args:
        found: As a report holds them.
        language: The visitor's.
        picture: An inline picture that they are about; where the model looked is laid over it.
    """
    items = []
    for text in found:
        tokens = text.get("tokens") or []
        inside = "".join(_token(token, language) for token in tokens) if tokens else escape(str(text.get("text", "")))
        scores = text.get("scores") or {}
        named = [(texts.SCORES[name].to(language), value) for name, value in scores.items() if name in texts.SCORES]
        line = escape(" · ".join(f"{name} {value:.3g}" for name, value in named))
        line = f'<p class="pg-caption">{line}</p>' if line else ""
        items.append(f"<li>{inside}{line}{_beams(text, language)}</li>")
    looked = ""
    if picture.startswith("data:image/"):
        words = escape(texts.LOOKED_AT.to(language))
        looked = f'<figure class="pg-looked"><img src="{escape(picture)}" alt="{words}"><canvas></canvas></figure>'
    told = texts.PLACE_HINT if looked else texts.TOKEN_HINT
    hint = escape(told.to(language)) if any(text.get("tokens") for text in found) else ""
    return (
        f'<div class="pg-stage pg-texts">{looked}<ol>{"".join(items)}</ol>'
        f'<p class="pg-small pg-others" aria-live="polite">{hint}</p></div>'
    )


def _token(token: dict[str, Any], language: Language) -> str:
    words, share = escape(str(token.get("text", ""))), token.get("probability")
    if not isinstance(share, float):
        return words
    end = texts.END.to(language)
    others = [(str(text).strip() or end, float(likely)) for text, likely in token.get("alternatives", ())]
    title = "\n".join([f"{share:.0%}", *(f"{text} {likely:.0%}" for text, likely in others)])
    kind = "pg-token pg-given" if token.get("given") else "pg-token"
    looked = ",".join(f"{value:g}" for value in token.get("looked", ()))
    more = f' data-looked="{looked}"' if looked else ""
    held = escape(json.dumps([[str(token.get("text", "")).strip(), share], *others], ensure_ascii=False))
    return (
        f'<span class="{kind}" tabindex="0" style="--sure: {share:.3f}" title="{escape(title)}" '
        f'data-others="{held}"{more}>{words}</span>'
    )


def _beams(text: dict[str, Any], language: Language) -> str:
    """Show the other beams as a tree: what two of them begin with stands once."""
    beams = [(str(other), float(share)) for other, share in text.get("alternatives", ())]
    if not beams:
        return ""
    tree: dict[str, Any] = {}
    for other, share in beams:
        branch = tree
        for word in _words(other):
            branch = branch.setdefault(word, {})
        branch[""] = share
    return f"<details><summary>{escape(texts.BEAMS.to(language))}</summary>{_branch(tree)}</details>"


def _words(text: str) -> list[str]:
    return text.split(" ") if " " in text else list(text)


def _branch(tree: dict[str, Any]) -> str:
    items = []
    for word, below in tree.items():
        if word == "":
            continue
        said = [word]
        while len(below) == 1 and "" not in below:  # a stretch without a fork is one line
            (following, below), *_ = below.items()
            said.append(following)
        blank = " " if any(len(each) > 1 for each in said) else ""
        share = f" <small>{below['']:.1%}</small>" if "" in below else ""
        items.append(f"<li>{escape(blank.join(said))}{share}{_branch(below)}</li>")
    return f'<ul class="pg-tree">{"".join(items)}</ul>' if items else ""


def score_table(found: Sequence[dict[str, Any]]) -> str:
    """Show named numbers; shares that add up to one as bars. A number that is still to come is a dash."""
    return f'<div class="pg-stage pg-scores">{"".join(_scores(table) for table in found)}</div>'


def _scores(table: dict[str, Any]) -> str:
    columns, names, values = table.get("columns", []), table.get("rows", []), table.get("values", [])
    if SHARE in columns:
        return _bars(columns, names, values)
    head = "".join(f"<th>{escape(str(column))}</th>" for column in columns)
    body = "".join(
        f'<tr><th scope="row">{escape(str(name))}</th>{"".join(f"<td>{_number(value)}</td>" for value in row)}</tr>'
        for name, row in zip(names, values, strict=True)
    )
    return f'<table class="pg-settings"><thead><tr><th></th>{head}</tr></thead><tbody>{body}</tbody></table>'


def _bars(columns: Sequence[str], names: Sequence[str], values: Sequence[Sequence[float | None]]) -> str:
    """Draw a bar a row, the highest first; ``bars.js`` moves them with the temperature."""
    place = columns.index(SHARE)
    logit = columns.index("logit") if "logit" in columns else place
    order = sorted(range(len(names)), key=lambda row: -(values[row][place] or 0.0))
    rows = "".join(
        f'<div class="pg-share" style="--share: {values[row][place] or 0.0:.4f}" data-logit="{values[row][logit]}">'
        f"<span>{escape(str(names[row]))}</span><b></b><output>{values[row][place] or 0.0:.1%}</output></div>"
        for row in order
    )
    return f'<div class="pg-shares">{rows}</div>'


def _number(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, int | float) else "–"

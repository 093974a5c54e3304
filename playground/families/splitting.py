"""Splits what a person wrote into its items: at commas, but not at those inside quotes or behind a backslash.

Knows no field and no model.
"""

from __future__ import annotations

import re

COMMAS = ",，、"
BREAK = re.compile(r"\|\|")
QUOTED = r'(?:"((?:[^"\\]|\\.)*)"|“([^”]*)”)'
SPARED = re.compile(r'\\([,，、;；|"“”])')


def split_items(text: str, separators: str = COMMAS) -> list[str]:
    """Return the items of a line, without the quotes around them.

    Commas inside quotes or behind a backslash do not split; where ``||`` stands, it alone does. A quote within an item,
    as in ``5" disk``, is a sign like any other.

    Args:
        text: One line.
        separators: The signs that split it.
    """
    several = BREAK.search(re.sub(QUOTED, "", text))
    stop = r"\|\|" if several else f"[{re.escape(separators)}]"
    quoted = re.compile(rf"\s*{QUOTED}\s*(?={stop}|$)", re.DOTALL)
    plain = re.compile(rf'(?:\\.|(?<!\S)"[^"]*"(?=\s|{stop}|$)|(?!{stop}).)*', re.DOTALL)
    ending, items, at = re.compile(stop), [], 0
    while True:
        found = quoted.match(text, at)
        if found is None:
            found = plain.match(text, at)
            assert found is not None  # it matches nothing, too
            items.append(SPARED.sub(r"\1", found[0]).strip())
        else:
            items.append(SPARED.sub(r"\1", found[1] if found[1] is not None else found[2]))
        end = ending.match(text, found.end())
        if end is None:
            return items
        at = end.end()


def split_arrow(line: str) -> tuple[str, str] | None:
    """Return what stands before and behind ``=>``; None where there is no arrow, or nothing before it."""
    quoted = re.match(rf"\s*{QUOTED}\s*(?:=>|⇒|→)\s*", line)
    if quoted:
        return SPARED.sub(r"\1", quoted[1] if quoted[1] is not None else quoted[2]), line[quoted.end() :]
    before, *behind = re.split(r"\s*(?:=>|⇒|→)\s*", line, maxsplit=1)
    return (SPARED.sub(r"\1", before), behind[0]) if behind and before else None

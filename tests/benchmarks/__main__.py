"""Prints the table: ``python -m tests.benchmarks`` all of it, with names of row groups only those."""

from __future__ import annotations

import argparse
import importlib

from tests.benchmarks.table import HEAD, Row, machine, say

GROUPS = (
    "starting", "opening", "slider", "sliders", "visitors", "fairness", "memory", "overhead", "diffusion",
    "runtimes", "text_to_video", "comparing", "arithmetic", "gallery", "sessions", "drafts", "presenting", "writing",
    "accelerator", "workers", "machines", "growth",
)  # fmt: skip


def main() -> None:
    """Measure the chosen groups and print one Markdown table; exit with 1 when a bar is missed."""
    command = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    command.add_argument("rows", nargs="*", metavar="rows", help=f"any of: {', '.join(GROUPS)} (default: all)")
    chosen = command.parse_args().rows or list(GROUPS)
    if unknown := sorted(set(chosen) - set(GROUPS)):
        command.error(f"there are no rows named {', '.join(unknown)}; the names are {', '.join(GROUPS)}")
    before, rows = machine(), []
    for group in chosen:
        say(f"{group} …")
        made: list[Row] = importlib.import_module(f"tests.benchmarks.{group}").measure()
        for row in made:
            say(str(row))
        rows += made
    print(f"\n{before}\n\n{HEAD}")
    print("\n".join(map(str, rows)))
    if any(row.reached is False for row in rows):
        raise SystemExit(1)


if __name__ == "__main__":
    main()

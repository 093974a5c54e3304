"""``python -m playground.lessons FILE``: checks lessons, with a sentence for each mistake, in both languages."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from playground.catalog import read_catalog
from playground.errors import LessonError
from playground.lessons.reading import read_lesson
from playground.settings import Settings


def main() -> None:
    """Check the files of the command line; ends with 1 if one of them holds mistakes."""
    command = argparse.ArgumentParser(
        prog="python -m playground.lessons", description="Checks lessons: TOML files with steps in both languages."
    )
    command.add_argument("files", nargs="+", type=Path, metavar="FILE", help="a lesson, such as noise.toml")
    catalog, good = read_catalog(Settings.checkpoints), True
    for file in command.parse_args().files:
        try:
            lesson = read_lesson(file, catalog)
        except LessonError as error:
            good = False
            for en, zh in error.mistakes:
                print(f"✗ {file.name}: {en}\n  {file.name}：{zh}")
        else:
            print(f"✓ {file.name}: {lesson.title.en} · {lesson.title.zh} ({len(lesson.steps)} steps · 步)")
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()

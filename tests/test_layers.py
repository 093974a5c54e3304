"""The house keeps its shape: imports point down, importing is free, files stay small, every word has two languages."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import playground
from playground import errors
from playground.families import in_order
from playground.language import Text
from playground.outcomes import KINDS
from tests.server import ROOT

PACKAGE = ROOT / "playground"
FILES = sorted(PACKAGE.rglob("*.py")) + [ROOT / "app.py"]
FAMILIES = {"families", "outcomes", "networks", "media", "catalog", "hub", "language", "errors"}
# What each part may import of ours. What is not named here may import nothing of ours.
MAY_IMPORT = {
    "app": {"preflight", "ui", "api", "engine", "catalog", "settings", "starting", "errors"},
    "preflight": {"engine", "room", "settings"} | FAMILIES - {"networks"},
    "room": {"room", "engine", "settings"} | FAMILIES - {"networks", "hub"},
    "lessons": {"lessons", "settings", "toml_text"} | FAMILIES - {"networks", "hub"},
    "warming": {"engine", "lessons"} | FAMILIES - {"networks", "hub"},
    "ui": {"ui", "preflight", "warming", "api", "room", "lessons", "engine", "gallery", "settings"}
    | FAMILIES - {"networks"},
    "api": {"api", "room", "engine", "gallery", "settings"} | FAMILIES - {"networks"},
    "gallery": {"gallery", "engine"} | FAMILIES - {"networks", "hub", "catalog"},
    "engine": {"engine"} | FAMILIES - {"networks"},
    "families": FAMILIES,
    "outcomes": {"outcomes", "media", "networks", "errors", "language"},
    "networks": {"networks", "errors"},
    "media": {"media", "errors", "language"},
    "training": {"training", "networks", "media", "errors", "language", "settings"},
    "checkpoint": {"entries", "hub", "errors", "language"},
    "catalog": {"checkpoint", "entries", "toml_text", "hub", "errors", "language"},
    "hub": {"hub", "errors", "language"},
    "settings": {"settings", "errors", "language"},
}


def part_of(file: Path) -> str:
    return "app" if file.name == "app.py" else file.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports_of(file: Path) -> Iterator[str]:
    """Every module that a file imports, inside functions too; not what only the type checker sees."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            node.body.clear()
        elif isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{file} imports relatively"
            if node.module == "playground":
                yield from (f"playground.{name.name}" for name in node.names)
            else:
                yield str(node.module)


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_imports_point_down(file: Path) -> None:
    ours = {name.split(".")[1] for name in imports_of(file) if name.startswith("playground.")}
    too_high = ours - MAY_IMPORT.get(part_of(file), set()) - {"__version__"}
    assert not too_high, f"{file.name} imports {sorted(too_high)}, which stand above or beside it"


def test_no_kind_of_result_is_named_above_the_kinds() -> None:
    asked = re.compile(r"""\bmakes\s*(==|!=|in|not in)\s*[("'\[{]|["'](clip|strip|sheet|scores)["']\s*(==|!=)""")
    below = {"outcomes", "ui"}  # the page draws each kind in its own way
    askers = [file for file in FILES if part_of(file) not in below and asked.search(file.read_text(encoding="utf-8"))]
    assert askers == []


def imported_before(file: Path) -> Iterator[str]:
    """Every module that a file imports while it is imported itself."""
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{name.name}" for name in node.names)
            yield node.module


def test_no_two_modules_import_each_other() -> None:
    names = {".".join(file.relative_to(ROOT).with_suffix("").parts): file for file in FILES if file.stem != "__init__"}
    needs = {name: {found for found in imported_before(file) if found in names} for name, file in names.items()}
    while free := {name for name, needed in needs.items() if not needed}:
        needs = {name: needed - free for name, needed in needs.items() if name not in free}
    assert needs == {}, "these wait for each other"


ROOMS = ["shell", "form", "result", "restoring", "gallery", "history", "film", "grid", "stories", "tabs"]
ROOMS += ["lessons", "room"]
"""The packages of the page; each may import those before it."""


@pytest.mark.parametrize(
    "file", sorted((PACKAGE / "ui").glob("*/*.py")), ids=lambda file: str(file.relative_to(PACKAGE))
)
def test_the_rooms_of_the_page_stand_in_an_order(file: Path) -> None:
    room = ROOMS.index(file.parent.name)
    asked = {name.split(".")[2] for name in imports_of(file) if name.startswith("playground.ui.")}
    assert asked <= set(ROOMS[: room + 1]), f"{file.parent.name} imports {sorted(asked - set(ROOMS[: room + 1]))}"


@pytest.mark.parametrize("library", ["gradio", "gradio_client"])
def test_only_the_page_and_the_api_import_gradio(library: str) -> None:
    users = {part_of(file) for file in FILES if any(name.split(".")[0] == library for name in imports_of(file))}
    assert users <= {"ui", "api"}


def loaded_by(statement: str) -> set[str]:
    code = f"{statement}\nimport sys\nprint(*(name for name in sys.modules if '.' not in name))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(done.stdout.split())


@pytest.mark.parametrize("module", ["playground", "playground.families", "playground.engine", "playground.settings"])
def test_importing_loads_neither_torch_nor_gradio(module: str) -> None:
    assert not loaded_by(f"import {module}") & {"torch", "gradio", "diffusers", "transformers"}


def test_importing_the_page_does_not_load_torch() -> None:
    loaded = loaded_by("import playground.ui.page")
    assert "gradio" in loaded
    assert not loaded & {"torch", "diffusers", "transformers"}


def test_building_the_page_does_not_load_torch() -> None:
    loaded = loaded_by(
        "from pathlib import Path\n"
        "from playground.catalog import read_catalog\nfrom playground.engine import Engine\n"
        "from playground.settings import Settings\nfrom playground.ui.page import build_app\n"
        "build_app(Engine(read_catalog(Path('checkpoints'))), Settings())"
    )
    assert not loaded & {"torch", "diffusers", "transformers"}


def test_only_app_wires_and_stays_short() -> None:
    assert len((ROOT / "app.py").read_text(encoding="utf-8").splitlines()) <= 60


def source_files() -> list[Path]:
    tests = [file for file in sorted((ROOT / "tests").rglob("*.py")) if "__pycache__" not in file.parts]
    return FILES + tests


@pytest.mark.parametrize("file", source_files(), ids=lambda file: str(file.relative_to(ROOT)))
def test_no_file_is_long(file: Path) -> None:
    assert len(file.read_text(encoding="utf-8").splitlines()) <= 300


def test_no_module_is_a_drawer_for_everything() -> None:
    drawers = {"utils", "util", "common", "helpers", "helper", "manager", "shared", "misc"}
    assert [file for file in source_files() if drawers & {file.stem, *file.relative_to(ROOT).parts}] == []


def test_every_module_says_what_it_does() -> None:
    silent = [file for file in FILES if not ast.get_docstring(ast.parse(file.read_text(encoding="utf-8")))]
    assert silent == []


def test_only_settings_read_flags_and_the_environment() -> None:
    reads = re.compile(r"\bos\.(environ|getenv)\b|argparse|sys\.argv")
    readers = {part_of(file) for file in FILES if reads.search(file.read_text(encoding="utf-8"))}
    # The last three are programs of their own, with their own flags.
    assert readers <= {"settings", "training", "lessons", "catalog"}


def error_classes() -> list[type[errors.PlaygroundError]]:
    for module in pkgutil.walk_packages(playground.__path__, "playground."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    found, queue = [], [errors.PlaygroundError]
    while queue:
        kind = queue.pop()
        found.append(kind)
        queue += kind.__subclasses__()
    return [kind for kind in found if kind.__module__.startswith("playground")]


def test_every_error_stands_in_the_tree_where_errors_live() -> None:
    drawn = set(re.findall(r"(?:├──|└──|^    )\s*(\w+)", errors.__doc__ or "", re.MULTILINE))
    assert {kind.__name__ for kind in error_classes()} == drawn
    assert {kind.__module__ for kind in error_classes()} == {"playground.errors"}


def texts_of_the_page() -> list[tuple[str, Text]]:
    found = []
    for file in sorted((PACKAGE / "ui").glob("*/*.py")):
        name = ".".join(file.relative_to(ROOT).with_suffix("").parts)
        for member, value in inspect.getmembers(importlib.import_module(name)):
            if isinstance(value, Text):
                found.append((f"{name}.{member}", value))
    return found


def texts_of_the_families() -> list[tuple[str, Text]]:
    found = []
    for family in in_order():
        found.append((f"{family.name}.title", family.title))
        found += [(f"{family.name}.examples", title) for title, _ in family.examples]
        for task in family.requests:
            found.append((f"{task.task}.title", task.title))
            for name, control in task.controls().items():
                found += [(f"{task.task}.{name}.label", control.label), (f"{task.task}.{name}", control.allowed)]
                if control.help.en or control.help.zh:
                    found.append((f"{task.task}.{name}.help", control.help))
    return found


def texts_of_results() -> list[tuple[str, Text]]:
    found = [(f"{kind.name}.same", kind.same) for kind in KINDS.values()]
    for name in ("playground.outcomes", "playground.gallery", "playground.api", "playground.media"):
        for module in pkgutil.iter_modules(importlib.import_module(name).__path__, f"{name}."):
            members = inspect.getmembers(importlib.import_module(module.name))
            found += [(f"{module.name}.{member}", value) for member, value in members if isinstance(value, Text)]
    return found


@pytest.mark.parametrize(("where", "text"), texts_of_the_page() + texts_of_the_families() + texts_of_results())
def test_everything_is_said_in_both_languages(where: str, text: Text) -> None:
    assert text.en.strip() and text.zh.strip(), where
    assert re.findall(r"{[^}]*}", text.en) == re.findall(r"{[^}]*}", text.zh) or "{1" in text.zh, where


def test_chinese_words_are_chinese() -> None:
    allowed = {"{:.0f} GB", "{} {} → {}"}
    chinese = re.compile("[\u4e00-\u9fff]")
    said = [(where, text) for where, text in texts_of_the_page() if text.en not in allowed]
    assert [where for where, text in said if not chinese.search(text.zh)] == []

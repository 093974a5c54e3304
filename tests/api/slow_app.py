"""The app with one more family, whose jobs take as many steps as asked, to see visitors wait, stop and leave.

Started like app.py: python tests/api/slow_app.py --port 7999 --outputs FOLDER
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from playground.catalog import Catalog, read_catalog
from playground.engine import Engine
from playground.settings import prepare_environment, read_settings
from tests.dummies import dummy_catalog, registered_dummy


def main() -> None:
    """Serve until ended."""
    settings = read_settings()
    prepare_environment()
    from playground.ui.page import build_app, launch

    with tempfile.TemporaryDirectory() as folder, registered_dummy(Path(folder)) as dummy:
        dummy.pace, most = 0.02, int(os.environ.get("MOST_JOBS", "3"))
        weights = dummy_catalog(Path(folder)).all()
        engine = Engine(Catalog([*read_catalog(settings.checkpoints).all(), *weights]), settings.device, most_jobs=most)
        app = build_app(engine, settings)
        launch(app, settings)
        engine.start()
        app.block_thread()


if __name__ == "__main__":
    main()

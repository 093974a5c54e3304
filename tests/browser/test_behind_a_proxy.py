"""Behind nginx, under a path of its own, the page works: scripts, live pictures, events, files."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import LOADING_MS, PATIENCE_MS, WIDE, Site
from tests.browser.panels import open_tab, save
from tests.eventually import eventually
from tests.server import free_port

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
# The README shows the two lines of the location.
CONFIGURATION = """daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log; events {{}}
http {{
  access_log off; client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder};
  uwsgi_temp_path {folder}; scgi_temp_path {folder};
  server {{
    listen 127.0.0.1:{port};
    location /playground/ {{
      proxy_pass {app}/;
      proxy_buffering off;
      proxy_set_header Host $http_host;
    }}
  }}
}}
"""


@pytest.fixture
def proxied(tmp_path: Path) -> Iterator[str]:
    """The app behind nginx; gives its address there."""
    if NGINX is None:
        pytest.skip("nginx is not installed")
    with Site(tmp_path, "app.py", flags=("--root-path", "/playground")) as site:
        port = free_port()
        file = tmp_path / "nginx.conf"
        file.write_text(CONFIGURATION.format(folder=tmp_path, port=port, app=site.url), encoding="utf-8")
        nginx = subprocess.Popen([NGINX, "-c", str(file)])
        try:
            yield f"http://127.0.0.1:{port}/playground/"
        finally:
            nginx.terminate()
            nginx.wait(10)


def test_a_path_of_a_proxy_serves_page_pictures_and_files(proxied: str, chromium: Browser, tmp_path: Path) -> None:
    context = chromium.new_context(viewport=WIDE, locale="en-US")
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    outside: list[str] = []
    page.on(
        "request", lambda request: request.url.startswith((proxied, "data:", "blob:")) or outside.append(request.url)
    )
    eventually(lambda: bool(page.goto(proxied)), timeout=60)
    expect(page.locator(".pg-state.pg-ready")).to_be_visible(timeout=LOADING_MS)
    panel = open_tab(page, "digits_cvae")
    panel.make()
    assert save(page, panel.downloads.first, tmp_path).read_bytes().startswith(b"\x89PNG")
    context.close()
    assert outside == []

"""What axe-core finds on a page that would keep somebody from reading or operating it."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

GRAVE = {"serious", "critical"}
OF_GRADIO = {"meta-viewport"}
"""Rules that speak of what Gradio itself writes around the page."""


def grave_findings(page: Page, place: str) -> list[str]:
    """Say what is serious, critical, or a heading out of its order; nothing where all is well."""
    found = []
    for violation in Axe().run(page).response["violations"]:
        if violation["id"] in OF_GRADIO:
            continue
        if violation["impact"] in GRAVE or violation["id"] == "heading-order":
            places = [f"{node['html'][:160]} {node['failureSummary'][-160:]}" for node in violation["nodes"][:3]]
            found.append(f"{place}: {violation['id']} ({len(violation['nodes'])}): {places}")
    return found

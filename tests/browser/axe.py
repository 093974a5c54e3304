"""What axe-core finds on a page that would keep somebody from reading or operating it."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

GRAVE = {"serious", "critical"}
OF_GRADIO = {"meta-viewport"}
"""Rules that speak of what Gradio itself writes around the page."""
LOOK = """async (within) => {
  const {violations} = await axe.run(within || document, {resultTypes: ['violations']});
  const tell = ({html, failureSummary}) => `${html.slice(0, 160)} ${failureSummary.slice(-160)}`;
  return violations.map(({id, impact, nodes}) => ({id, impact, places: nodes.map(tell)}));
}"""


def grave_findings(page: Page, place: str, within: str | None = None) -> list[str]:
    """Say what is serious, critical, or a heading out of its order; nothing where all is well.

    Args:
        page: The page.
        place: What to call it.
        within: The selector of the part to look at; all of the page where nothing is named.
    """
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(Axe().axe_script)
    found = []
    for violation in page.evaluate(LOOK, within):
        grave = violation["impact"] in GRAVE or violation["id"] == "heading-order"
        if grave and violation["id"] not in OF_GRADIO:
            found.append(f"{place}: {violation['id']} ({len(violation['places'])}): {violation['places'][:3]}")
    return found

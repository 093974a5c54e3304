"""Text → Image tab: type words, watch the picture form, scrub through its steps, see where each word acts."""

from __future__ import annotations

from playground.families import find_family
from playground.families.image_to_image_requests import FROM_PICTURES
from playground.families.text_to_image import FilmRequest, WordsLensRequest
from playground.ui.film.film import film_question
from playground.ui.film.lens import lens_question
from playground.ui.stories.text_to_image import STORY
from playground.ui.tabs.family import Tab, TabHouse, build_family_tab
from playground.ui.tabs.sketch import build_sketch_tab


def build(house: TabHouse) -> None:
    """Draw the tab."""
    engine = house.desk.engine
    film = (FilmRequest, [film_question(engine, FilmRequest), lens_question(engine, WordsLensRequest)])
    build_family_tab(
        house,
        find_family("text_to_image"),
        Tab(STORY, hidden=(FilmRequest, WordsLensRequest, *FROM_PICTURES), film=film, form={"counts": True}, wand=()),
    )
    build_sketch_tab(house)

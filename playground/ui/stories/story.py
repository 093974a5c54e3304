"""How a family works, told when somebody asks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playground.language import Text
from playground.ui.shell.asking import Asked, answers


def story_question(story: Text) -> Callable[..., Any]:
    """Return a question that gives a story as HTML, in the visitor's language."""

    @answers
    async def tell_story(asked: Asked) -> dict[str, Any]:
        return {"html": story.to(asked.language)}

    return tell_story

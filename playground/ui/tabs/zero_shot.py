"""The zero-shot family's panels in the Words tab: embeddings are for programs, and have none."""

from __future__ import annotations

from playground.families.zero_shot_requests import EmbedRequest

PANELS = {EmbedRequest: None}

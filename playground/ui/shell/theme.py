"""How the page looks: a theme of Gradio's own fonts, and styles beside each part's script; nothing from outside."""

from __future__ import annotations

import gradio as gr

FONTS = [
    "IBM Plex Sans",
    "PingFang SC",
    "Microsoft YaHei",
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "system-ui",
    "sans-serif",
]


def theme() -> gr.themes.Base:
    """Return the page's theme."""
    return gr.themes.Soft(
        primary_hue="indigo",
        secondary_hue="pink",
        neutral_hue="slate",
        radius_size="lg",
        # Half the bytes of Source Sans Pro; its semibold lacks letters in the cut that Gradio brings, so bold is taken.
        font=[gr.themes.LocalFont(FONTS[0], weights=(400, 700)), *FONTS[1:]],
    ).set(
        block_title_background_fill="transparent",
        block_title_background_fill_dark="transparent",
        block_title_padding="0",
        block_title_text_color="*body_text_color",
        block_title_text_color_dark="*body_text_color",
        block_title_text_weight="600",
        # Small words that weak eyes and projectors still show.
        body_text_color_subdued="*neutral_600",
        body_text_color_subdued_dark="*neutral_400",
        block_info_text_color="*neutral_600",
        block_info_text_color_dark="*neutral_400",
        button_primary_background_fill="*primary_600",
        button_primary_background_fill_hover="*primary_700",
        button_primary_background_fill_hover_dark="*primary_700",
        button_primary_background_fill_dark="*primary_600",
        button_primary_text_color="white",
        block_shadow="none",
        block_border_width="1px",
        # Boxes, sliders and buttons that can be told from the paper, also by weak eyes and on projectors.
        input_border_color="*neutral_300",
        input_border_color_dark="*neutral_600",
        checkbox_border_color="*neutral_400",
        checkbox_border_color_dark="*neutral_500",
        button_secondary_border_color="*neutral_300",
        button_secondary_border_color_dark="*neutral_600",
        button_secondary_background_fill_hover_dark="*neutral_700",
        button_border_width="1px",
    )

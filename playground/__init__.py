"""The conditional-generation playground: pretrained generators behind sliders.

Importing this package loads nothing heavy: neither torch nor gradio.
"""

__version__ = "0.1.0"

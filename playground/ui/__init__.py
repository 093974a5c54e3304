"""The page: the only package that imports gradio. Shows what the engine does; knows no torch."""

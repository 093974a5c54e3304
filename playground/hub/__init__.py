"""Checkpoints from elsewhere: where they lie on disk, and how they get there when a visitor asks.

Nothing is imported with the package; huggingface_hub is imported where it is used. Knows no model and no page.
"""

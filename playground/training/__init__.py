"""Trains and judges the bundled checkpoints: ``python -m playground.training --help``.

Nothing is imported with the package; the page never needs it.
"""

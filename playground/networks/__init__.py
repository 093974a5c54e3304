"""The networks that are trained here: plain modules with their configuration; no files, no jobs, no page.

Nothing is imported with the package, so that importing it stays free; take what you need from its file.
"""

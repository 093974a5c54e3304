"""What was made and is kept: an SQLite index beside the files. Knows no model and no page."""

from playground.gallery.entries import Entry, Filter, KeptFile, Shelf, Viewer
from playground.gallery.store import Gallery

__all__ = ["Entry", "Filter", "Gallery", "KeptFile", "Shelf", "Viewer"]

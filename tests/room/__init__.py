"""The room: codes, names, limits, the wall, and a restart in the middle."""

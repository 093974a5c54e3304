"""The gallery on real files and real SQLite."""

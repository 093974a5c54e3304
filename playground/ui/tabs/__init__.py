"""Tabs that need more than their family's request types say; one file a family, named like the family."""

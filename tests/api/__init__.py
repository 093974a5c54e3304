"""The API as a program sees it: over HTTP, against a running app."""

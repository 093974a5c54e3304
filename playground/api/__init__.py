"""The tasks as endpoints for programs, and what every event of a visitor's goes through. Knows no page."""

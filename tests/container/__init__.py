"""The container: its lines are linted everywhere, and it is built where there is an engine."""

"""Lessons: what comes along is whole, and mistakes are told one by one."""

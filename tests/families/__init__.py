"""One suite runs over every member of the register."""

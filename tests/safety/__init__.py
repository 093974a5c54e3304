"""What must never happen: files of others served, a crash by a damaged checkpoint or a full disk."""

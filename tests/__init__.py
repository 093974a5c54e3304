"""Tests mirror playground/: real checkpoints, a real server process, real clients; dummies only for the engine."""

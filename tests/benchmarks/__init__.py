"""What the playground must reach, measured side by side: ``python -m tests.benchmarks [rows…]``."""

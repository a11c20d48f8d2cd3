"""The rules. Standard library only, no clock, no I/O (tests/unit/test_architecture.py keeps it so)."""

"""One file per payment gateway; all in the same order: declaration, mapping tables, verify, parse, fetch."""

"""Money: what is owed and why, what pays it, what was paid."""

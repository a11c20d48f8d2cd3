"""Régua: automatic, lawful, measurable collections."""

"""Listening: what channels and debtors tell becomes facts, work and answers."""

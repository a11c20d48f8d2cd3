"""Collecting: the daily scan, a debtor's turn, the gate, the pace, what is said."""

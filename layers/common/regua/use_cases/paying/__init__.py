"""Paying: news about money is stored, settled, reconciled, and what follows is set to work."""

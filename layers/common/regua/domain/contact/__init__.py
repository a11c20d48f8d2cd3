"""Contacts: who is reached when, on which channel, with which step; what is said and what became of it."""

"""Importing: a file becomes debtors and receivables, and what it no longer lists leaves."""

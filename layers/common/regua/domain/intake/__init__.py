"""Intake: from the row of a file to the debtor's file."""

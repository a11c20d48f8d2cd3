"""Replies: what a debtor's words mean, and what is answered to them."""

"""The desk: work for people."""

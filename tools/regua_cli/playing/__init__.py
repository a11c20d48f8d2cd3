"""A history is played: the real use cases on the store in memory, with the world standing still in between."""

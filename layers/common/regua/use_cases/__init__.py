"""What each function does, as one module per story. Ports come in as arguments."""

"""The local cloud: the real template on an emulator, time sped up, and the outside world played by small servers."""

"""One file per channel; all in the same order: capabilities, send, error map, parse_event."""

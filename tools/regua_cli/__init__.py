"""The `regua` command: what runs on a person's machine and never in AWS."""

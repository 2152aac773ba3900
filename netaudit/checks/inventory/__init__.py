"""Whether every device is registered and was read."""

"""What outsiders reach."""

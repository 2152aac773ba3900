"""Show captures of Junos."""

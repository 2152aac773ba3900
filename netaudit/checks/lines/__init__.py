"""Third-party lines: a firewall stands before them, and only what is agreed is open."""

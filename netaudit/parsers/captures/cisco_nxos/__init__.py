"""Show captures of NX-OS."""

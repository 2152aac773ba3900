"""Show captures of ASA."""

"""Show captures of EOS."""

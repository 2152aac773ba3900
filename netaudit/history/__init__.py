"""Runs and their findings over time, in a database."""

"""Exact sets of packet headers; knows nothing of networks."""

"""Planned changes applied to devices, and what the network does otherwise with them."""

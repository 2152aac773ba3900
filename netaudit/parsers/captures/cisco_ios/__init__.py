"""Captures of Cisco IOS and IOS-XE."""

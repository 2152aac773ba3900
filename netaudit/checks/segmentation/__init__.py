"""Segmentation: zones are apart, and only what is stated passes between them."""

"""The vendor-neutral nouns; every fact carries the place that it was read from."""

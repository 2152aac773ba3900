"""Evidence of a run: manifest, hashes, verification."""

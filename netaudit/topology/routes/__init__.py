"""Routes that devices learn from each other, computed from what is configured."""

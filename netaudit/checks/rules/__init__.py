"""Access rules: positive list and least privilege."""

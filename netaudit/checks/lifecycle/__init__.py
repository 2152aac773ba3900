"""Hardware and software past, or near, the end of their support."""

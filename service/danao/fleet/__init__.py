"""Many descriptions at once."""

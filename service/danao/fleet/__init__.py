"""Many descriptions at once: generated, assessed, and what their results tell."""

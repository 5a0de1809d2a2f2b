"""Many descriptions at once: assessed, generated, and what their results tell."""

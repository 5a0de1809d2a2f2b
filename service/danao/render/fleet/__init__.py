"""Ranking, heat map, statistics and rows of a fleet on a terminal, and as CSV. All shown is computed elsewhere."""

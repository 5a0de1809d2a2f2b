"""What came of fleets, on a terminal."""

"""What came of it: numbers over many pitches, each of which opens its rows."""

"""What else is due, when, for whom."""

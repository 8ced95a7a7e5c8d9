"""Mail out and in, measured against the goals."""

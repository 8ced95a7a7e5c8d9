"""What shows several rooms at once: Today, the digest, the search."""

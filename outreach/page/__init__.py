"""What does this fetched page say?  Pure: bytes and headers in, plain values out."""

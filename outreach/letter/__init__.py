"""What does this mail say? Its kind, its bounce, its own text, its thread.

Pure: bytes in, plain values out; no database, no clock, no network. Nothing here raises on a
strange mail, and every regular expression is bounded, for the mail comes from strangers.
"""

"""Letting letters go: the gate, the pace, and the ledger of every try."""

"""The one append-only log of what happened: writes, sends, refusals, exports and log-ins, ids only."""

"""Follow-ups: written by the worker when they are due, sent by a person, stopped everywhere by one key."""

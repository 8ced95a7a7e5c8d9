"""Who said no: suppressed addresses and domains. No key to a person, so it outlives erasure."""

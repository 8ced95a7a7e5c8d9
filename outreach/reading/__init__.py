"""Reading the mailbox: what came in, whose it is, and what follows from it."""

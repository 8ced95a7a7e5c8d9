"""Setting a mailbox up: its servers are found from the address, shown, tried, and then it is added."""

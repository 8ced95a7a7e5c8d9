"""Reading mailboxes, and putting copies of our letters into them."""

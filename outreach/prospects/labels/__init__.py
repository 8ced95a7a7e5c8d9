"""What a team writes on sites and people: tags, and fields of its own."""

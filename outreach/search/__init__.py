"""Finding rows by parts of words: the index that each database keeps of its text, and the conditions that ask it."""

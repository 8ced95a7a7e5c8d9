"""From the yes to the page: the check list of a pitch, its type's own facts, and who contributes."""

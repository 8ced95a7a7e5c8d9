"""What must reach every room: backup and restore, and later imports, merges, erasure, export."""

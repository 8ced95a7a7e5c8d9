"""What we promote: projects, who is in them, own hosts and own pages."""

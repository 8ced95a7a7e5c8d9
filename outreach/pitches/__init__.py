"""One offer of one type to one site, from the idea to the verified link."""

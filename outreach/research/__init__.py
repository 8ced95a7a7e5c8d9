"""Who is behind a site: looking through its pages, and what a person makes of what was found."""

"""Pages for people: the overview, projects, and all that stands in the same frame."""

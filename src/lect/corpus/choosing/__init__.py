"""Which documents are taken, and how much of each source."""

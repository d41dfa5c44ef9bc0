"""What a vocabulary costs a language, and what languages share of it."""

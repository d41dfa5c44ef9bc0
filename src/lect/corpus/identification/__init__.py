"""Which language a text is in: an identifier for any set of languages, learned from their text."""

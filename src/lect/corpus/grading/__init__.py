"""What a document is worth: scores, ratings and labels, one for each text."""

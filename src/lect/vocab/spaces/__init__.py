"""Static vectors of words and tokens, and maps between them."""

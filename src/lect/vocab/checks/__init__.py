"""What a tokenizer or a change of vocabulary must pass."""

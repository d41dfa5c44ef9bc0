"""What a corpus shares with the test sets that a model will be judged on."""

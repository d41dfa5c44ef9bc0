"""Where the rows of new tokens come from."""

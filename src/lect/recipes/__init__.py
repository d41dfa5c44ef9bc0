"""One page for each published system: nothing but calls, with its claim, its control and its verdict."""

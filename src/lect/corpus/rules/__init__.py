"""Rules over a table of statistics: measure once, decide as often as one likes."""

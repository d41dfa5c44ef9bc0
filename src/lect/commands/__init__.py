"""The commands of the terminal: thin functions from what a person types to verbs and back to what a person reads."""

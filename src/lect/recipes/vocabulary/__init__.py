"""Recipes about vocabularies and their embedding rows."""

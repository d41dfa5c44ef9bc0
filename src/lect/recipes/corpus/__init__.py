"""Recipes of systems that build corpora."""

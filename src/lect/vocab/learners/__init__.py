"""Tokenizers learned from text."""

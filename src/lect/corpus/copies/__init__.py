"""Copies: the same text twice, exactly or nearly, in one crawl or over several."""

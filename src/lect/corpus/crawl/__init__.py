"""From archives and files of a crawl to text: reading, encodings, extraction, robots, and workers that survive bad pages."""

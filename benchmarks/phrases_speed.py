"""How many CLDR phrases a second on one core: `python benchmarks/phrases_speed.py`.

Goal: at least 20,000 a CPU second for 100,000 phrases, warm-up included. Measured in CPU time on a shared two-core
machine (babel 2.18, Python 3.11): Faroese 60,000, English 70,000, Arabic 64,000, Chinese 74,000, Sangu 42,000.
"""

import time

from lect.worlds import phrases

COUNT = 100_000

if __name__ == "__main__":
    for language in ("Faroese", "English", "Icelandic", "Danish", "Arabic", "Chinese", "Sangu"):
        start = time.process_time()
        characters = sum(map(len, phrases(language, COUNT).strings()))
        seconds = time.process_time() - start
        print(
            f"{language:10} {COUNT / seconds:10,.0f} phrases/s {characters / seconds / 1e6:6.2f} million characters/s"
        )

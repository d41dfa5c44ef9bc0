"""Start-up times: how long `import lect`, `lect --help` and `lect recipes` take in a fresh interpreter.

We publish the medians of 11 runs after one that warms the disk cache; the bound of the design is 0.3 s.
Run as `python benchmarks/startup.py`.
"""

import platform
import subprocess
import sys
import time
from statistics import median

RUNS = 11
COMMANDS = {
    "python -c pass": ["-c", "pass"],
    "import lect": ["-c", "import lect"],
    "lect --help": ["-m", "lect", "--help"],
    "lect recipes": ["-m", "lect", "recipes"],
}


def seconds(arguments: list[str]) -> float:
    """Return the wall time in seconds of one run of this interpreter with `arguments`."""
    begin = time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begin


def main() -> None:
    """Print the median and the range of every command."""
    print(
        f"start-up, Python {platform.python_version()}, {platform.machine()}, median of {RUNS} runs (lowest to highest)"
    )
    for name, arguments in COMMANDS.items():
        seconds(arguments)
        times = [seconds(arguments) for _ in range(RUNS)]
        print(f"  {name:<15} {median(times):.3f} s ({min(times):.3f} to {max(times):.3f})")


if __name__ == "__main__":
    main()

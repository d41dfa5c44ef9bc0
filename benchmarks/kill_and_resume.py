"""kill -9 at a random moment of `lect adapt`, again and again: every re-run must end with the same result.

    python benchmarks/kill_and_resume.py [--kills 10]

Each round starts a fresh adaptation of a tiny base on the embedded world, kills it at a random moment, looks for anything half-written under a
final name, runs the same command again to its end, and compares weights and scores (speed aside) with those of a run that nobody disturbed.
"""

import argparse
import hashlib
import json
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PREPARE = """
import sys
from pathlib import Path
from lect import worlds
from lect.train.scratch import pretrain_new
folder = Path(sys.argv[1])
say = lambda tag, seed, n: [d["text"] for d in worlds.phrases(tag, n, seed=seed, sentences_per_document=6)]
(folder / "text.txt").write_text("\\n".join(say("fo", 1, 1500)), encoding="utf-8")
pretrain_new(say("en", 0, 500) + say("da", 0, 500), folder / "base", size="tiny", budget="0.1MB", vocabulary=800)
"""


def outcome(folder: Path) -> tuple[str, list[dict]]:
    """Return the hash of the weights and the rows that no clock decides."""
    rows = [json.loads(line) for line in (folder / "results.jsonl").read_text().splitlines()]
    return hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest(), [
        row for row in rows if row["metric"] != "throughput"
    ]


def half_written(root: Path) -> list[str]:
    """Return final-named artifacts under `root` that are not whole: folders without lect.json, files that differ from what it lists."""
    wrong = []
    for record in root.rglob("lect.json"):
        for name, digest in json.loads(record.read_text())["outputs"].items():
            if hashlib.sha256((record.parent / name).read_bytes()).hexdigest() != digest:
                wrong.append(str(record.parent / name))
    for weights in root.rglob("*.safetensors"):
        named = [
            part
            for part in weights.relative_to(root).parts[:-1]
            if part.endswith(".partial") or part.startswith("checkpoint")
        ]
        if not named and not (weights.parent / "lect.json").exists():
            wrong.append(str(weights))
    return wrong


def reached(out: Path) -> str:
    """Return the newest stage of the killed run."""
    if out.exists():
        return "already finished"
    stages = sorted((out.with_name(f"{out.name}.partial") / "stages").glob("*"), key=lambda path: path.stat().st_mtime)
    return f"in {stages[-1].name}" if stages else "before the first stage"


def main() -> None:
    """Run the rounds and print a row each."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=10)
    rounds = parser.parse_args().kills
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        subprocess.run([sys.executable, "-c", PREPARE, name], check=True, stderr=subprocess.DEVNULL)
        command = [
            sys.executable,
            "-m",
            "lect",
            "adapt",
            str(folder / "base"),
            "--language",
            "fao",
            "--text",
            str(folder / "text.txt"),
        ]
        command += ["--budget", "0.06MB", "--seeds", "1", "--vocab", "replace", "--out"]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        started = time.monotonic()
        subprocess.run([*command, str(folder / "whole")], check=True, **quiet)
        seconds = time.monotonic() - started
        whole, generator, same = outcome(folder / "whole"), random.Random(), 0
        number = attempt = 0
        while number < rounds:
            out = folder / f"round-{attempt}"
            attempt += 1
            started = time.monotonic()
            process = subprocess.Popen([*command, str(out)], **quiet)
            moment = generator.uniform(0.05, 1.0) * seconds
            try:
                process.wait(timeout=moment)
            except subprocess.TimeoutExpired:
                pass
            else:  # it was faster than the moment: aim again, and sooner
                seconds = time.monotonic() - started
                continue
            number += 1
            process.send_signal(signal.SIGKILL)
            process.wait()
            wrong = half_written(folder) + ([str(out)] if out.exists() and not (out / "lect.json").exists() else [])
            at = reached(out)
            subprocess.run([*command, str(out)], check=True, **quiet)
            equal = outcome(out) == whole
            same += equal and not wrong
            print(
                f"round {number}: killed after {moment:.1f} of {seconds:.1f} s, {at}; same result: {equal}; half-written: {wrong or 'none'}"
            )
        print(f"{same} of {rounds} re-runs ended with the same weights and scores")
        sys.exit(same != rounds)


if __name__ == "__main__":
    main()

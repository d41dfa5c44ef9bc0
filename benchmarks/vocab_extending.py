"""Extending a vocabulary: CPU seconds and peak memory of whole processes, and what the new tokens are worth.

The work: 5,000 merges after an English byte-level BPE of 8,000, from 20 MB of ../shared/data/lm_text (Icelandic,
Faroese, Estonian, Finnish, Basque, Catalan; no line twice). lect's process also builds a model and its rows. The peer,
tokenizer-extension (a checkout in FOLDER, run by a Python that has `heapdict` and the package's other needs), gets the
same work, and 500 merges on the first 0.4 MB of Faroese.

    python benchmarks/vocab_extending.py [--peer FOLDER] [--python PYTHON] [--quality]

`--quality`: 4,000 Faroese tokens after an English and Icelandic tokenizer of 16,000, of three kinds; tokens of held-out
Faroese, relative to before, against the same strings given to `add_tokens` and against a tokenizer of 20,000 learned
from Faroese alone; and how much of English is cut as before. FIGURES
"""

import argparse
import gzip
import multiprocessing
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

DATA = Path(os.environ.get("LECT_SHARED_DATA", Path(__file__).resolve().parents[2] / "shared" / "data")) / "lm_text"
CACHE = Path(tempfile.gettempdir()) / "lect_vocab_extending"

LECT = """
import sys
from transformers import AutoTokenizer, LlamaConfig, LlamaForCausalLM
from lect.artifacts.models import Model
from lect.artifacts.texts import read
from lect.vocab import extend
base, text, number = sys.argv[1:]
tokenizer = AutoTokenizer.from_pretrained(base)
shape = dict(hidden_size=64, intermediate_size=64, num_hidden_layers=1, num_attention_heads=2, num_key_value_heads=2)
model = Model(LlamaForCausalLM(LlamaConfig(vocab_size=len(tokenizer), **shape)), tokenizer)
larger = extend(model, read(text, documents="lines"), size=len(tokenizer) + int(number))
print("intermediate tokens:", larger.notes["intermediate"])
"""
PEER = """
import sys
from transformers import AutoTokenizer
from tokenizer_extension.extension import extend_tokenizer
from tokenizer_extension.train_vocab_extension import train_vocab_extension
base, text, number = sys.argv[1:]
tokenizer = AutoTokenizer.from_pretrained(base)
found = train_vocab_extension(tokenizer, [line.rstrip("\\n") for line in open(text, encoding="utf-8")], int(number))
extend_tokenizer(tokenizer, found["vocab"], new_merges=found["merges"], keep_added_token_positions=True)
print("tokens:", len(tokenizer))
"""


def lines(languages: list[str]) -> Iterator[str]:
    """Yield the distinct lines of some languages."""
    seen: set[str] = set()
    for language in languages:
        with gzip.open(DATA / f"{language}.train.txt.gz", "rt", encoding="utf-8") as file:
            for line in file:
                if line.strip() and line not in seen:
                    seen.add(line)
                    yield line


def write(name: str, languages: list[str], megabytes: float) -> None:
    """Write the first lines of some languages."""
    left = int(megabytes * 1e6)
    with (CACHE / name).open("w", encoding="utf-8") as file:
        for line in lines(languages):
            if left <= 0:
                return
            file.write(line)
            left -= len(line.encode())


def prepare() -> None:
    """Write the texts and the English tokenizer."""
    from lect.artifacts.texts import read
    from lect.vocab import learn

    CACHE.mkdir(exist_ok=True)
    write("english.txt", ["eng"], 3)
    write("large.txt", ["isl", "fao", "est", "fin", "eus", "cat"], 20)
    write("small.txt", ["fao"], 0.4)
    learn(read(CACHE / "english.txt", documents="lines"), size=8000).save_pretrained(CACHE / "english")


def measure(who: str, code: str, python: str, folder: str, *arguments: str) -> None:
    """Run code in a process of its own and print what it took."""
    environment = os.environ | {
        "TOKENIZERS_PARALLELISM": "false",
        "OMP_NUM_THREADS": "1",
        "PYTHONPATH": os.pathsep.join(filter(None, [folder, os.environ.get("PYTHONPATH")])),
    }
    command = [python, "-c", code, str(CACHE / "english"), *arguments]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment)
    printed = process.stdout.read().strip() if process.stdout else ""
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{who}: the measured process failed with status {status}")
    seconds, size = usage.ru_utime + usage.ru_stime, Path(arguments[0]).stat().st_size / 1e6
    print(
        f"{who:20} {arguments[1]:>5} merges on {size:4.1f} MB {seconds:6.1f} CPU-s {usage.ru_maxrss / 1e3:5.0f} MB"
        f"  {printed}",
        flush=True,
    )


def weigh(kind: str) -> None:
    """Print what 4,000 new tokens are worth to Faroese, and what they change in English."""
    from tokenizers import AddedToken
    from transformers import LlamaConfig, LlamaForCausalLM

    from lect.artifacts.models import Model
    from lect.artifacts.texts import read
    from lect.vocab import extend, learn
    from lect.vocab.counting import count, encode
    from lect.vocab.surfaces import forms

    write("two.txt", ["eng"], 2)
    with (CACHE / "two.txt").open("a", encoding="utf-8") as file:
        file.writelines(line for line, _ in zip(lines(["isl"]), range(1200), strict=False))
    write("faroese.txt", ["fao"], 5)
    old, text = (read(CACHE / name, documents="lines") for name in ("two.txt", "faroese.txt"))
    unseen, english = (read(DATA / f"{code}.valid.txt.gz", documents="lines") for code in ("fao", "eng"))
    tokenizer, fresh, added = (
        learn(source, kind=kind, size=size) for source, size in ((old, 16_000), (text, 20_000), (old, 16_000))
    )
    shape = {"hidden_size": 8, "intermediate_size": 8, "num_hidden_layers": 1, "num_attention_heads": 2}
    network = LlamaForCausalLM(LlamaConfig(vocab_size=16_000, num_key_value_heads=2, **shape))
    larger = extend(Model(network, tokenizer), text, size=20_000).tokenizer
    new = [form.decode(errors="ignore") for form in forms(larger)[16_000:] if form is not None]
    added.add_tokens([AddedToken(form, normalized=False) for form in new if form.strip()])
    before = count(tokenizer, unseen).sum()
    shares = [count(one, unseen).sum() / before for one in (larger, added, fresh)]
    words = sorted({f" {word}" for string in english.strings() for word in string.split()})
    alike = sum(one == two for one, two in zip(encode(tokenizer, words), encode(larger, words), strict=True)) / len(
        words
    )
    used = int((count(larger, text)[16_000:] > 0).sum())
    print(
        f"{kind:10} extended {shares[0]:.3f}  add_tokens {shares[1]:.3f}  fresh of 20,000 {shares[2]:.3f}"
        f"  used by the text {used}  English words cut as before {alike:.1%}",
        flush=True,
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peer", help="a checkout of taidopurason/tokenizer-extension")
    parser.add_argument("--python", default=sys.executable, help="the Python that runs the peer")
    parser.add_argument("--quality", action="store_true")
    given = parser.parse_args()
    # In a process of its own: the peak of a process counts what its parent held when it started.
    preparing = multiprocessing.get_context("spawn").Process(target=prepare)
    preparing.start()
    preparing.join()
    large, small = (str(CACHE / name) for name in ("large.txt", "small.txt"))
    measure("lect", LECT, sys.executable, "", large, "5000")
    measure("lect", LECT, sys.executable, "", small, "500")
    if given.peer:
        measure("tokenizer-extension", PEER, given.python, given.peer, small, "500")
        measure("tokenizer-extension", PEER, given.python, given.peer, large, "5000")
    if given.quality:
        for kind in ("bpe", "wordpiece", "unigram"):
            weigh(kind)

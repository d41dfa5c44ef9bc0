"""Trimming a model of XLM-R's size to one text: CPU seconds and peak memory of whole processes, side by side.

The model: 250,002 x 768, 12 layers, 278 million random fp32 parameters, a Unigram tokenizer made on the spot from the
words of ../shared/data/lm_text. The text: 20 MB of English, Icelandic and Faroese. The task: 20,000 tokens.

    python benchmarks/vocab_trimming.py [--peer FOLDER]     # FOLDER: where `pip install --target FOLDER skeletoken` put it

Goal: at most 0.3 of the CPU time of the peer and a third of its memory. Measured on two cores, one busy: by compression
11.2 of 29.9 CPU-s (0.37, not reached) and 0.75 of 2.90 GB (0.26, reached); by frequency, which is what the peer does,
10.3 CPU-s (0.35, not reached). A third of our time is the tokenizer's own work on the distinct words.
"""

import argparse
import gzip
import json
import math
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

DATA = Path(os.environ.get("LECT_SHARED_DATA", Path(__file__).resolve().parents[2] / "shared" / "data")) / "lm_text"
SIZE, ROWS, MEGABYTES = 20_000, 250_002, 20
LANGUAGES = ("eng", "isl", "fao", "fin", "eus", "swa", "kaz", "tur", "cat", "sme", "est", "tam")

LECT = """
import sys
from lect import open_model, vocab
base, text, out, size = sys.argv[1:]
vocab.trim(open_model(base), [line for line in open(text, encoding="utf-8")], size=int(size), by="BY").save(out)
"""
PEER = """
import sys
from collections import Counter
from transformers import AutoModelForMaskedLM, AutoTokenizer
from skeletoken import TokenizerModel
from skeletoken.external.transformers import reshape_embeddings
base, text, out, size = sys.argv[1:]
tokenizer = AutoTokenizer.from_pretrained(base)
counts, batch = Counter(), []
def flush():
    for encoding in tokenizer.backend_tokenizer.encode_batch_fast(batch, add_special_tokens=False):
        counts.update(encoding.ids)
    batch.clear()
for line in open(text, encoding="utf-8"):
    batch.append(line)
    if len(batch) == 1000:
        flush()
flush()
special = set(tokenizer.all_special_ids)
kept = special | {index for index, _ in counts.most_common(int(size)) if index not in special}
kept = set(sorted(kept, key=lambda index: (index not in special, -counts[index]))[: int(size)])
tokens = {index: token for token, index in tokenizer.get_vocab().items()}
model = TokenizerModel.from_transformers_tokenizer(tokenizer)
model = model.remove_tokens_from_vocabulary([token for index, token in tokens.items() if index not in kept])
network = reshape_embeddings(AutoModelForMaskedLM.from_pretrained(base), model)
network.save_pretrained(out)
model.to_transformers().save_pretrained(out)
"""


def build(folder: Path) -> None:
    """Write the model, its tokenizer and the text, once."""
    import torch
    from transformers import XLMRobertaConfig, XLMRobertaForMaskedLM, XLMRobertaTokenizer

    strings = {code: gzip.decompress((DATA / f"{code}.train.txt.gz").read_bytes()).decode() for code in LANGUAGES}
    text = "".join(strings[code] for code in ("eng", "isl", "fao"))
    (folder / "text.txt").write_bytes(text.encode()[: MEGABYTES * 10**6].decode(errors="ignore").encode())
    words = Counter(word for string in strings.values() for word in string.split())
    pieces: Counter[str] = Counter()
    for word, times in words.items():
        marked = "▁" + word
        pieces.update(dict.fromkeys(marked, times))
        for length in range(2, min(len(marked), 12) + 1):
            pieces[marked[:length]] += times
            pieces[marked[-length:]] += times
    single = [piece for piece in pieces if len(piece) == 1]
    rest = sorted((p for p in pieces if len(p) > 1), key=lambda p: (-pieces[p] * len(p), p))
    chosen = [*single, *rest][: ROWS - 5]
    total = sum(pieces[piece] for piece in chosen)
    scored = sorted(
        ((piece, math.log(pieces[piece] / total)) for piece in chosen), key=lambda pair: (-pair[1], pair[0])
    )
    vocabulary = [(token, 0.0) for token in ("<s>", "<pad>", "</s>", "<unk>")] + scored + [("<mask>", 0.0)]
    tokenizer = XLMRobertaTokenizer(vocab=vocabulary)
    torch.manual_seed(0)
    config = XLMRobertaConfig(
        vocab_size=len(tokenizer), hidden_size=768, num_hidden_layers=12, max_position_embeddings=514
    )
    XLMRobertaForMaskedLM(config).save_pretrained(folder / "base")
    tokenizer.save_pretrained(folder / "base")


def run(name: str, code: str, folder: Path, path: str) -> dict[str, float]:
    """Run one candidate in a process of its own; return what the kernel says of it."""
    out = folder / f"out-{name}"
    environment = os.environ | {
        "PYTHONPATH": path,
        "OMP_NUM_THREADS": "1",
        "RAYON_NUM_THREADS": "1",
        "TOKENIZERS_PARALLELISM": "false",
    }
    arguments = [sys.executable, "-c", code, *map(str, (folder / "base", folder / "text.txt", out, SIZE))]
    started = time.monotonic()
    process = subprocess.Popen(arguments, env=environment)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{name} failed")
    cpu = usage.ru_utime + usage.ru_stime
    print(
        f"{name:<12} {cpu:7.1f} CPU-s {time.monotonic() - started:7.1f} s {usage.ru_maxrss / 1e6:6.2f} GB peak",
        flush=True,
    )
    return {"cpu": cpu, "peak": usage.ru_maxrss / 1e6}


def main() -> None:
    """Print both candidates and their ratios."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--peer", default="")
    parser.add_argument("--folder", default=str(Path(tempfile.gettempdir()) / "lect-vocab-trimming"))
    given = parser.parse_args()
    folder = Path(given.folder)
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "base" / "tokenizer.json").is_file():
        build(folder)
    here = str(Path(__file__).resolve().parents[1] / "src")
    ours = {by: run(by, LECT.replace("BY", by), folder, here) for by in ("frequency", "compression")}
    if not given.peer:
        print("skeletoken is not given (--peer): no ratio")
        return
    theirs = run("skeletoken", PEER, folder, given.peer)
    for by, figures in ours.items():
        print(by, json.dumps({key: round(figures[key] / theirs[key], 3) for key in figures}))


if __name__ == "__main__":
    main()

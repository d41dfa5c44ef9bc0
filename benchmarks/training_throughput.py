"""Training throughput and loss against the stock Hugging Face masked-language-model script, on the same model, text and cores.

    python benchmarks/training_throughput.py [--text FILE] [--tokens 200000] [--threads 1]

Rows: the Trainer with one document a row padded to the maximum (the example's `--line_by_line --pad_to_max_length`), with dynamic padding
(`--line_by_line`), with grouped blocks (its default), and `lect.pretrain` in fp32 and in the precision that its timed trial chooses. Every row is
a fresh process with the same small BERT, vocabulary and threads; what is counted are real tokens (no padding, no special tokens) per CPU-second of
the training call, start-up excluded.
Losses are those of one scorer (lect's masked objective, one fixed mask) on held-out text, after equal real tokens.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time

LENGTH, BATCH, LR = 128, 16, 1e-3
VARIANTS = ("hf padded", "hf dynamic", "hf grouped", "lect fp32", "lect auto")


def documents(path: str | None) -> list[str]:
    """Return short documents, as in a corpus of sentences: real text, or CLDR phrases."""
    import lect

    if path:
        text = lect.read(path, documents="lines")
        return [line for line in text.strings() if len(line) > 20]
    return list(lect.worlds.phrases("fo", 20_000, seed=0).strings())


def make_model(tokenizer, seed=0):
    """Return the benchmark's BERT: hidden 256, 4 layers."""
    import torch
    from transformers import BertConfig, BertForMaskedLM

    torch.manual_seed(seed)
    config = BertConfig(
        vocab_size=len(tokenizer), hidden_size=256, num_hidden_layers=4, num_attention_heads=4, intermediate_size=1024,
        max_position_embeddings=LENGTH, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0, pad_token_id=tokenizer.pad_token_id,
    )  # fmt: skip
    return BertForMaskedLM(config)


def run_hugging_face(kind: str, texts: list[str], tokenizer, tokens: int):
    """Train with Trainer over `tokens` real tokens; return (model, real tokens, CPU seconds)."""
    from transformers import DataCollatorForLanguageModeling, Trainer, TrainingArguments

    special = set(tokenizer.all_special_ids)
    if kind == "grouped":
        stream = [id_ for text in texts for id_ in tokenizer(text)["input_ids"]]
        rows = [{"input_ids": stream[i : i + LENGTH]} for i in range(0, len(stream) - LENGTH, LENGTH)]
    else:
        padding = "max_length" if kind == "padded" else False
        rows = [dict(tokenizer(text, truncation=True, max_length=LENGTH, padding=padding)) for text in texts]
    real = [sum(id_ not in special for id_ in row["input_ids"]) for row in rows]
    taken = total = 0
    while total < tokens:
        total += real[taken % len(rows)]
        taken += 1
    steps = max(1, taken // BATCH)
    model = make_model(tokenizer)
    with tempfile.TemporaryDirectory() as folder:
        arguments = TrainingArguments(
            folder, per_device_train_batch_size=BATCH, max_steps=steps, learning_rate=LR, lr_scheduler_type="cosine", warmup_steps=int(0.05 * steps),
            weight_decay=0.1, adam_beta2=0.98, save_strategy="no", logging_strategy="no", report_to=[], use_cpu=True, disable_tqdm=True, seed=0,
        )  # fmt: skip
        trainer = Trainer(
            model, arguments, DataCollatorForLanguageModeling(tokenizer, mlm_probability=0.15), train_dataset=rows
        )
        started = time.process_time()
        trainer.train()
        seconds = time.process_time() - started
    return model, total, seconds


def run_lect(precision: str, texts: list[str], tokenizer, tokens: int):
    """Train with lect over `tokens` real tokens; return (model, real tokens, CPU seconds, precision)."""
    import lect

    model = lect.Model(make_model(tokenizer), tokenizer, "benchmark")
    text = lect.read(texts)
    size = sum(len(t.encode()) for t in texts)
    have = sum(len(ids) for ids in tokenizer(texts, add_special_tokens=False)["input_ids"])
    training = lect.train.Training(length=LENGTH, batch_tokens=BATCH * LENGTH, precision=precision, mask_share=0.15)
    started = time.process_time()
    trained = lect.pretrain(model, text, megabytes=size * tokens / have / 1e6, lr=LR, training=training)
    seconds = time.process_time() - started
    return trained.network, tokens, seconds, trained.notes["training"]["precision"]


def heldout_loss(network, tokenizer, texts: list[str]) -> float:
    """Return nats a masked token on held-out text, packed in rows, with one fixed mask."""
    import torch

    from lect.artifacts.texts import read
    from lect.train.objectives import masked
    from lect.train.packing import draw_stream, tokenize

    table = tokenize(read(texts), tokenizer, "encoder")
    stream = draw_stream(table, length=LENGTH, megabytes=float(table.sizes.sum()) / 1e6, seed=0)
    objective, network = masked(tokenizer, seed=1), network.eval()
    loss = count = 0.0
    with torch.no_grad():
        for start in range(0, len(stream), 32):
            numbers = torch.arange(start, min(start + 32, len(stream)))
            ids = torch.from_numpy(stream.rows(numbers.numpy()))
            part, targets, _ = objective(network, {"ids": ids, "numbers": numbers})
            loss, count = loss + float(part), count + float(targets)
    return loss / count


def work(variant: str, text: str | None, tokens: int, threads: int) -> None:
    """Run one variant and print its row as JSON."""
    import torch

    from lect.vocab.learners.learning import learn

    torch.set_num_threads(threads)
    lines = documents(text)
    tokenizer = learn(lines, kind="wordpiece", size=8_000)
    heldout, seen = lines[: len(lines) // 50], lines[len(lines) // 50 :]
    system, _, how = variant.partition(" ")
    if system == "hf":
        network, real, seconds = run_hugging_face(how, seen, tokenizer, tokens)
        precision = "fp32"
    else:
        network, real, seconds, precision = run_lect(how, seen, tokenizer, tokens)
    row = {
        "variant": variant,
        "tokens": real,
        "cpu_seconds": seconds,
        "precision": precision,
        "loss": heldout_loss(network, tokenizer, heldout),
    }
    print(json.dumps(row))


def main() -> None:
    """Run every variant in a process of its own and print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--text")
    parser.add_argument("--tokens", type=int, default=200_000)
    parser.add_argument(
        "--slow-tokens", type=int, default=40_000, help="for the padded rows, whose speed does not depend on the amount"
    )
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--worker")
    args = parser.parse_args()
    if args.worker:
        tokens = args.slow_tokens if args.worker in VARIANTS[:2] else args.tokens
        work(args.worker, args.text, tokens, args.threads)
        return
    rows = []
    for variant in VARIANTS:
        command = [sys.executable, __file__, *sys.argv[1:], "--worker", variant]
        environment = os.environ | {"OMP_NUM_THREADS": str(args.threads), "TOKENIZERS_PARALLELISM": "false"}
        output = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True, text=True).stdout
        rows.append(json.loads(output.strip().splitlines()[-1]))
    speed = {row["variant"]: row["tokens"] / row["cpu_seconds"] for row in rows}
    print(
        f"{'variant':<12} {'tokens/CPU s':>12} {'x padded':>9} {'x grouped':>9} {'precision':>9} {'held-out loss':>14} {'tokens':>8}"
    )
    for row in rows:
        mine = speed[row["variant"]]
        print(
            f"{row['variant']:<12} {mine:>12,.0f} {mine / speed['hf padded']:>9.2f} {mine / speed['hf grouped']:>9.2f} "
            f"{row['precision']:>9} {row['loss']:>14.4f} {row['tokens']:>8,}"
        )


if __name__ == "__main__":
    main()

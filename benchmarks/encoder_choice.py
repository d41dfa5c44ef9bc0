"""Which encoder `models.new` builds: ModernBERT against RoBERTa with a body of about the same size, on the same text.

    python benchmarks/encoder_choice.py --text FILE [--megabytes 2] [--seeds 2]

Prints the held-out masked loss in nats a token (lect's objective, one fixed mask) and the real tokens a CPU-second of training.
"""

import argparse
import time

import torch
from training_throughput import LENGTH, heldout_loss
from transformers import RobertaConfig, RobertaForMaskedLM

import lect
from lect.models.architectures import SIZES, new


def roberta(tokenizer, seed):
    """Return a RoBERTa with the width and depth of lect's tiny encoder and a feed-forward of 4 × width."""
    shape = SIZES["tiny"]
    config = RobertaConfig(
        vocab_size=len(tokenizer), hidden_size=shape.hidden, num_hidden_layers=shape.layers, num_attention_heads=shape.heads,
        intermediate_size=4 * shape.hidden, max_position_embeddings=514, type_vocab_size=1, hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0, pad_token_id=1,
    )  # fmt: skip
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return lect.Model(RobertaForMaskedLM(config), tokenizer, "roberta")


def main():
    """Train both under every seed and print a row each."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--text", required=True)
    parser.add_argument("--megabytes", type=float, default=2.0)
    parser.add_argument("--seeds", type=int, default=2)
    args = parser.parse_args()
    seen, heldout = lect.read(args.text).split(0.05)
    tokenizer = lect.vocab.learn(seen, kind="bpe", size=8_000, for_="encoder")
    strings = list(heldout.take(0.1).strings())
    for seed in range(args.seeds):
        for model in (new("encoder", "tiny", tokenizer, seed=seed).named("modernbert"), roberta(tokenizer, seed)):
            started = time.process_time()
            training = lect.train.Training(length=LENGTH, precision="fp32")
            trained = lect.pretrain(model, seen, megabytes=args.megabytes, lr=3e-3, seed=seed, training=training)
            seconds = time.process_time() - started
            loss = heldout_loss(trained.network, tokenizer, strings)
            tokens = trained.notes["training"]["steps"] * trained.notes["training"]["rows_a_step"] * LENGTH
            print(
                f"{model.name:<12} seed {seed}  held-out loss {loss:.3f}  {tokens / seconds:,.0f} tokens a CPU-second"
            )


if __name__ == "__main__":
    main()

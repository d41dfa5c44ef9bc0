"""Tiny models and texts to train on, and runs of them that a test may start in a process of their own."""

import json
import os
import random
from pathlib import Path

import torch
from tests.unit.score.tiny import decoder, encoder
from tokenizers import pre_tokenizers
from transformers import T5Config, T5ForConditionalGeneration

from lect.artifacts.models import Model
from lect.artifacts.texts import read
from lect.train.pretraining import pretrain
from lect.train.settings import Training
from lect.vocab.learners.byte_vocabularies import byte_tokenizer

SMALL = Training(length=16, batch_tokens=64, micro_tokens=64, precision="fp32", lr=3e-3)


def documents(number=120, seed=0):
    """Lines of a language with a grammar that is quickly learned: every word foretells the next."""
    draw = random.Random(seed)
    words = ["hús", "maður", "bátur", "fjall", "dagur", "vegur"]
    return [" ".join(words[(first + step) % 6] for step in range(draw.randint(2, 9))) for first in range(number)]


def plain_decoder():
    """A Llama without dropout; its embeddings are not tied."""
    return decoder(family="llama")


def dropping_encoder():
    """A BERT with dropout 0.1; its embeddings are tied."""
    model = encoder("bert")
    assert model.network.config.hidden_dropout_prob == 0.1
    return model


def encoder_without_dropout():
    """The same without dropout, whose draws differ between one process and two."""
    model = dropping_encoder()
    for module in model.network.modules():
        if isinstance(module, torch.nn.Dropout):
            module.p = 0.0
    return model


def dropping_decoder():
    """A GPT-2 with dropout 0.1; its embeddings are tied."""
    model = decoder(family="gpt2")
    model.network.config.bos_token_id = model.network.generation_config.bos_token_id = model.tokenizer.bos_token_id
    model.network.config.eos_token_id = model.network.generation_config.eos_token_id = model.tokenizer.eos_token_id
    return model


def byte_seq2seq():
    """A T5 over bytes with dropout 0.1; its embeddings are tied."""
    config = T5Config(
        vocab_size=384, d_model=32, d_kv=16, d_ff=48, num_layers=2, num_decoder_layers=1, num_heads=2,
        feed_forward_proj="gated-gelu", dropout_rate=0.1, decoder_start_token_id=0, n_positions=64,
    )  # fmt: skip
    torch.manual_seed(0)
    return Model(T5ForConditionalGeneration(config).eval(), byte_tokenizer(for_="encoder"), "tiny")


def seq2seq_without_dropout():
    """The same without dropout."""
    model = byte_seq2seq()
    for module in model.network.modules():
        if hasattr(module, "dropout") and isinstance(module.dropout, float):
            module.dropout = 0.0
        if isinstance(module, torch.nn.Dropout):
            module.p = 0.0
    return model


def tagger_world(kind):
    """Return (model, task): nonsense words whose tag is the letter at which this kind of model reads them."""
    from lect.artifacts.tasks import Tagged, Task

    draw = random.Random(0)
    tags = {"a": "NOUN", "i": "VERB", "u": "ADJ"}
    at = 0 if kind == "encoder" else -1

    def sentence(number):
        words = [draw.choice("aiu") + draw.choice("rl") + draw.choice("aiu") for _ in range(draw.randint(1, 6))]
        return Tagged(words, [tags[word[at]] for word in words], str(number))

    splits = {"train": [sentence(n) for n in range(160)], "test": [sentence(n) for n in range(40)]}
    makers = {"encoder": lambda: encoder("bert"), "decoder": plain_decoder, "seq2seq": byte_seq2seq}
    model = makers[kind]()
    if kind == "encoder":  # which reads a bare mark of the space where it has no merge of it and the letter
        model.tokenizer.backend_tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
            [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.ByteLevel(add_prefix_space=False)]
        )
    return model, Task("pos", "tagging", splits, sorted(tags.values()))


def classes_world():
    from lect.artifacts.tasks import Labeled, Task

    draw = random.Random(0)

    def example(number):
        label = draw.choice(["no", "yes"])
        word = {"no": "nei", "yes": "ja"}[label]
        return Labeled(" ".join([draw.choice(["hon", "hann"]), word, draw.choice(["segði", "skrivaði"])]), label)

    splits = {"train": [example(n) for n in range(128)], "test": [example(n) for n in range(40)]}
    return Task("polarity", "classification", splits, ["no", "yes"])


def weights(model):
    network = model.network if isinstance(model, Model) else model
    return {name: tensor.clone() for name, tensor in network.state_dict().items()}


def log_of(folder):
    return [json.loads(line) for line in (Path(folder) / "training.jsonl").read_text().splitlines()]


def run(make, out, settings, megabytes=0.004, stop_at=None):
    """Train the model that `make` names into `out`; killed in the middle of step `stop_at`."""
    if stop_at is not None:
        _kill_at(stop_at)
    pretrain(globals()[make](), read(documents()), megabytes=megabytes, out=out, training=settings, seed=3)


def run_process(rank, processes, port, make, out, settings):
    """Be one of several processes that train together, as `accelerate launch` would start them."""
    here = {"RANK": rank, "LOCAL_RANK": rank, "WORLD_SIZE": processes, "LOCAL_WORLD_SIZE": processes}
    os.environ |= {key: str(value) for key, value in here.items()}
    os.environ |= {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port), "ACCELERATE_USE_CPU": "true"}
    run(make, out, settings)
    torch.distributed.destroy_process_group()


def _kill_at(moment):
    """Send SIGKILL to this process at the `moment`-th call of anything that a run does again and again."""
    import signal

    calls = iter(range(moment))

    def counted(function):
        def wrapped(*arguments, **named):
            result = function(*arguments, **named)
            if next(calls, None) is None:
                os.kill(os.getpid(), signal.SIGKILL)
            return result

        return wrapped

    torch.save = counted(torch.save)
    torch.optim.AdamW.step = counted(torch.optim.AdamW.step)
    Path.rename = counted(Path.rename)
    Path.write_text = counted(Path.write_text)
    Path.unlink = counted(Path.unlink)

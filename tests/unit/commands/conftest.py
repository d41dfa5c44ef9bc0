"""A shelf of good and bad inputs, made once: CLDR phrases, a tiny model, and everything that can be wrong with the two."""

import shutil
from types import SimpleNamespace

import pytest
import torch

from lect import cli, worlds
from lect.artifacts.loading import load
from lect.artifacts.results import Results, Score
from lect.models.architectures import new
from lect.vocab.learners.learning import learn


def write(path, text):
    path.write_text("\n".join(text.strings()), encoding="utf-8")
    return str(path)


@pytest.fixture(scope="session")
def shelf(tmp_path_factory):
    """Paths of inputs, by what they are."""
    root = tmp_path_factory.mktemp("shelf")
    phrases = worlds.phrases("fo", 600)
    tokenizer = learn(phrases, size=400)
    base = new("decoder", "tiny", tokenizer)
    paths = {
        "text": write(root / "fo.txt", phrases),
        "english": write(root / "en.txt", worlds.phrases("en", 300)),
        "pairs": str(root / "pairs.tsv"),
        "missing": str(root / "nowhere.txt"),
        "empty": str(root / "empty.txt"),
        "binary": str(root / "binary.txt"),
        "latin-1": str(root / "latin.txt"),
        "base": str(base.save(root / "base")),
        "treebank": str(root / "fo_x"),
    }
    (root / "pairs.tsv").write_text(
        "fao\teng\n" + "".join("\t".join(pair) + "\n" for pair in worlds.parallel("fo", "en", 40))
    )
    (root / "empty.txt").write_text("\n \n")
    (root / "binary.txt").write_bytes(bytes(range(256)) * 10)
    (root / "latin.txt").write_bytes("Føroyar eru ríkar\n".encode("latin-1") * 20)
    for split in ("train", "dev", "test"):
        word = "1\thús\t_\tNOUN\t_\t_\t0\troot\t_\t_\n2\tgott\t_\tADJ\t_\t_\t1\tdep\t_\t_\n\n"
        (root / f"fo_x-{split}.conllu").write_text(word * 4)
    bases = {
        name: shutil.copytree(root / "base", root / name)
        for name in ("untokenized", "mismatched", "overflowing", "NaN")
    }
    (bases["untokenized"] / "tokenizer.json").unlink()
    learn(phrases, size=500).save_pretrained(bases["mismatched"])
    with torch.no_grad():
        for name, value in (("overflowing", 3e38), ("NaN", float("nan"))):
            broken = load(root / "base")
            broken.network.model.norm.weight.fill_(value)
            broken.network.model.embed_tokens.weight.mul_(100)
            broken.network.save_pretrained(bases[name])
    return SimpleNamespace(
        **{name: str(path) for name, path in (paths | bases).items() if "-" not in name}, named=paths | bases, root=root
    )


@pytest.fixture(scope="session")
def tables(tmp_path_factory):
    """Two folders of results: one system in the first, two in the second."""
    root = tmp_path_factory.mktemp("tables")

    def add(folder, system, shift):
        results = folder
        examples = torch.stack([torch.linspace(50, 90, 40) + shift, torch.full((40,), 30.0)], 1).double().numpy()
        value = float(examples[:, 0].sum() / examples[:, 1].sum() / 0.6931)
        results.add(
            Score("bits_per_byte", value, 40, examples, [str(i) for i in range(40)]), system=system, task="heldout"
        )

    one, two = Results(root / "one"), Results(root / "two")
    add(one, "base", 0)
    add(two, "base", 0)
    add(two, "adapted", -20)
    return SimpleNamespace(one=str(root / "one"), two=str(root / "two"))


@pytest.fixture
def lect(capsys):
    """Run one command in this process; returns code, out, err."""

    def run(*arguments):
        code = 0
        try:
            cli.main([str(argument) for argument in arguments])
        except SystemExit as end:
            code = end.code or 0
        said = capsys.readouterr()
        return SimpleNamespace(code=code, out=said.out, err=said.err)

    return run

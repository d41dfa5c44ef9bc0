import numpy as np

from lect.artifacts import read
from lect.corpus import batching
from lect.corpus.rules.measuring import measure
from lect.corpus.rules.sieving import sieve


def test_batches_are_measured_as_one(monkeypatch):
    texts = [f"Hetta er ein setningur um {n} hestar og {n} kýr. " * (1 + n % 7) for n in range(40)]
    monkeypatch.setattr(batching, "BATCH", 500)
    reasons, table = sieve(read(texts), language="fao", rules=["gopher", "hplt"])
    whole = measure(texts, language="fao")
    assert all(np.array_equal(table[name], whole[name], equal_nan=True) for name in whole)
    assert len(reasons) == 40
    assert {"gopher_words", ""} & set(reasons)

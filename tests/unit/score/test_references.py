"""Bits of references, quadrants and routes: what recipes compare where a model cannot write yet."""

import math

import numpy as np
import pytest
import torch
from tests.unit.score.tiny import decoder, encoder

from lect.artifacts.errors import LectError
from lect.artifacts.tasks import Task, Written
from lect.score.evidence.significance import paired_bootstrap
from lect.score.evidence.systems import gather
from lect.score.quadrants import name_quadrant
from lect.score.references import bits_of_references
from lect.score.routes import score_routes
from lect.use.routing import compare_routes, learn_routes
from lect.worlds.answering import answered

PAIRS = [("Góðan", "morgun"), ("Ja", "nei og ja"), ("kvøld", "dagur"), ("Hann", "fór til Havnar")]


def writing(pairs):
    return Task("words", "generation", {"test": [Written(a, [b], str(n)) for n, (a, b) in enumerate(pairs)]})


def test_the_bits_are_those_of_the_reference_after_its_source():
    model = decoder()
    nats = 0.0
    for source, reference in PAIRS:
        begun, whole = ([model.tokenizer.bos_token_id, *model.tokenizer(text, add_special_tokens=False)["input_ids"]]
                        for text in (source, f"{source}\n{reference}"))  # fmt: skip
        assert whole[: len(begun)] == begun
        with torch.no_grad():
            logs = model.network(torch.tensor([whole])).logits[0].log_softmax(-1)
        nats -= sum(float(logs[at - 1, whole[at]]) for at in range(len(begun), len(whole)))
    found = bits_of_references(model, writing(PAIRS))
    assert found.value == pytest.approx(nats / math.log(2) / sum(len(b.encode()) for _, b in PAIRS), rel=1e-5)
    assert found.low < found.value < found.high


def test_an_encoder_or_another_kind_of_task_is_refused():
    with pytest.raises(LectError, match="encoder"):
        bits_of_references(encoder(), writing(PAIRS))
    with pytest.raises(LectError, match="a choice task"):
        bits_of_references(decoder(), Task("pairs", "choice", {"test": []}))


def bits(value, spread=0.01, seed=0):
    drawn = np.random.default_rng(seed).normal(value, spread, 200)
    task = writing([(f"a{n}", "b") for n in range(200)])
    score = bits_of_references(decoder(), task)
    return gather([type(score)(score.metric, value, 200, np.stack([drawn, np.ones(200)], axis=1), score.ids)])


def test_the_four_quadrants():
    base, gained, same, lost = bits(2), bits(1.9, seed=1), bits(2), bits(2.1, seed=2)
    gains = {name: paired_bootstrap(base, one) for name, one in (("up", gained), ("same", same), ("down", lost))}
    assert name_quadrant(gains["up"], gains["up"]) == "reciprocal"
    assert name_quadrant(gains["up"], gains["down"]) == "selfish"
    assert name_quadrant(gains["same"], gains["up"]) == "altruistic"
    assert name_quadrant(gains["down"], gains["same"]) == "stagnant"


@pytest.mark.parametrize("seed", range(3))
def test_routes_find_the_experts_of_a_simulated_world(seed):
    def route(expert):
        drawn, names = answered(3_300, expert=expert, seed=seed), "abcd"
        routes = learn_routes(drawn.vectors[:300], drawn.answers[:300], names, topics=3, seed=seed)
        right = compare_routes(routes, drawn.vectors[300:], drawn.answers[300:], drawn.gold[300:], seed=seed)
        return {name: score.value for name, score in score_routes(right).items()}

    found, equal = route(0.9), route(0.5)
    assert abs(found["routed"] - 0.9) < 0.03
    assert found["routed"] > found["best"] + 0.15
    assert found["oracle"] >= found["routed"] >= found["random"]
    assert equal["routed"] < equal["best"] + 0.04

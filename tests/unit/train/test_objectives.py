import pytest
import torch
from tests.unit.models.specimens import WORDS, build
from tests.unit.score.tiny import byte_tokenizer, encoder

from lect.models.families import FAMILIES
from lect.train.objectives import causal, choose, conditional, masked

DECODERS = [name for name, row in FAMILIES.items() if row.kind == "decoder"]
ENCODERS = [name for name, row in FAMILIES.items() if row.kind == "encoder"]
PAIRS = [name for name, row in FAMILIES.items() if row.kind == "seq2seq"]
TOKENIZER = byte_tokenizer(framed=True)
MASK = TOKENIZER.mask_token_id


def some_ids(rows=4, length=32, high=None, seed=0):
    return torch.randint(4, high or len(TOKENIZER), (rows, length), generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("family", DECODERS)
def test_causal_sum_is_the_loss_of_transformers_times_its_targets(family):
    network, ids = build(family), some_ids(3, 12, WORDS)
    with torch.no_grad():
        loss, count, _ = causal(network, {"ids": ids})
        theirs = network(input_ids=ids, labels=ids).loss
    assert int(count) == 3 * 11
    assert float(loss) == pytest.approx(float(theirs) * int(count), rel=1e-5)


@pytest.mark.parametrize("family", PAIRS)
def test_conditional_sum_is_the_loss_of_transformers_times_its_targets(family):
    network = build(family, decoder_start_token_id=0)
    ids, targets = some_ids(3, 12, WORDS), some_ids(3, 7, WORDS, seed=1)
    targets[1, 4:] = -100
    with torch.no_grad():
        loss, count, _ = conditional(network, {"ids": ids, "targets": targets})
        theirs = network(input_ids=ids, labels=targets).loss
    assert int(count) == 3 * 7 - 3
    assert float(loss) == pytest.approx(float(theirs) * int(count), rel=1e-5)


def test_there_are_decoders_encoders_and_both_in_one_to_try():
    assert len(DECODERS) >= 8
    assert len(ENCODERS) >= 4
    assert len(PAIRS) >= 4


class Spy:
    """What a network was shown, seen through a hook."""

    def __init__(self, network):
        self.shown = None
        network.base_model.register_forward_pre_hook(self.look, with_kwargs=True)

    def look(self, module, arguments, named):
        self.shown = arguments[0] if arguments else named["input_ids"]


def corrupt(ids, numbers=None, tokenizer=TOKENIZER, **settings):
    """Return (what the network is shown, what it must predict) of the masked objective."""
    network = encoder("bert").network
    spy = Spy(network)
    numbers = torch.arange(len(ids)) if numbers is None else numbers
    with torch.no_grad():
        _, count, _ = masked(tokenizer, **settings)(network, {"ids": ids, "numbers": numbers})
    return spy.shown, int(count)


@pytest.mark.parametrize("family", ENCODERS)
def test_head_at_masked_positions_equals_the_full_head(family):
    network = build(family)

    class Small:  # a tokenizer of as many types as the network has rows
        all_special_ids = (0, 1, 2, 3)
        mask_token_id = 3

        def __len__(self):
            return WORDS

        def get_vocab(self):
            return {str(index): index for index in range(WORDS)}

    ids, spy, numbers = some_ids(3, 24, WORDS), Spy(network), torch.arange(3)
    loss, count, _ = masked(Small(), seed=1)(network, {"ids": ids, "numbers": numbers})
    logits = network(input_ids=spy.shown).logits  # all positions
    wanted = torch.full_like(ids, -100)
    # What is shown does not tell which positions were kept as they are, so ask for the choice itself.
    from lect.train.objectives import uniform

    chosen = choose(uniform(1, 0, numbers, 24), torch.zeros_like(ids, dtype=torch.bool), 0.15)
    wanted[chosen] = ids[chosen]
    full = torch.nn.functional.cross_entropy(logits.reshape(-1, WORDS), wanted.reshape(-1), reduction="sum")
    assert int(count) == int(chosen.sum())
    assert float(loss.detach()) == pytest.approx(float(full.detach()), rel=1e-5)


def test_share_and_the_three_fates():
    ids = some_ids(2000, 40)
    shown, count = corrupt(ids)
    assert count == 2000 * 6  # 15 % of 40 in every row
    to_mask, changed = (shown == MASK), (shown != ids) & (shown != MASK)
    assert to_mask.sum() / count == pytest.approx(0.8, abs=0.02)
    assert changed.sum() / count == pytest.approx(0.1, abs=0.01)
    assert not torch.isin(shown[changed], torch.tensor(TOKENIZER.all_special_ids)).any()
    assert shown[changed].unique().numel() > 250  # any ordinary token
    per_position = (shown != ids).sum(0) / 2000
    assert per_position.min() > 0.09  # 13.5 % on average, nowhere favored
    assert per_position.max() < 0.18


def test_special_tokens_are_never_chosen():
    ids = some_ids(200, 32)
    special = torch.rand(200, 32, generator=torch.Generator().manual_seed(0)) < 0.5
    ids[special] = TOKENIZER.eos_token_id
    shown, _ = corrupt(ids, share=0.9)
    assert (shown[special] == TOKENIZER.eos_token_id).all()
    only = torch.full((2, 8), TOKENIZER.eos_token_id)
    shown, count = corrupt(only)
    assert count == 0
    assert (shown == only).all()


def test_masked_anew_each_time_and_by_seed():
    ids = some_ids(1, 32).repeat(3, 1)
    shown, _ = corrupt(ids)
    assert len({tuple(row) for row in shown.tolist()}) == 3
    assert (corrupt(ids)[0] == shown).all()
    assert (corrupt(ids, seed=1)[0] != shown).any()


@pytest.mark.parametrize("whole_words", [False, True])
def test_batching_does_not_change_the_choice(whole_words):
    ids = some_ids(8, 32)
    whole, _ = corrupt(ids, whole_words=whole_words)
    for number in range(8):
        alone, _ = corrupt(ids[number : number + 1], torch.tensor([number]), whole_words=whole_words)
        assert (alone[0] == whole[number]).all()


def test_whole_words_are_complete():
    draw = torch.Generator().manual_seed(0)
    order = torch.rand(500, 40, generator=draw)
    starts = torch.rand(500, 40, generator=draw) < 0.4
    frozen = torch.rand(500, 40, generator=draw) < 0.05
    chosen = choose(order, frozen, 0.15, starts | frozen)
    assert not (chosen & frozen).any()
    sizes = []
    for row in range(500):
        word = torch.cumsum(starts[row] | frozen[row], 0)
        in_words = [set(chosen[row][(word == w) & ~frozen[row]].tolist()) for w in word.unique()]
        assert all(len(states) <= 1 for states in in_words)
        sizes.append(int(chosen[row].sum()) - round(0.15 * int((~frozen[row]).sum())))
    assert min(sizes) >= 0  # the share is reached
    assert sum(sizes) / 500 < 3  # by one word more at most


def test_whole_words_through_a_tokenizer():
    ids = torch.tensor([TOKENIZER("dagur fuglarnir syngja grønu " * 3, add_special_tokens=False)["input_ids"][:40]])
    shown, count = corrupt(ids.repeat(50, 1), whole_words=True, share=0.3)
    starts = torch.tensor([token.startswith("Ġ") for token in TOKENIZER.convert_ids_to_tokens(ids[0])])
    word = torch.cumsum(starts, 0)
    assert count >= 50 * 12
    for row in shown:
        touched = word[row != ids[0]].unique()
        assert len(touched) <= 6  # few words, each in many tokens


def test_ideographs_are_words_of_their_own():
    from lect.train.objectives import _starts_word

    forms = (b" hus", "語".encode(), b".", b"us", b"\xe8", None)
    assert [_starts_word(form) for form in forms] == [True, True, True, False, False, False]

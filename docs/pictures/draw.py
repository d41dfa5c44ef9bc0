"""Draws the pictures of docs/vocabulary.md from small runs on the embedded world.

`python docs/pictures/draw.py` writes all of them (a minute of one core), `… draw.py kinds trim` those two.
"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import strokes as s
from specimens import SENTENCE, faroese, shown, small, started, text_of
from strokes import BLUE, FAINT, GREEN, ORANGE, PINK, WIDTH

from lect import models, score, vocab, worlds

HERE = Path(__file__).parent
REASONS = {"copied": BLUE, "mean of old rows": ORANGE, "drawn": PINK}


def matrices():
    old, (seen, _) = small(400), faroese()
    new = vocab.learn(seen, kind="bpe", size=380)
    focus = vocab.focus_rows(vocab.static_vectors(seen, tokenizer=new, dimension=20))
    changes = {
        "trim": vocab.trim(old, seen, size=330),
        "extend": vocab.extend(old, seen, size=460),
        "replace (FOCUS)": vocab.replace(old, new, rows=focus),
    }
    parts, scale = s.legend(20, 26, list(REASONS.items())), 0.53
    for place, (name, model) in enumerate(changes.items()):
        change, left, top = model.vocab_map, 24 + place * 246, 78
        rows, columns = change.weights.shape
        parts.append(s.text(left, 62, f"{name}: W [{rows} × {columns}]"))
        parts.append(s.box(left, top, columns * scale, rows * scale, fill="#fff", stroke="#aab4bd"))
        row, column = change.weights.tocoo().coords
        copied = np.array(change.reasons)[row] == "copied"
        for which, color in ((~copied, ORANGE), (copied, BLUE)):
            where = zip(column[which] * scale + left, row[which] * scale + top, strict=True)
            parts.append(s.dots(where, color=color))
        parts += [
            s.line(left, one * scale + top, left + columns * scale, one * scale + top, color=PINK)
            for one in np.flatnonzero(change.drawn)
        ]
    parts.append(
        s.text(24, 346, "→ old ids, ↓ new ids. A row without a dot would be an error; lect refuses it.", color=FAINT)
    )
    return s.picture(360, "A trim, an extension and a replacement as matrices", parts)


def premiums():
    languages = [
        "English",
        "Faroese",
        "Finnish",
        "Welsh",
        "Turkish",
        "Greek",
        "Russian",
        "Georgian",
        "Hindi",
        "Amharic",
    ]
    said = ([worlds.render(meaning, name) for name in languages] for meaning in worlds.meanings(1_200, seed=3))
    common = [phrases for phrases in said if all(phrases)]
    sides = {
        name: [phrase.text for phrase in column]
        for name, column in zip(languages, zip(*common, strict=True), strict=True)
    }
    texts = {name: text_of(name, documents=800) for name in languages}
    ways = {
        "learned from English": (vocab.learn(texts["English"], kind="bpe", size=1_500), ORANGE, s.disc),
        "learned from all ten": (
            vocab.learn(vocab.blend(texts, vocab.shares(texts, 0)), kind="bpe", size=1_500),
            BLUE,
            s.square,
        ),
        "bytes": (vocab.learn(kind="bytes"), GREEN, s.diamond),
    }
    found = {way: vocab.parity(one, sides, reference="English") for way, (one, _, _) in ways.items()}
    ordered = sorted(languages, key=lambda name: found["learned from English"].premium(name))
    scale = (WIDTH - 260) / (max(found["learned from English"].premium(name) for name in languages) + 0.2)
    parts = s.legend(20, 26, [(way, color, mark) for way, (_, color, mark) in ways.items()])
    for tick in range(int((WIDTH - 260) / scale) + 1):
        parts += [s.line(110 + tick * scale, 44, 110 + tick * scale, 320, color="#dddfe2")]
        parts.append(s.text(110 + tick * scale, 338, f"{tick}×", anchor="middle", color=FAINT))
    for row, name in enumerate(ordered):
        y = 62 + row * 27
        parts.append(s.text(100, y + 4, name, anchor="end"))
        for way, (_, color, mark) in ways.items():
            parts.append(mark(110 + found[way].premium(name) * scale, y, color=color))
        values = " / ".join(f"{one.premium(name):.2f}" for one in found.values())
        parts.append(s.text(WIDTH - 12, y + 4, values, anchor="end", color=FAINT, more='font-size="11"'))
    parts.append(s.text(20, 360, f"tokens of the same {len(common)} phrases, over those of English", color=FAINT))
    return s.picture(372, "What the same phrases cost in ten languages under three tokenizers", parts)


def kinds():
    seen, _ = faroese()
    parts = []
    for row, kind in enumerate(("bpe", "metaspace-bpe", "unigram", "wordpiece", "bytes", "myte")):
        options = {} if kind in ("bytes", "myte") else {"size": 1_200}
        tokenizer = vocab.learn(None if kind == "bytes" else seen, kind=kind, **options)
        pieces, y = shown(tokenizer, SENTENCE), 34 + row * 36
        parts += [s.text(14, y, kind), s.text(WIDTH - 12, y, str(len(pieces)), anchor="end", color=FAINT)]
        parts += s.tokens(122, y, pieces)
    return s.picture(36 * 6 + 14, "One Faroese sentence, cut by each kind of tokenizer", parts)


def trim():
    """The same sizes twice: the most frequent tokens (`keep`), and those that compress the text best (`size`)."""
    model = small(3_000, "Danish")
    seen, heldout = faroese()
    frequent = [vocab.trim(model, seen, keep=share) for share in (0.8, 0.85, 0.9, 0.94, 0.97, 0.99)]
    sizes = [len(one.tokenizer) for one in frequent]
    chosen = [vocab.trim(model, seen, size=size) for size in sizes]
    whole = vocab.measure(model, heldout).tokens
    costs = [[vocab.measure(one, heldout).tokens / whole for one in way] for way in (frequent, chosen)]
    low, high, top = sizes[0] - 30, sizes[-1] + 30, max(map(max, costs))
    across, down = (WIDTH - 130) / (high - low), 200 / (top - 1)
    parts = s.legend(20, 26, [("the most frequent tokens (keep=…)", ORANGE), ("those that cost least (size=…)", BLUE)])
    for way, color in zip(costs, (ORANGE, BLUE), strict=True):
        places = [(80 + (size - low) * across, 280 - (cost - 1) * down) for size, cost in zip(sizes, way, strict=True)]
        parts.append(s.curve(places, color=color))
        above, anchor = (True, "start") if color == ORANGE else (False, "end")
        parts += [
            s.text(x, y + (-8 if above else 16), f"{cost - 1:+.1%}", anchor=anchor, color=color, more='font-size="11"')
            for (x, y), cost in zip(places, way, strict=True)
        ]
    parts.append(s.line(80, 280, WIDTH - 40, 280))
    parts += [s.text(80 + (size - low) * across, 316, str(size), anchor="middle", color=FAINT) for size in sizes]
    parts.append(s.text(WIDTH / 2, 336, "tokens kept of 3000", anchor="middle", color=FAINT))
    parts.append(
        s.text(
            20,
            50,
            "how many more tokens held-out Faroese takes than with all 3000, which were learned from Danish",
            color=FAINT,
        )
    )
    return s.picture(348, "Tokens of held-out text against the size of a trimmed vocabulary", parts)


def extension():
    model, (seen, _) = small(1_500), faroese()
    larger = vocab.extend(model, seen, size=2_000)
    parts = []
    for y, name, one in ((34, "before", model), (74, "after", larger)):
        new = [index >= 1_500 for index in one.tokenizer.encode(SENTENCE, add_special_tokens=False)]
        pieces = shown(one.tokenizer, SENTENCE)
        parts += [s.text(14, y, name), *s.tokens(72, y, pieces, marked=new)]
        parts.append(s.text(WIDTH - 12, y, str(len(pieces)), anchor="end", color=FAINT))
    parts.append(
        s.text(72, 106, "1500 tokens learned from English; orange: among the 500 added for Faroese", color=FAINT)
    )
    return s.picture(118, "One Faroese sentence before and after an extension", parts)


def starts():
    seen, heldout = faroese()
    tokenizer = vocab.learn(seen, kind="bpe", size=1_200)
    found = {name: score.bits_per_byte(model, heldout) for name, model in started(tokenizer, seen).items()}
    ordered = sorted(found, key=lambda name: found[name].value)
    low, high = 2.0, max(one.high for one in found.values()) + 0.1

    def place(value):
        return 190 + (value - low) * (WIDTH - 260) / (high - low)

    bottom = 40 + 25 * len(ordered)
    parts = s.legend(
        20, 26, [("builder", BLUE), ("control", PINK), ("trained a little", GREEN), ("old vocabulary", FAINT)]
    )
    for tick in np.arange(low, high, 0.5):
        parts += [s.line(place(tick), 44, place(tick), bottom + 8, color="#dddfe2")]
        parts.append(s.text(place(tick), bottom + 26, f"{tick:.1f}", anchor="middle", color=FAINT))
    colors = {"trained": GREEN, "old vocabulary": FAINT, "shuffled constituent": PINK, "fresh body": PINK}
    for row, name in enumerate(ordered):
        one, y, color = found[name], 60 + row * 25, colors.get(name, BLUE)
        parts.append(s.text(180, y + 4, name, anchor="end"))
        parts += [
            s.line(place(one.low), y, place(one.high), y, color=color, width=2),
            s.disc(place(one.value), y, color=color),
        ]
        parts.append(s.text(WIDTH - 12, y + 4, f"{one.value:.2f}", anchor="end", color=FAINT))
    parts.append(
        s.text(
            20,
            bottom + 48,
            "bits per byte of held-out Faroese, 95 % interval over documents; less is better",
            color=FAINT,
        )
    )
    return s.picture(bottom + 60, "Where a new vocabulary starts, by builder", parts)


def hydra():
    """Megabytes on disk of three models side by side, and of one body with three vocabularies."""
    model = models.new("decoder", "tiny", vocab.learn(text_of("English"), kind="bpe", size=1_500), seed=0)
    voices = {"English": model}
    for language in ("Faroese", "Danish"):
        voices[language] = vocab.replace(model, vocab.learn(text_of(language), kind="bpe", size=1_500))
    with TemporaryDirectory() as folder:
        root = vocab.join_vocabularies(voices).save(Path(folder) / "hydra")
        tables = {name: (root / name / "vocabulary.safetensors").stat().st_size / 1e6 for name in voices}
        body = (root / "English" / "body.safetensors").stat().st_size / 1e6
    fills = dict(zip(voices, (BLUE, ORANGE, GREEN), strict=True))
    scale, parts = (
        44,
        s.legend(120, 26, [("body", "#dcdcd6"), *((f"rows of {name}", fill) for name, fill in fills.items())]),
    )
    rows = {"three folders": [body] * len(voices), "one hydra": [body]}
    for row, (name, bodies) in enumerate(rows.items()):
        x, y = 120.0, 46 + row * 44
        parts.append(s.text(14, y + 20, name))
        widths = [*((wide, "#dcdcd6") for wide in bodies), *((tables[name], fill) for name, fill in fills.items())]
        for wide, fill in widths:
            parts.append(s.box(x, y, wide * scale, 30, fill=fill, stroke=s.PAPER))
            x += wide * scale
        total = sum(wide for wide, _ in widths)
        parts.append(s.text(x + 8, y + 20, f"{total:.1f} MB"))
    return s.picture(136, "What three vocabularies on one body take on disk", parts)


def mapping():
    """Translations of a ciphered language, of which the whole dictionary is known: half teaches, half asks."""
    clear, hidden = text_of("English", seed=5), text_of("English", seed=6)
    secret, dictionary = worlds.cipher(hidden, seed=0)
    pairs = [(pseudo, word) for word, pseudo in dictionary]
    source, target = (vocab.static_vectors(one, dimension=50) for one in (secret, clear))
    mapped = vocab.map_vectors(source, target, pairs[::2])
    rules = {
        rule: vocab.retrieval_accuracy(mapped.source, mapped.target, pairs[1::2], rule=rule)
        for rule in ("nearest", "inverted", "softmax", "csls")
    }
    parts, first = [], next(iter(rules.values()))
    for row, (rule, found) in enumerate(rules.items()):
        y = 16 + row * 34
        parts += [s.text(100, y + 16, rule, anchor="end"), s.box(110, y, 520 * found.at[10], 24, fill="#cfe3f1")]
        parts += [s.box(110, y, 520 * found.at[1], 24, fill=BLUE)]
        parts.append(s.text(118 + 520 * found.at[10], y + 17, f"{found.at[1]:.0%}, among ten {found.at[10]:.0%}"))
    parts.append(
        s.text(
            14,
            170,
            f"{len(first.hits)} words that the dictionary did not teach; by chance {first.chance:.1%}",
            color=FAINT,
        )
    )
    return s.picture(182, "Share of words whose translation comes first", parts)


PICTURES = {one.__name__: one for one in (matrices, premiums, kinds, trim, extension, starts, hydra, mapping)}


def main(names):
    """Draw the pictures of these names, or all."""
    for name in names or PICTURES:
        (HERE / f"{name}.svg").write_text(PICTURES[name](), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])

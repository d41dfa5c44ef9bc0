"""MultiLegalPile: legal documents found by their citations, mixed over languages, and an encoder warm-started on them (Niklaus et al., 2024).

Claim     patterns of citations find the legal documents of each language; an encoder that gets a new vocabulary for them starts, and is
          after as much text, better with the rows of tokens that both vocabularies have copied than with all rows random.
Measured  accuracy of "cites law or not" for each language; bits per byte of held-out legal text (one tokenizer: it compares).
Control   documents that have a number; all rows random.
Scaled    half of the documents have a planted citation. Not re-enacted: native sources, long models, LEXTREME.
"""

from lect import Results, artifacts, claim, corpus, read, recipes, score, vocab

CARD = {"id": "S006", "cite": "niklaus2024multilegalpile", "family": "corpus", "needs": ["encoder", "texts"], "extras": []}  # fmt: skip
SMOKE = {"size": 500, "each": 0.02, "megabytes": 0.005, "heldout": 0.001, "seeds": 1}


def run(encoder, texts, out, *, size=4_000, each=1.0, megabytes=0.3, heldout=0.01, seeds=3):
    """Find the documents with planted citations, mix them, and warm-start an encoder on the mix."""
    results, found = Results(out), {}
    for language, text in texts.items():
        planted = corpus.plant_citations(text.take(each))
        strings, gold = list(planted.strings()), [str(one["planted"]) for one in planted]
        task = artifacts.Task(
            "law", "classification", {"test": [artifacts.Labeled(*one) for one in zip(strings, gold, strict=True)]}, []
        )
        reasons = corpus.count_citations(strings).reasons()
        numbered = [str(any(map(str.isdigit, one))) for one in strings]
        for system, labels in (("citations", [str(not one) for one in reasons]), ("numbers", numbered)):
            results.add(score.grade(labels, task), system=system, language=language)
        found[language] = corpus.sift(planted, reasons)[0]
    drawn = corpus.mix(found, megabytes=sum(one.megabytes for one in found.values()) / 2, alpha=0.3, epochs=1)
    seen, rest = read([{"text": one["text"]} for one in drawn.text]).split(heldout=0.1)
    tokenizer, rows = vocab.learn(seen, size=size, for_="encoder"), {"copied": vocab.overlap_rows, "random": vocab.random_rows}  # fmt: skip
    starts = {name: vocab.replace(encoder, tokenizer, rows=one) for name, one in rows.items()}
    recipes.compare_starts(results, starts, seen, rest.take(heldout), budgets={"end": megabytes}, seeds=seeds)
    return results


def check(results):
    """Answer for the citations in every language, and for the rows."""
    for language in sorted({row["language"] for row in results.rows if "language" in row}):
        yield claim(results, "citations > numbers", metric="accuracy", language=language)
    for stage in ("start", "end"):
        yield claim(results, "copied < random", metric="bits_per_byte", stage=stage)

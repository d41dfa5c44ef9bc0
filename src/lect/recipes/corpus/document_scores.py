"""HPLT 3.0: a score of web documents, made for Spanish and scaled to other languages, parts text from debris (Oepen et al., 2025).

Claim     pages with at least half of the best score are text, pages below are not: menus, lists of tags, repeated lines. The length rules
          of the pipeline alone tell them apart less well, and so does the score before it is scaled to the language.
Measured  share of pages kept or dropped rightly, half of them running text, half spoiled on purpose; of every language.
Control   the same scores dealt to the pages at random.
Scaled    pages are made of given text, a few hundred of each language, with planted defects, for 200 languages of crawled pages. Not
          re-enacted: extraction, identification, deduplication, registers, the language models that were trained and compared.
"""

from random import Random

from lect import Results, artifacts, claim, corpus, read, score

CARD = {"id": "S055", "cite": "oepen2025hplt", "family": "corpus", "needs": ["texts"], "extras": []}
SMOKE = {"pages": 30, "letters": 300}


def run(texts, out, *, pages=600, size=6, letters=600, defects=("menu", "tags", "repeated"), seed=0):
    """Score text and debris in each language, pages of `size` paragraphs, and keep what has half of the best score."""
    results = Results(out)
    for language, text in texts.items():
        strings = " ".join(read(text).strings())[: 3 * pages * size * letters]
        parts = [strings[place : place + letters] for place in range(0, len(strings) - letters, letters)]
        third = min(len(parts) // (3 * size), pages) * size
        ruined = list(corpus.spoil(read(parts[:third]), defects=defects, seed=seed).strings())
        debris, typical, clean = (["\n".join(some[place : place + size]) for place in range(0, third, size)]
                                  for some in (ruined, parts[third : 2 * third], parts[2 * third :]))  # fmt: skip
        found, labels = clean + debris, ["keep"] * len(clean) + ["drop"] * len(debris)
        task = artifacts.Task("pages", "classification", {"test": list(map(artifacts.Labeled, found, labels))})
        scaled = corpus.score_documents(found, language=language, medians=corpus.learn_medians(typical))["score"]
        spanish = corpus.score_documents(found, language=language)["score"]
        rules = corpus.decide(corpus.measure(found, language=language), corpus.rules_of("hplt"))
        kept = {"scaled": scaled, "spanish": spanish, "dealt": Random(seed).sample(list(scaled), len(scaled))}
        for system, values in {**kept, "rules": [float(not rule) for rule in rules]}.items():
            answers = ["keep" if value >= 0.5 else "drop" for value in values]
            results.add(score.grade(answers, task)[0], system=system, language=language)
    return results


def check(results):
    """Answer for every language."""
    for language in dict.fromkeys(row["language"] for row in results.rows):
        for other in ("rules", "spanish", "dealt"):
            yield claim(results, f"scaled > {other}", language=language)

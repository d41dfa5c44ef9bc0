"""MFAQ, its mining: questions and answers of web pages, from schema.org FAQPage markup (De Bruyn et al., 2021).

Claim     the markup gives the pairs that pages mark as theirs, with their answers and none else; headings that end in a question mark also
          give those of pages that mark nothing, or something else, as FAQ.
Measured  accuracy of "a marked pair, found with its answer, or no such pair" over all questions of all pages.
Control   the headings; nobody, who finds none.
Scaled    pages are written from lines of the text, in JSON-LD, microdata, another type and bare headings, for CommonCrawl. Not re-enacted: the
          retriever that is trained on the pairs, and the deduplication of its pages.
"""

from lect import Results, artifacts, claim, corpus, score

CARD = {"id": "S108", "cite": "debruyn2021mfaq", "family": "corpus", "needs": ["text"], "extras": []}
SMOKE = {"pages": 40, "seeds": 1}


def run(text, out, *, pages=800, pairs=5, seeds=3):
    """Write pages, find their pairs again, and compare."""
    results = Results(out)
    for seed in range(seeds):
        made = corpus.plant_faqs(text, pages=pages, pairs=pairs, seed=seed)
        found = [set(corpus.find_faqs(page.html, url=page.pairs[0].url)) for page in made]
        headings = [set(corpus.find_headings(page.html)) for page in made]
        rows = [(page, number, pair) for number, page in enumerate(made) for pair in page.pairs]
        test = [
            artifacts.Labeled(pair.question, str(page.marked), id=str(at)) for at, (page, _, pair) in enumerate(rows)
        ]
        task = artifacts.Task("faq", "classification", {"test": test}, [])
        systems = {
            "markup": [str(pair in found[number]) for _, number, pair in rows],
            "headings": [str(pair.question in headings[number]) for _, number, pair in rows],
            "nobody": [str(False)] * len(rows),
        }
        for system, answers in systems.items():
            results.add(score.grade(answers, task), system=system, seed=seed)
    return results


def check(results):
    """Answer for the markup."""
    for control in ("headings", "nobody"):
        yield claim(results, f"markup > {control}", metric="accuracy", by=0.2)

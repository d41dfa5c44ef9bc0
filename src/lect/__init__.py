"""lect builds the best language model for one language, and shows the proof.

>>> import lect
>>> model = lect.load("my-model")  # doctest: +SKIP
>>> lect.adapt(model, lect.read("text.txt"), "out", language="fao")  # doctest: +SKIP
"""

from lect.lazy import lazy

PUBLIC = {
    "LectError": "lect.artifacts.errors",
    "read": "lect.artifacts.texts",
    "read_pairs": "lect.artifacts.bitexts",
    "read_task": "lect.artifacts.tasks",
    "load": "lect.artifacts.loading",
    "open_model": "lect.models.disk",
    "Model": "lect.artifacts.models",
    "Results": "lect.artifacts.results",
    "watch": "lect.artifacts.hooks",
    "claim": "lect.score.evidence.claims",
    "diagnose": "lect.adaptation.diagnosis",
    "plan": "lect.adaptation.planning",
    "adapt": "lect.adaptation.adapting",
    "card": "lect.adaptation.language_cards.making",
    "pretrain": "lect.train.pretraining",
    "finetune": "lect.train.finetuning",
    "languages": "lect.languages:",
    "worlds": "lect.worlds:",
    "corpus": "lect.corpus:",
    "models": "lect.models:",
    "vocab": "lect.vocab:",
    "train": "lect.train:",
    "use": "lect.use:",
    "score": "lect.score:",
}
__getattr__, __dir__ = lazy(__name__, PUBLIC)

"""What flows between the verbs, and how it is read, written and traced."""

from lect.lazy import lazy

PUBLIC = {
    "LectError": "lect.artifacts.errors",
    "need": "lect.artifacts.extras",
    "progress": "lect.artifacts.hooks",
    "watch": "lect.artifacts.hooks",
    "Text": "lect.artifacts.texts",
    "read": "lect.artifacts.texts",
    "Pairs": "lect.artifacts.bitexts",
    "read_pairs": "lect.artifacts.bitexts",
    "Model": "lect.artifacts.models",
    "load": "lect.artifacts.loading",
    "preflight": "lect.artifacts.models",
    "Task": "lect.artifacts.tasks",
    "Labeled": "lect.artifacts.tasks",
    "Tagged": "lect.artifacts.tasks",
    "Written": "lect.artifacts.tasks",
    "Graded": "lect.artifacts.tasks",
    "read_task": "lect.artifacts.tasks",
    "mix_training": "lect.artifacts.tasks.mixing",
    "take_examples": "lect.artifacts.tasks.mixing",
    "Units": "lect.artifacts.units",
    "Results": "lect.artifacts.results",
    "Score": "lect.artifacts.results",
    "produce": "lect.artifacts.outputs",
}
__getattr__, __dir__ = lazy(__name__, PUBLIC)

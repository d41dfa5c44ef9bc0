"""Models without data: build new ones, know the parts of any family, choose what may change."""

from lect.lazy import lazy

_PUBLIC = {
    "FAMILIES": "lect.models.families",
    "Family": "lect.models.families",
    "apply_head": "lect.models.families",
    "body": "lect.models.families",
    "family": "lect.models.families",
    "has_head": "lect.models.families",
    "last_hidden": "lect.models.families",
    "layers": "lect.models.families",
    "module": "lect.models.families",
    "vocabulary_tensors": "lect.models.families",
    "SIZES": "lect.models.architectures",
    "new": "lect.models.architectures",
    "Selection": "lect.models.selecting",
    "select": "lect.models.selecting",
    "open_model": "lect.models.disk",
    "fresh_body": "lect.models.controls",
    "shuffled_body": "lect.models.controls",
    "architectures": "lect.models.architectures:",
    "families": "lect.models.families:",
    "selecting": "lect.models.selecting:",
}
__getattr__, __dir__ = lazy(__name__, _PUBLIC)

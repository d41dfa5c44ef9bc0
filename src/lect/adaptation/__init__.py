"""The main job: diagnose, plan, adapt, prove."""

from lect.lazy import lazy

PUBLIC = {
    "diagnose": "lect.adaptation.diagnosis",
    "plan": "lect.adaptation.planning",
    "adapt": "lect.adaptation.adapting",
    "demo": "lect.adaptation.demonstration",
    "describe": "lect.adaptation.datasheets.making",
}
__getattr__, __dir__ = lazy(__name__, PUBLIC)

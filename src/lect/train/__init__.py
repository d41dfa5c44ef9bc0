"""One training loop, many objectives."""

from lect.lazy import lazy

PUBLIC = {
    "pretrain": "lect.train.pretraining",
    "finetune": "lect.train.finetuning",
    "request": "lect.train.examples",
    "pretrain_new": "lect.train.scratch",
    "read_budget": "lect.train.budgets",
    "Training": "lect.train.settings",
    "train": "lect.train.loop",
    "causal": "lect.train.objectives",
    "masked": "lect.train.objectives",
}
__getattr__, __dir__ = lazy(__name__, PUBLIC)

"""The schema of what can be understood, for the doors (models/rules/frames.py)."""

from models.rules.frames import (
    GROUPS,
    INTENTS,
    MUST_ASK,
    SLOTS,
    WORKER_INTENTS,
    Kind,
    fits,
    misfits,
)

__all__ = ["GROUPS", "INTENTS", "MUST_ASK", "SLOTS", "WORKER_INTENTS", "Kind", "fits", "misfits"]

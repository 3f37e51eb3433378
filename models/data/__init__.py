"""The starting content of a new community: service types, questions and answers, texts, questionnaires, sample people."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent


@cache
def load(name: str) -> Any:
    """The content of models/data/<name>.yaml; the same object at every call, so nobody may change it."""
    return yaml.safe_load((HERE / f"{name}.yaml").read_text(encoding="utf-8"))

"""The starting content of a new community: service types, questions and answers, texts, questionnaires, sample people."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from models.data.checks import problems

HERE = Path(__file__).parent
# The safe reader in C, where the library has it: every process reads such files when it starts, and this one takes a sixth of the time.
READER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_yaml(text: str) -> Any:
    """The plain values of a text in YAML. yaml.YAMLError says where it is none."""
    return yaml.load(text, READER)


@cache
def load(name: str) -> Any:
    """The content of models/data/<name>.yaml; the same object at every call, so nobody may change it.

    ValueError says in words, a line each, what is wrong with a file.
    """
    content = read_yaml((HERE / f"{name}.yaml").read_text(encoding="utf-8"))
    wrong = problems(name, content)
    if wrong:
        raise ValueError(f"models/data/{name}.yaml:\n" + "\n".join(wrong))
    return content

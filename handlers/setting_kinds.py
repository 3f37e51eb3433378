"""What the settings are made of: the kinds of a value, and a section, which knows its keys."""

from datetime import time
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

ROOT = Path(__file__).resolve().parents[1]
SQLITE, IN_MEMORY = "sqlite:///", ":memory:"


def _from_root(path: str) -> str:
    """A place that is not named from the root of the disk lies beside app.py, wherever a command is typed: two processes that were
    started in different folders must not have two databases."""
    return str(ROOT / path) if path else path


def _database_from_root(url: str) -> str:
    path = url.removeprefix(SQLITE)
    return SQLITE + _from_root(path) if url.startswith(SQLITE) and path != IN_MEMORY else url


def _clock_words(value: object) -> object:
    """YAML reads an unquoted 22:00 as the number 1320: refuse it rather than mean another hour."""
    if not isinstance(value, str | time):
        raise ValueError('write the hour in quotes, such as "22:00"')
    return value


Place = Annotated[str, AfterValidator(_from_root)]
DatabaseUrl = Annotated[str, AfterValidator(_database_from_root)]
Hour = Annotated[time, BeforeValidator(_clock_words)]
Count = Annotated[int, Field(ge=0)]
Some = Annotated[int, Field(ge=1)]
Percent = Annotated[int, Field(ge=0, le=100)]
Seconds = Annotated[float, Field(gt=0)]
Weight = Annotated[float, Field(ge=0)]


class Section(BaseModel):
    """One section: nothing unknown, nothing changed after the start."""

    model_config = ConfigDict(extra="forbid", frozen=True, validate_default=True)

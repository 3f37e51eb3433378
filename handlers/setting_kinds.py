"""What the settings are made of: the kinds of a value, and a section, which knows its keys."""

from datetime import time
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field


def _clock_words(value: object) -> object:
    """YAML reads an unquoted 22:00 as the number 1320: refuse it rather than mean another hour."""
    if not isinstance(value, str | time):
        raise ValueError('write the hour in quotes, such as "22:00"')
    return value


Hour = Annotated[time, BeforeValidator(_clock_words)]
Count = Annotated[int, Field(ge=0)]
Some = Annotated[int, Field(ge=1)]
Percent = Annotated[int, Field(ge=0, le=100)]
Seconds = Annotated[float, Field(gt=0)]
Weight = Annotated[float, Field(ge=0)]


class Section(BaseModel):
    """One section: nothing unknown, nothing changed after the start."""

    model_config = ConfigDict(extra="forbid", frozen=True, validate_default=True)

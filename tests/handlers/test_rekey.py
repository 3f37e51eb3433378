"""The data key is exchanged: everything is read by the new one and found by it, nothing by the old one (A6)."""

from collections.abc import Iterator
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag

from asking import Desk
from handlers.alive import say_alive
from handlers.holders import own_name
from handlers.rekey import change_data_key, sealed_columns
from handlers.settings import Settings, SettingsError
from models.copies import key_fits
from models.crypto import blind_index, use_data_key
from models.people import Person

pytestmark = pytest.mark.both
NEW = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="


@pytest.fixture
def old(settings: Settings) -> Iterator[str]:
    """The key that holds now; it does so again afterwards."""
    yield settings.security.data_key
    use_data_key(settings.security.data_key)


def contents() -> dict[str, list[dict[str, Any]]]:
    """Every sealed value, as it is read."""
    return {
        model.__name__: list(model.select(model.id, *(getattr(model, name) for name in names)).order_by(model.id).dicts())
        for model, names in sealed_columns().items()
    }


def test_all_is_sealed_anew(desk: Desk, community: Any, old: str) -> None:
    """A6: the same words under another key; people are found by their phone again."""
    desk.request(words="请轻声")
    before, phone = contents(), Person.select().where(Person.phone_index.is_null(False)).first().phone
    rows = change_data_key(old, NEW)
    assert rows == sum(len(found) for found in before.values()) > 100
    with pytest.raises(InvalidTag):
        contents()
    use_data_key(NEW)
    assert contents() == before
    assert Person.get(Person.phone_index == blind_index(phone)).phone == phone


def test_it_is_refused_in_words(desk: Desk, community: Any, old: str) -> None:
    """A6: for a key that is none, the same, under a running process, and with an old key that does not fit; nothing is changed."""
    for wrong in ("", "abc", old):
        with pytest.raises(SettingsError, match="openssl rand"):
            change_data_key(old, wrong)
    say_alive(own_name())
    with pytest.raises(SettingsError, match="Stop web and jobs"):
        change_data_key(old, NEW)
    assert key_fits()

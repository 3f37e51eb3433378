"""The web application on the sample community: as it is filled, and on a lively morning."""

from typing import Any

import pytest
from flask import Flask

from handlers.clock import ManualClock
from handlers.settings import Settings
from tests.handlers.asking import Desk
from tests.web.lively import Lively
from web.factory import make_web


class NoPlatform:
    """Nobody signs in by the mini-program here."""

    def code_to_session(self, code: str) -> dict[str, Any]:
        return {"errcode": 40029}

    def phone_number(self, code: str, openid: str) -> dict[str, Any]:
        return {"errcode": 40029}


@pytest.fixture
def web(settings: Settings, clock: ManualClock, community: Any) -> Flask:
    """The application."""
    return make_web(settings, clock, NoPlatform())


@pytest.fixture
def desk(settings: Settings, clock: ManualClock, web: Flask) -> Desk:
    """The sample community, to be asked and watched."""
    return Desk(settings, clock)


@pytest.fixture
def lively(settings: Settings, clock: ManualClock, web: Flask) -> Lively:
    """What happened this morning."""
    return Lively(settings, clock)

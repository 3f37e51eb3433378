"""A routing service by the OSRM way of asking (/route/v1/PROFILE/lng,lat;lng,lat), which several servers and hosts speak (D5)."""

import json

from bot.services.outside import call
from bot.wechat.breaker import Breaker
from handlers.readings import Never, NotNow
from handlers.settings import Settings


class RoadService:
    """The service of settings.travel."""

    def __init__(self, settings: Settings) -> None:
        self.travel = settings.travel
        self.breaker = Breaker()

    def minutes(self, a: tuple[float, float], b: tuple[float, float]) -> int:
        """Whole minutes, rounded up. Raises NotNow where another try may help, Never where not."""
        if self.breaker.is_open("roads"):
            raise NotNow("the service rests")
        way = ";".join(f"{lng},{lat}" for lat, lng in (a, b))
        url = f"{self.travel.service_url.rstrip('/')}/{way}?overview=false"
        try:
            answer = call(url, key="", timeout_s=float(self.travel.timeout_s), verb="GET")
        except NotNow:
            self.breaker.failed("roads")
            raise
        self.breaker.answered("roads")
        return _minutes(answer)


def _minutes(answer: bytes) -> int:
    try:
        seconds = float(json.loads(answer)["routes"][0]["duration"])
    except (ValueError, LookupError, TypeError) as broken:
        raise Never("no route in the answer") from broken
    if not 0 <= seconds < 86_400:
        raise Never("not the length of a way")
    return -int(-seconds // 60)

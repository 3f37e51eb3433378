"""How often each call may be made, by day and by minute; a test may lower a limit."""

from simulator.clock import Clock
from simulator.errors import PlatformError
from simulator.store import Doc

_DAY = {
    "/cgi-bin/token": 2_000,
    "/cgi-bin/stable_token": 500_000,
    "/cgi-bin/message/custom/send": 500_000,
    "/cgi-bin/message/template/send": 100_000,
    "/cgi-bin/message/subscribe/send": 10_000_000,
    "/wxa/msg_sec_check": 2_000_000,
}
_MINUTE = {"/cgi-bin/stable_token": 10_000, "/wxa/msg_sec_check": 4_000}
CLEARS_A_MONTH = 10


class Quotas:
    """Counters in memory; a new start begins at nothing."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.reset()

    def reset(self) -> None:
        """The usual limits, nothing used."""
        self._limits = {"day": dict(_DAY), "minute": dict(_MINUTE)}
        self._used: dict[tuple[str, str, str], int] = {}
        self._clears: dict[tuple[str, str], int] = {}

    def limit(self, path: str, day: int | None, minute: int | None) -> None:
        """Lower or raise the limits of one call, counted from now; None leaves a limit as it is."""
        for span, limit in (("day", day), ("minute", minute)):
            if limit is not None:
                self._limits[span][path] = limit
                self._used.pop((path, span, self._slot(span)), None)

    def count(self, path: str) -> None:
        """One more call; 45011 over the minute's limit, 45009 over the day's."""
        for span, code in (("minute", 45011), ("day", 45009)):
            limit = self._limits[span].get(path)
            if limit is None:
                continue
            key = (path, span, self._slot(span))
            self._used[key] = self._used.get(key, 0) + 1
            if self._used[key] > limit:
                raise PlatformError(code)

    def clear(self, app_id: str) -> None:
        """Forget the day's counts, ten times a month (48006)."""
        month = (app_id, self._clock.day()[:7])
        self._clears[month] = self._clears.get(month, 0) + 1
        if self._clears[month] > CLEARS_A_MONTH:
            raise PlatformError(48006)
        self._used = {key: used for key, used in self._used.items() if key[1] != "day"}

    def as_json(self) -> Doc:
        """Limits in force and what is used of them."""
        return {"limits": self._limits, "used": [[*key, used] for key, used in self._used.items()]}

    def _slot(self, span: str) -> str:
        return self._clock.day() if span == "day" else str(int(self._clock.timestamp() // 60))

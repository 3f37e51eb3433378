"""The one clock of a demo or a test: real time plus an offset that can be moved."""

import re
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
_DURATION = re.compile(
    r"(?P<sign>-?)P(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+(?:\.\d+)?)S)?)?"
)


def read_duration(text: str) -> timedelta:
    """An ISO 8601 duration such as PT2H, P1DT30M or -PT10M; ValueError for anything else."""
    found = _DURATION.fullmatch(text)
    parts = {k: float(v) for k, v in found.groupdict().items() if k != "sign" and v} if found else {}
    if not found or not parts:
        raise ValueError(f"not a duration: {text!r}")
    return timedelta(**parts) * (-1 if found["sign"] else 1)


def read_moment(text: str) -> datetime:
    """An ISO 8601 time with an offset, as UTC; ValueError without one."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"a time needs its offset: {text!r}")
    return moment.astimezone(UTC)


def write_moment(moment: datetime) -> str:
    """As answered everywhere: UTC, milliseconds, Z."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Clock:
    """Real time moved by `offset` seconds; `on_change` hears each new offset."""

    def __init__(self, offset: float = 0.0, on_change: Callable[[float], None] = lambda offset: None) -> None:
        self._lock = threading.Lock()
        self._offset = offset
        self._on_change = on_change

    @property
    def offset(self) -> float:
        """Seconds that this clock is ahead of the real one."""
        return self._offset

    def now(self) -> datetime:
        """The time here, aware, UTC."""
        return datetime.now(UTC) + timedelta(seconds=self._offset)

    def timestamp(self) -> float:
        """The time here in seconds since 1970."""
        return self.now().timestamp()

    def day(self) -> str:
        """Today in Shanghai, where the platform counts its days."""
        return self.now().astimezone(SHANGHAI).date().isoformat()

    def advance(self, by: timedelta) -> None:
        """Move on by a duration, which may be negative."""
        self._set(lambda: self._offset + by.total_seconds())

    def set(self, moment: datetime) -> None:
        """Make it this time now."""
        self._set(lambda: (moment - datetime.now(UTC)).total_seconds())

    def reset(self) -> None:
        """Real time again."""
        self._set(lambda: 0.0)

    def _set(self, offset: Callable[[], float]) -> None:
        with self._lock:
            self._offset = offset()
        self._on_change(self._offset)

    def as_json(self) -> dict[str, object]:
        """The answer of GET /sandbox/clock."""
        return {"now": write_moment(self.now()), "offset": self._offset}

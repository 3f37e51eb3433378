"""Faults on demand: what goes wrong with which calls, how often, always the same for the same seed."""

import random
import threading
from dataclasses import dataclass, field

from simulator.store import Doc

# name -> (words for the page, what is set)
NAMED: dict[str, tuple[str, Doc]] = {
    "off": ("关", {"rate": 0.0}),
    "offline": ("微信连不上", {"rate": 1.0, "kinds": ["reset"]}),
    "slow": ("微信很慢（每次慢 2 秒）", {"rate": 1.0, "kinds": ["slow"]}),
    "busy": ("微信忙（三成回 -1）", {"rate": 0.3, "kinds": ["-1"]}),
    "token": ("令牌失效（一次）", {"rate": 1.0, "kinds": ["token"], "count": 1}),
    "drop_reply": ("收下了，但回话丢了", {"rate": 1.0, "kinds": ["drop_reply"], "endpoints": ["/cgi-bin/message/"]}),
}
_WORDY = ("timeout", "reset", "5xx", "drop_reply", "slow", "token")


def _is_kind(kind: str) -> bool:
    return kind in _WORDY or kind.lstrip("-").isdigit()


@dataclass
class Faults:
    """`kinds`: an error code such as "-1" or "45009", or
    timeout (hangs, nothing done), reset (connection broken, nothing done), 5xx (a 502 page, nothing done),
    drop_reply (done, but the answer is lost), slow (done, 2 s late), token (every token dies, then 40001).
    `endpoints` are beginnings of paths; none means every call. `count` faults at most, then all is well again.
    """

    rate: float = 0.0
    kinds: list[str] = field(default_factory=list)
    endpoints: list[str] = field(default_factory=list)
    count: int | None = None
    name: str = "off"
    done: int = 0

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self._random = random.Random()
        self.changed = threading.Event()

    def set(
        self,
        rate: float = 0.0,
        kinds: list[str] | None = None,
        endpoints: list[str] | None = None,
        count: int | None = None,
        seed: int | None = None,
        name: str = "own",
    ) -> None:
        """Put other faults in force; ValueError for a kind that does not exist or a rate outside 0 to 1."""
        kinds = [str(kind) for kind in kinds or []]
        if not 0 <= rate <= 1 or not all(_is_kind(kind) for kind in kinds) or (rate and not kinds):
            raise ValueError("rate is 0 to 1; kinds are error codes or " + ", ".join(_WORDY))
        with self._lock:
            self.rate, self.kinds, self.endpoints = float(rate), kinds, list(endpoints or [])
            self.count, self.done = count, 0
            self.name = name if rate else "off"
            self._random = random.Random(seed)
            # Calls that hang for the faults of before are let go.
            self.changed.set()
            self.changed = threading.Event()

    def set_named(self, name: str) -> None:
        """Put one of NAMED in force; ValueError for another name."""
        if name not in NAMED:
            raise ValueError(f"no such fault: {name}")
        self.set(**NAMED[name][1], name=name)

    def draw(self, path: str) -> str | None:
        """The fault that hits this call, or None."""
        with self._lock:
            if not self.rate or (self.endpoints and not path.startswith(tuple(self.endpoints))):
                return None
            if self._random.random() >= self.rate:
                return None
            kind = self._random.choice(self.kinds)
            self.done += 1
            if self.count is not None and self.done >= self.count:
                self.rate, self.name = 0.0, "off"
            return kind

    def as_json(self) -> Doc:
        """What is in force, and how often it struck."""
        return {
            "name": self.name,
            "label": NAMED.get(self.name, ("自定",))[0],
            "rate": self.rate,
            "kinds": self.kinds,
            "endpoints": self.endpoints,
            "count": self.count,
            "done": self.done,
        }

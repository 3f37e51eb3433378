"""A breaker per endpoint: after five failures in a row nothing is sent for half a minute, then one call tries (F10)."""

import threading
import time

FAILURES = 5
REST_S = 30.0


class Breaker:
    """Counts failures in a row; thread-safe."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.failures: dict[str, int] = {}
        self.until: dict[str, float] = {}

    def is_open(self, endpoint: str) -> bool:
        """True while calls would only pile up; one caller at a time is let through after the rest."""
        with self.lock:
            if self.failures.get(endpoint, 0) < FAILURES:
                return False
            if time.monotonic() < self.until.get(endpoint, 0.0):
                return True
            self.until[endpoint] = time.monotonic() + REST_S
            return False

    def failed(self, endpoint: str) -> None:
        """No answer came."""
        with self.lock:
            self.failures[endpoint] = self.failures.get(endpoint, 0) + 1
            self.until[endpoint] = time.monotonic() + REST_S

    def answered(self, endpoint: str) -> None:
        """An answer came, whatever it said."""
        with self.lock:
            self.failures.pop(endpoint, None)

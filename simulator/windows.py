"""How many customer-service messages an account may still send to a person, and until when."""

from simulator.clock import Clock
from simulator.errors import PlatformError
from simulator.store import Doc, Shelf

HOUR = 3600
GRANTS: dict[str, tuple[int, int]] = {
    "message": (5, 48 * HOUR),
    "menu": (3, 60),
    "follow": (3, 60),
    "scan": (3, 60),
    "mini_message": (5, 48 * HOUR),
    "mini_enter": (2, 60),
}
TYPING_LASTS = 15
TYPING_NEEDS = 30


class Windows:
    """Counters for each (account, person): {scene: {until, left}}, opened by what the person does."""

    def __init__(self, shelf: Shelf, clock: Clock) -> None:
        self._shelf, self._clock = shelf, clock

    def open(self, app_id: str, openid: str, scene: str) -> None:
        """The person did something of this scene: its window opens anew with its full count."""
        doc, now = self._doc(app_id, openid), self._clock.timestamp()
        left, seconds = GRANTS[scene]
        doc["scenes"][scene] = {"left": left, "until": now + seconds}
        doc["acted"] = now
        self._put(app_id, openid, doc)

    def shut(self, openid: str) -> None:
        """The person left: every window of theirs closes."""
        for doc in self._shelf.values():
            if doc["openid"] == openid:
                self._shelf.remove(f"{doc['app']} {openid}")

    def clear(self) -> None:
        """Close every window of everyone."""
        self._shelf.clear()

    def spend(self, app_id: str, openid: str) -> None:
        """Take one message from the window that closes first; 45015 if none is open, 45047 if all are used up."""
        doc = self._doc(app_id, openid)
        scenes = sorted(self._live(doc), key=lambda scene: scene["until"])
        if not scenes:
            raise PlatformError(45015)
        usable = [scene for scene in scenes if scene["left"] > 0]
        if not usable:
            raise PlatformError(45047)
        usable[0]["left"] -= 1
        doc["typing_until"] = 0
        self._put(app_id, openid, doc)

    def left(self, app_id: str, openid: str) -> tuple[int, float] | None:
        """Messages left in all open windows, and when the last of them closes; None when none is open."""
        scenes = self._live(self._doc(app_id, openid))
        if not scenes:
            return None
        used_up_last = [scene for scene in scenes if scene["left"]] or scenes
        return sum(scene["left"] for scene in scenes), max(scene["until"] for scene in used_up_last)

    def as_json(self, app_id: str, openid: str) -> Doc:
        """The open windows of one person, for a test to look at."""
        doc, now = self._doc(app_id, openid), self._clock.timestamp()
        return {name: scene for name, scene in doc["scenes"].items() if scene["until"] > now}

    def start_typing(self, app_id: str, openid: str) -> None:
        """Show that an answer is being typed; 45080 without an act in the last 30 s, 45081 while it still shows."""
        doc, now = self._doc(app_id, openid), self._clock.timestamp()
        if not self._live(doc) or now - doc["acted"] > TYPING_NEEDS:
            raise PlatformError(45080)
        if doc["typing_until"] > now:
            raise PlatformError(45081)
        doc["typing_until"] = now + TYPING_LASTS
        self._put(app_id, openid, doc)

    def stop_typing(self, app_id: str, openid: str) -> None:
        """Show it no more."""
        self._put(app_id, openid, self._doc(app_id, openid) | {"typing_until": 0})

    def acted_within(self, app_id: str, openid: str, seconds: float) -> bool:
        """Whether the person did anything with this account lately."""
        return self._clock.timestamp() - float(self._doc(app_id, openid)["acted"]) <= seconds

    def _doc(self, app_id: str, openid: str) -> Doc:
        fresh: Doc = {"app": app_id, "openid": openid, "scenes": {}, "acted": 0.0, "typing_until": 0.0}
        return self._shelf.get(f"{app_id} {openid}") or fresh

    def _put(self, app_id: str, openid: str, doc: Doc) -> None:
        self._shelf.put(f"{app_id} {openid}", doc)

    def _live(self, doc: Doc) -> list[Doc]:
        now = self._clock.timestamp()
        return [scene for scene in doc["scenes"].values() if scene["until"] > now]

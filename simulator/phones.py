"""What people do with their phones: each act is a bubble, an opened window and a push."""

from typing import Any

from simulator.menus import find_item
from simulator.messages import event, message, scene_of
from simulator.pictures import keep_picture, keep_voice
from simulator.push import Pusher
from simulator.store import Doc
from simulator.world import World


class NotPossible(Exception):
    """A phone cannot do this now; the words are for the person at the page."""


class Phones:
    """The verbs of the page; each returns the bubble and leaves the push to a worker thread."""

    def __init__(self, world: World, pusher: Pusher) -> None:
        self.world, self.pusher = world, pusher

    def say(self, person: Doc, text: str) -> Doc:
        """Type a sentence."""
        if not text.strip():
            raise NotPossible("还没有写字")
        return self._send(person, message("text", Content=text), kind="text", text=text)

    def tap(self, person: Doc, bubble_id: str, tap: int | str) -> Doc:
        """Tap a sentence in a bubble: by its place among the sentences to tap, or by its id."""
        bubble = self.world.bubbles.get(bubble_id)
        taps = [part for part in bubble["parts"] if part["t"] == "tap"] if bubble else []
        chosen = next((part for place, part in enumerate(taps) if tap in (place, part["id"])), None)
        if bubble is None or chosen is None or bubble["person"] != person["id"]:
            raise NotPossible("这一句点不了了")
        words = chosen.get("content") or chosen["s"]
        sent = self._send(person, message("text", Content=words, bizmsgmenuid=chosen["id"]), kind="text", text=words)
        self.world.bubbles.change(bubble_id, used=True)
        return sent

    def menu(self, person: Doc, key: str) -> Doc:
        """Press an item of the menu."""
        item = find_item(self.world, person["role"], key) or {"name": key, "type": "click"}
        name = "VIEW" if item["type"] == "view" else "CLICK"
        return self._send(
            person, event(name, EventKey=key), side="system", kind="notice", text=f"点了菜单「{item['name']}」"
        )

    def voice(self, person: Doc, text: str, seconds: int) -> Doc:
        """Speak; what is said goes along only where the account still has recognition."""
        media_id = keep_voice(self.world, text, seconds)
        fields = message("voice", MediaId=media_id, Format="amr", MediaId16K=media_id)
        if self.world.config.voice_recognition:
            fields["Recognition"] = text
        return self._send(person, fields, kind="voice", text=text, seconds=seconds)

    def image(self, person: Doc, name: str) -> Doc:
        """Send a picture."""
        media_id = keep_picture(self.world, name)
        path = f"/simulator/api/media/{media_id}"
        fields = message("image", PicUrl=self.world.base_url + path, MediaId=media_id)
        return self._send(person, fields, kind="image", text=name, image=path)

    def location(self, person: Doc, lat: float, lng: float, label: str) -> Doc:
        """Send a place."""
        fields = message("location", Location_X=lat, Location_Y=lng, Scale=16, Label=label)
        return self._send(person, fields, kind="location", text=label, place={"label": label, "lat": lat, "lng": lng})

    def scan(self, person: Doc, scene: str) -> Doc:
        """Scan a code: follows with it, or comes back with it."""
        known = self.world.scenes.get(scene) or {"ticket": f"gQ-{scene}"}
        if not person["followed"]:
            return self.follow(person, scene, known["ticket"])
        fields = event("SCAN", EventKey=scene, Ticket=known["ticket"])
        return self._send(person, fields, side="system", kind="notice", text="扫了二维码")

    def follow(self, person: Doc, scene: str = "", ticket: str = "") -> Doc:
        """Begin to follow the account."""
        if person["followed"]:
            raise NotPossible("已经关注了")
        fields = event(
            "subscribe", EventKey=f"qrscene_{scene}" if scene else "", **({"Ticket": ticket} if ticket else {})
        )
        with self.world.change():
            set_follow(self.world, person, True)
            words = f"您关注了「{self.world.config.account_name}」"
            return self._send(person, fields, side="system", kind="notice", text=words)

    def unfollow(self, person: Doc) -> Doc:
        """Follow no more: nothing can be sent to this person from now on."""
        if not person["followed"]:
            raise NotPossible("还没有关注")
        with self.world.change():
            sent = self._send(
                person, event("unsubscribe", EventKey=""), quiet=True, side="system", kind="notice", text="您取消了关注"
            )
            set_follow(self.world, person, False)
        return sent

    def _send(self, person: Doc, fields: dict[str, Any], quiet: bool = False, side: str = "me", **bubble: Any) -> Doc:
        if not person["followed"]:
            raise NotPossible("请先关注「" + self.world.config.account_name + "」")
        app_id, scene = self.world.config.app_id, scene_of(fields)
        with self.world.change():
            shown = self.world.show(person, side, **bubble)
            if scene:
                self.world.windows.open(app_id, person["openid"], scene)
            self.pusher.send(self.pusher.make(person, app_id, fields, shown, quiet))
        return shown or {"id": None}


def set_follow(world: World, person: Doc, followed: bool) -> None:
    """A person follows the account from now on, or no more."""
    person["followed"] = followed
    if followed:
        person["subscribed_at"] = int(world.clock.timestamp())
    else:
        world.windows.shut(person["openid"])
    world.people.keep(person)

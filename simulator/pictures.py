"""Pictures and sounds that people of the demo send."""

import secrets
import struct
import zlib
from pathlib import Path

from simulator.world import World

PHOTOS = Path(__file__).parent / "static" / "photos"
MURMUR = Path(__file__).parent / "static" / "sounds" / "murmur.amr"
AMR, FRAME, FRAMES_A_SECOND = b"#!AMR\n", 20, 50  # at 7.4 kbit a second
_COLOURS = ((196, 164, 132), (132, 164, 196), (150, 180, 140), (200, 170, 170))


def keep_picture(world: World, name: str) -> str:
    """Store a picture of this name and give its media id: a file of static/photos, else a plain coloured one."""
    file = PHOTOS / Path(name).name
    data = file.read_bytes() if file.is_file() else plain_picture(_COLOURS[sum(name.encode()) % len(_COLOURS)])
    return _keep(world, "image", name, data, "")


def keep_voice(world: World, words: str, seconds: int = 3) -> str:
    """Store a voice message; the words ride along for a demo's listener, as no real speech is made."""
    return _keep(world, "voice", "voice.amr", murmur(seconds), words)


def murmur(seconds: int) -> bytes:
    """AMR as the platform gives it: somebody murmurs for so many seconds, up to a minute; no words can be made out."""
    recorded = MURMUR.read_bytes()
    head, frames = recorded[: len(AMR)], recorded[len(AMR) :]
    wanted = FRAME * FRAMES_A_SECOND * max(1, min(60, seconds))
    return head + (frames * (wanted // len(frames) + 1))[:wanted]


def _keep(world: World, kind: str, name: str, data: bytes, words: str) -> str:
    media_id = secrets.token_urlsafe(48)
    world.media.put(media_id, {"type": kind, "name": name, "hex": data.hex(), "words": words})
    return media_id


def plain_picture(colour: tuple[int, int, int], width: int = 320, height: int = 240) -> bytes:
    """A PNG of one colour."""
    rows = (b"\0" + bytes(colour) * width) * height
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(rows, 9)) + _chunk(b"IEND", b"")
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

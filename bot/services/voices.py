"""A voice message of the platform as a sound that every browser plays, and every transcription service takes.

The platform gives AMR, which browsers do not play. It is turned into MP3 by FFmpeg's libraries in a process of its own with
little memory and little time: what a stranger sends is not to be taken apart inside ours.
"""

import subprocess
import sys
from pathlib import Path
from typing import Protocol

from handlers.readings import Never, NotNow
from handlers.recordings import Sound
from handlers.settings import Settings

HERE = Path(__file__).resolve().parents[2]
TIME_S = 20
BEGINNINGS = (b"#!AMR", b"RIFF", b"ID3", b"OggS", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2", b"fLaC", b"\x1aE\xdf\xa3")


class Media(Protocol):
    """The platform's store of what people send."""

    def fetch_media(self, media_id: str, limit: int) -> bytes:
        """Its bytes. Raises NotNow or Never."""


class PlatformVoices:
    """Fetched from the platform, checked and made playable."""

    def __init__(self, settings: Settings, platform: Media) -> None:
        self.speech, self.platform = settings.speech, platform

    def fetch(self, media_ids: list[str]) -> Sound:
        """The first of these that is a sound; the clearest comes first. Raises NotNow or Never."""
        why: Exception = Never("the message names no sound")
        for media_id in filter(None, media_ids):
            try:
                return self._sound(self.platform.fetch_media(media_id, self.speech.max_kb * 1024))
            except (NotNow, Never) as failure:
                why = failure
        raise why

    def _sound(self, data: bytes) -> Sound:
        if not is_sound(data):
            raise Never("it is no sound that we know")
        sound = to_mp3(data)
        if sound.seconds > self.speech.max_seconds:
            raise Never(f"it is too long: {sound.seconds} s")
        return sound


def is_sound(data: bytes) -> bool:
    """Whether it begins as a kind of sound that we take; what is named a voice may be anything."""
    return data.startswith(BEGINNINGS) or data[4:8] == b"ftyp"


def to_mp3(data: bytes) -> Sound:
    """Any sound as MP3, with its length. Raises Never for what is none, NotNow where the machine could not."""
    command = [sys.executable, "-m", "bot.services.convert"]
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=TIME_S, cwd=HERE, check=False)
    except subprocess.TimeoutExpired as failure:
        raise Never("it took too long to be made playable") from failure
    except OSError as failure:
        raise NotNow(f"no process for the sound: {failure}") from failure
    if done.returncode != 0 or not done.stdout:
        raise Never("it can't be made playable")
    return Sound(done.stdout, "audio/mpeg", int(done.stderr.split()[-1]))

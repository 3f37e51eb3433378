"""A voice of the platform becomes a sound that browsers play, in a process of its own (C3, A6)."""

import importlib.util
import io
import struct
import wave

import pytest

from bot.services.voices import is_sound, to_mp3
from handlers.readings import Never
from simulator.pictures import murmur

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(importlib.util.find_spec("av") is None, reason="PyAV is not installed: make install brings it"),
]


def tone(seconds: float = 1.0) -> bytes:
    """A small WAV."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(b"".join(struct.pack("<h", (n % 40) * 500 - 10_000) for n in range(int(8000 * seconds))))
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "seconds"), [(murmur(1), 1), (murmur(7), 7), (murmur(99), 60), (tone(2.0), 2)], ids=["1", "7", "60", "wav"]
)
def test_it_can_be_played(data: bytes, seconds: int) -> None:
    """C3: AMR as the platform gives it, and WAV, as MP3 with their length; a minute is small."""
    sound = to_mp3(data)
    assert sound.mime == "audio/mpeg" and sound.data.startswith(b"ID3") and abs(sound.seconds - seconds) <= 1
    assert len(sound.data) < 300_000


@pytest.mark.parametrize(
    "data",
    [b"", b"#!AMR\n", b"#!AMR\n" + b"\xff" * 500, b"RIFF" + b"x" * 999, b"<svg onload=alert(1)>",
     b"\x00" * 100_000, b"ID3" + b"\x7f" * 5000],
    ids=range(7)
)  # fmt: skip
def test_what_is_no_sound(data: bytes) -> None:
    """A6: strange bytes are refused, never kept or served."""
    with pytest.raises(Never):
        if not is_sound(data):
            raise Never("at first sight")
        to_mp3(data)

"""Speech to text by any service that speaks the OpenAI way of /audio/transcriptions (C3)."""

import json

from bot.services.outside import call
from handlers.readings import Never
from handlers.recordings import Sound
from handlers.settings import Settings

NAMES = {"audio/mpeg": "voice.mp3", "audio/amr": "voice.amr", "audio/wav": "voice.wav", "audio/ogg": "voice.ogg"}


class Transcriber:
    """The service of settings.speech."""

    def __init__(self, settings: Settings) -> None:
        self.speech = settings.speech

    def hear(self, sound: Sound) -> str:
        """What is said in the sound; '' where nothing is. Raises NotNow or Never."""
        s = self.speech
        file = (NAMES.get(sound.mime, "voice.bin"), sound.data, sound.mime)
        fields = {"model": s.model, "language": s.language, "response_format": "json"}
        url = s.base_url.rstrip("/") + "/audio/transcriptions"
        answer = call(url, key=s.api_key, timeout_s=float(s.timeout_s), files={"file": file}, data=fields)
        return _text(answer)


def _text(answer: bytes) -> str:
    try:
        found = json.loads(answer)
    except ValueError as broken:
        raise Never("the answer is not JSON") from broken
    text = found.get("text") if isinstance(found, dict) else None
    if not isinstance(text, str):
        raise Never("the answer has no text")
    return text.strip()

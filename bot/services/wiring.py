"""Which services are called, as the settings say."""

from bot.services.ear import Transcriber
from bot.services.mind import ModelReader
from bot.services.roads import RoadService
from bot.services.voices import Media, PlatformVoices
from handlers.readings import Outside
from handlers.settings import Settings


def outside_of(settings: Settings, platform: Media) -> Outside:
    """The voices of the platform always; an ear, a mind and the roads as far as they are switched on."""
    return Outside(
        PlatformVoices(settings, platform),
        Transcriber(settings) if settings.speech.listen else None,
        ModelReader(settings) if settings.model.read else None,
        RoadService(settings) if settings.travel.service_url else None,
    )

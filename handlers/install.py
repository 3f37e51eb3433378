"""Setting a community up: its row and its starting content."""

from handlers.catalogue import load_catalogue
from handlers.context import transaction
from handlers.settings import Settings
from models.people import Community


def community_of(settings: Settings) -> Community:
    """The community that these settings describe; made at the first call."""
    here = settings.community
    found = Community.get_or_none(Community.slug == here.slug)
    if found is not None:
        return found
    with transaction():
        made = Community.create(
            community_id=0,
            slug=here.slug,
            name=here.name,
            phone=here.phone,
            address=here.address,
            lat=str(here.lat),
            lng=str(here.lng),
        )
        made.change(community_id=made.id)
    return made


def load_content(settings: Settings) -> Community:
    """The community with its service types, FAQ and rules texts; what staff changed is left as it is."""
    community = community_of(settings)
    with transaction():
        load_catalogue(community.id)
    return community

"""What a worker's papers are called (A3)."""

from handlers.catalogue import find_service, service_name
from handlers.context import Context
from handlers.words import _


def paper_words(ctx: Context, kind: str) -> str:
    """A paper by its kind: 健康证, 养老护理的上岗证."""
    names = {
        "id_verified": _("identity checked"),
        "background_check": _("background check"),
        "health_cert": _("health certificate"),
        "post_cert:electrician": _("electrician's certificate"),
        "post_cert:teacher": _("teacher's certificate"),
        "post_cert:health": _("health adviser's certificate"),
    }
    what = kind.removeprefix("post_cert:")
    return names.get(kind) or _("post certificate: %(what)s", what=service_name(find_service(ctx, what)) or what)

"""What a request would cost, line by line in words; and the range that the public prices allow (B1, E1, G1)."""

from typing import Any

from handlers.catalogue import find_service, service_name, task_names, terms_for, unit_words
from handlers.context import Context
from handlers.team_of import priced_by, share_of
from handlers.words import _, say_yuan
from models.catalogue import ServiceType
from models.rules.pricing import Quote, QuoteLine, quote, range_of


def quote_request(ctx: Context, request: Any, unit_fen: int | None = None, minutes: int | None = None) -> Quote:
    """The price of a request at the standard price, or at a worker's own price for one unit (fen); or for other minutes."""
    service = find_service(ctx, request.service)
    assert service is not None
    return quote(
        terms_for(service),
        unit_fen=unit_fen,
        **priced_by(request, minutes),
    )


def allowed_range(ctx: Context, request: Any, minutes: int | None = None) -> tuple[int, int]:
    """Least and highest total in fen that the public range allows, for the request's or for other minutes."""
    service = find_service(ctx, request.service)
    assert service is not None
    return range_of(
        terms_for(service),
        **priced_by(request, minutes),
    )


def lines_in_words(ctx: Context, request: Any, found: Quote) -> list[dict[str, Any]]:
    """The lines as they are kept with an agreement and shown: code, unit, words, why, amount in fen."""
    service = find_service(ctx, request.service)
    assert service is not None
    return [_line(service, line, share_of(request)) for line in found.lines]


def _line(service: ServiceType, line: QuoteLine, share: int) -> dict[str, Any]:
    base = {"code": line.code, "unit": line.unit, "amount_fen": line.amount_fen}
    if line.code != "service":
        why = _("public price, shared by %(n)s", n=share) if share > 1 else _("public price")
        return {**base, "words": task_names().get(line.code, line.code), "why": why}
    quantity = f"{line.quantity / 100:g}"
    why = _(
        "%(price)s %(unit)s × %(quantity)s",
        price=say_yuan(line.unit_fen),
        unit=unit_words(line.unit),
        quantity=quantity,
    )
    return {**base, "words": service_name(service), "why": why}

"""Telling the resident that nobody could be found, yet or at all (D3, C4)."""

from typing import Any

from handlers.context import Context
from handlers.outbox import tell
from handlers.parties import called_service
from handlers.team_of import number_of
from models.requests import Request


def tell_nobody(ctx: Context, request: Request, notice: str, **values: Any) -> None:
    """Promises `notice` about this request, once for each of its versions unless a `key` among the values says otherwise."""
    key = values.pop("key", f"{notice}:{request.id}:{request.version}")
    values |= {"number": number_of(request), "service_name": called_service(ctx, request.service), "starts_at": request.starts_at}
    tell(ctx, request.person_id, notice, about=("request", request.id), key=key, **values)

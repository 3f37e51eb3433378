"""Rows as the API shows them: declared fields only, times as ISO 8601 UTC, money in fen. No door number, no phone."""

from datetime import datetime
from typing import Any

from handlers.team_of import team_view


def moment(value: datetime | None) -> str | None:
    """ISO 8601 with Z."""
    return None if value is None else value.isoformat().replace("+00:00", "Z")


def show_person(person: Any, roles: frozenset[str]) -> dict[str, Any]:
    """Oneself."""
    return {
        "called": person.called,
        "roles": sorted(roles),
        "consent": person.consent_version,
        "phone_bound": person.phone_index is not None,
        "reminders": not person.reminders_off,
    }


def show_service(service: Any) -> dict[str, Any]:
    """A kind of service with its public prices."""
    return {
        "code": service.code,
        "name": service.name,
        "unit": service.unit,
        "price_min_fen": service.price_min_fen,
        "price_fen": service.price_fen,
        "price_max_fen": service.price_max_fen,
        "usual_minutes": service.usual_minutes,
        "included": service.terms.get("included", []),
        "not_included": service.terms.get("not_included", []),
    }


def show_address(address: Any) -> dict[str, Any]:
    """One's own address."""
    return {
        "id": address.id,
        "area": address.area,
        "building": address.building,
        "door": address.door,
        "default": address.is_default,
    }


def show_request(request: Any) -> dict[str, Any]:
    """One's own request."""
    return {
        "id": request.id,
        "number": request.number,
        "state": request.state,
        "service": request.service,
        "starts_at": moment(request.starts_at),
        "minutes": request.minutes,
        "people": request.people,
        "team": team_view(request),
        "tasks": request.tasks,
        "budget_max_fen": request.budget_max_fen,
        "question": request.question,
        "reject_reason": request.reject_reason,
        "review_due_at": moment(request.review_due_at),
    }


def show_recommendation(found: Any) -> dict[str, Any]:
    """A recommended worker."""
    return {
        "worker_id": found.worker_id,
        "place": found.place,
        "called": found.called,
        "price_fen": found.price_fen,
        "parts": found.parts,
    }


def show_offer(offer: Any) -> dict[str, Any]:
    """A job offered to the caller."""
    return {
        "id": offer.id,
        "number": offer.number,
        "state": offer.state,
        "service": offer.service_name,
        "starts_at": moment(offer.starts_at),
        "minutes": offer.minutes,
        "price_fen": offer.price_fen,
        "expires_at": moment(offer.expires_at),
    }


def show_series(view: Any) -> dict[str, Any]:
    """A recurring service of the caller, as resident or worker."""
    series = view.series
    return {
        "id": series.id,
        "number": series.number,
        "state": series.state,
        "service": view.service,
        "words": view.words,
        "rule": series.rule,
        "worker": view.worker,
        "last_day": series.last_day or None,
        "paused_to": series.paused_to or None,
        "dates": [
            {"starts_at": moment(one.starts_at), "state": one.state, "request_id": one.request.id if one.request else None}
            for one in view.dates
        ],
    }


def show_visit(visit: Any) -> dict[str, Any]:
    """A visit of the caller, as resident or worker."""
    return {
        "id": visit.id,
        "number": visit.number,
        "state": visit.state,
        "service": visit.service,
        "starts_at": moment(visit.starts_at),
        "ends_at": moment(visit.ends_at),
    }

"""How those who come together are named and priced, in every card that tells of them (D3)."""

from collections.abc import Iterable
from typing import Any, Protocol

from handlers.words import _, say_yuan


class Values(Protocol):
    """The values of a notice."""

    def get(self, name: str, default: Any = None) -> Any:
        """One of them."""


def together(names: Iterable[str]) -> str:
    """李师傅和周师傅; 李师傅、周师傅和孙师傅."""
    *most, last = list(names)
    return _("%(names)s and %(last)s", names="、".join(most), last=last) if most else last


def names_in(told: Values) -> str:
    """All who come, or whom it is about; "" where it is one person."""
    names = told.get("names") or [name for name, _fen in told.get("together") or []]
    return together(names) if names else ""


def price_in(told: Values) -> str:
    """每位¥80，一共¥160; 李师傅¥80、周师傅¥90，一共¥170; "" where it is one person."""
    places = told.get("together") or []
    if len(places) < 2:
        return ""
    total, prices = say_yuan(sum(fen for _name, fen in places)), {fen for _name, fen in places}
    if len(prices) == 1:
        return _("%(price)s each, %(total)s in all", price=say_yuan(prices.pop()), total=total)
    each = "、".join(f"{name}{say_yuan(fen)}" for name, fen in places)
    return _("%(each)s, %(total)s in all", each=each, total=total)


def total_in(told: Values) -> int:
    """What all of them get together (fen); 0 where it is one person."""
    return sum(fen for _name, fen in told.get("together") or [])


def along(told: Values) -> str:
    """To a worker: who else is there. A line of its own."""
    if told.get("side") == "resident" or not told.get("team"):
        return ""
    if told.get("others"):
        return _("Together with %(names)s.", names=together(told.get("others"))) + "\n"
    return _("%(n)s of you work there together.", n=told.get("team")) + "\n"


def comes_too(told: Values) -> str:
    """To a resident whose worker is lost: the others come as agreed."""
    others = told.get("others")
    return _(" %(names)s comes as agreed.", names=together(others)) if others else ""


def each_of(pairs: Iterable[Iterable[str]] | None) -> str:
    """What belongs to each: 李师傅 1234，周师傅 5678; "" for nobody."""
    return "，".join(" ".join(pair) for pair in pairs or [])

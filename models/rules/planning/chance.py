"""Chance for the inner loops: the same seed gives the same plan, compiled or not."""

from models.rules.planning.columns import COUNT, SEED
from models.rules.planning.compiled import inlined
from models.rules.planning.state import Now

_MODULUS, _FACTOR = 2_147_483_647, 48_271  # Park and Miller, 1993


@inlined
def below(now: Now, limit: int) -> int:
    """A whole number from 0 to limit - 1."""
    now.desk[COUNT, SEED] = now.desk[COUNT, SEED] * _FACTOR % _MODULUS
    return now.desk[COUNT, SEED] % limit


@inlined
def part(now: Now) -> float:
    """A number above 0 and below 1."""
    now.desk[COUNT, SEED] = now.desk[COUNT, SEED] * _FACTOR % _MODULUS
    return now.desk[COUNT, SEED] / _MODULUS

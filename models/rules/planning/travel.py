"""How long the way takes: a port, so that a routing service with a cache can stand in for the straight way."""

from dataclasses import dataclass
from typing import Protocol

from models.rules.planning.town import Point, Town


class Travel(Protocol):
    """Minutes from place to place. They must keep the triangle inequality: no way round is shorter."""

    def minutes(self, a: Point, b: Point) -> int: ...


@dataclass(frozen=True)
class Blocks:
    """Along the streets of a grid: some minutes to set out, then by speed, rounded up."""

    metres_a_minute: int
    fixed_minutes: int

    def minutes(self, a: Point, b: Point) -> int:
        """Nothing at the same place."""
        metres = abs(a[0] - b[0]) + abs(a[1] - b[1])
        return self.fixed_minutes - (-metres // self.metres_a_minute) if metres else 0


def by_blocks(town: Town) -> Blocks:
    """The way of travelling that the town's own data names."""
    return Blocks(town.metres_a_minute, town.fixed_minutes)

"""Finds a plan: every visit where it costs least, then rounds of the search until time is up or somebody says stop."""

from collections.abc import Callable
from dataclasses import dataclass

from models.rules.planning import tasks
from models.rules.planning.arrays import Laid
from models.rules.planning.columns import (
    ABLE_FROM,
    ABLE_TO,
    BEST,
    BUF,
    EARLIEST,
    FIXED,
    MATE,
    PENALTY,
    SECOND,
    SEQ,
    SIZE,
    SIZE_BEST,
    STARTS,
    TOTAL,
    WHERE,
)
from models.rules.planning.compiled import IS_COMPILED
from models.rules.planning.state import begin
from models.rules.planning.town import Assignment, Plan

SMALL = 100  # visits: so few that some rounds are made whatever the time says
ROUNDS_AT_LEAST = 1000 if IS_COMPILED else 50
AT_LEAST = 10_000 if IS_COMPILED else 60  # visits that are placed even when the time was over before it began


@dataclass(frozen=True)
class Effort:
    """How the search goes about it."""

    warm: float = 30.0  # points that a change may cost at the start
    cold: float = 0.5  # and at the end
    average: float = 10.0  # visits taken out in a round
    seed: int = 1
    spell: float = 0.05  # seconds between two looks at the clock
    columns: int = 100  # neighbours looked at


class Solver:
    """A plan that gets better while it is asked to."""

    def __init__(self, laid: Laid, effort: Effort = Effort()) -> None:
        self.laid, self.effort = laid, effort
        nodes = len(laid.visits) + len(laid.commitments)
        self.now = begin(laid.day, nodes, len(laid.workers), laid.longest, effort.seed)
        self._stand_still()

    def _do(self, task: int, a: int = 0, b: int = 0, c: int = 0, warmth: float = 0.0) -> None:
        tasks.work(self.laid.day, self.now, task, a, b, c, self.effort.average, warmth)

    def _stand_still(self) -> None:
        """Commitments and visits that stay, in the order of the day."""
        node = self.laid.day.node
        stops = [(node[n, EARLIEST], n, w) for w, n in self.laid.commitments]
        stops += [(node[v, EARLIEST], v, node[v, FIXED]) for v in range(len(self.laid.visits)) if node[v, FIXED] >= 0]
        for _, n, w in sorted(stops):
            self.now.stops[SEQ, w, self.now.days[w, SIZE]] = n
            self.now.days[w, SIZE] += 1
            self.now.visit[n, WHERE] = w
        self._do(tasks.REFRESH)

    def begin_from(self, plan: Plan) -> None:
        """Begins with a plan that keeps the rules; visits that stay are in their days already."""
        number = {v.id: at for at, v in enumerate(self.laid.visits)}
        crew = {w.id: at for at, w in enumerate(self.laid.workers)}
        for visit, assigned in sorted(plan.assignments.items(), key=lambda item: item[1].start):
            if self.now.visit[number[visit], WHERE] < 0:
                self._do(tasks.PUT, crew[assigned.worker], number[visit], assigned.start)
        self._do(tasks.REFRESH)  # a half that was put before the other was timed as if it were free

    def run(self, seconds_left: Callable[[], float], stopped: Callable[[], bool] = lambda: False) -> int:
        """Until time is up or it is stopped; how many rounds there were."""
        self.build(lambda: stopped() or seconds_left() <= 0)
        whole = max(1e-9, seconds_left())
        rounds, done = 1, 0
        if self.laid.visits and len(self.laid.visits) <= SMALL and not stopped():
            done = ROUNDS_AT_LEAST  # a moment's work, and worth it when starting took all the time
            self.rounds(done, 0.9)
        while self.laid.visits and (left := seconds_left()) > 0 and not stopped():
            self.rounds(rounds, 1 - left / whole)
            done += rounds
            used = left - seconds_left()
            rounds = max(1, min(rounds * 4, int(rounds * self.effort.spell / max(used, 1e-6))))
        return done

    def rounds(self, rounds: int, passed: float) -> None:
        """So many rounds, after this part of the time."""
        e = self.effort
        self._do(tasks.COUNT_FAIR)
        warmth = e.warm * (e.cold / e.warm) ** passed
        self._do(tasks.SEARCH, rounds, min(self.laid.columns, e.columns), warmth=warmth)

    def build(self, over: Callable[[], bool]) -> None:
        """Each visit where it costs least: double visits, heavy ones and those that few can serve first."""
        node = self.laid.day.node
        firsts = [v for v in range(len(self.laid.visits)) if not node[v, SECOND] and self.now.visit[v, WHERE] < 0]
        firsts.sort(key=lambda v: (node[v, MATE] < 0, -node[v, PENALTY], node[v, ABLE_TO] - node[v, ABLE_FROM], v))
        for count, v in enumerate(firsts):
            if count >= AT_LEAST and over():
                break
            self._do(tasks.PLACE_ONE, v)
        self._do(tasks.COUNT_ALL)

    def best(self) -> dict[str, Assignment]:
        """The best plan found, with its starts."""
        found: dict[str, Assignment] = {}
        visits, desk = self.laid.visits, self.now.desk
        for w, worker in enumerate(self.laid.workers):
            self._do(tasks.SHOW_BEST, w)
            for k in range(self.now.days[w, SIZE_BEST]):
                if desk[BUF, k] < len(visits):
                    found[visits[desk[BUF, k]].id] = Assignment(worker.id, int(desk[STARTS, k]))
        return found

    @property
    def best_cost(self) -> float:
        """What the best plan found costs, as the search counts."""
        return float(self.now.sums[TOTAL, BEST])

"""What came of requests, measured: how many were matched, how soon, how evenly, how far the ways, how many stars (D6)."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import fmean

from models.rules.fairness import gini


@dataclass(frozen=True)
class Told:
    """One worker's answer to an offer: yes, no, silent or off; minutes since the first one was asked."""

    worker_id: int
    says: str
    minutes: int | None


@dataclass(frozen=True)
class Tale:
    """What became of one request: who was asked, and who took it, after how long (None: not known), how far, for how much."""

    ask_id: int
    told: tuple[Told, ...]
    worker_id: int | None = None
    minutes: int | None = None
    km: float = 0.0
    price_fen: int = 0
    stars: int | None = None  # hundredths
    chosen: int | None = None  # whom the resident chose; None: left it to us


@dataclass(frozen=True)
class Figures:
    """The tales in numbers, over all workers, also those who got nothing."""

    tales: tuple[Tale, ...]
    workers: tuple[int, ...]
    newcomers: frozenset[int]

    @cached_property
    def done(self) -> list[Tale]:
        """Those that somebody took."""
        return [t for t in self.tales if t.worker_id is not None]

    @property
    def matched_percent(self) -> float:
        """How many of 100 requests somebody took."""
        return 100 * len(self.done) / len(self.tales) if self.tales else 0.0

    @cached_property
    def minutes(self) -> list[int]:
        """From the first offer to the yes, shortest first, where it is known."""
        return sorted(t.minutes for t in self.done if t.minutes is not None)

    def within(self, percent: int) -> int:
        """Minutes within which so many of 100 were taken (50: the median); 0 where there are none."""
        return self.minutes[min(len(self.minutes) - 1, len(self.minutes) * percent // 100)] if self.minutes else 0

    @cached_property
    def jobs(self) -> dict[int, int]:
        """Jobs of each worker."""
        return self._by_worker((t.worker_id, 1) for t in self.done if t.worker_id is not None)

    @cached_property
    def income(self) -> dict[int, int]:
        """Fen of each worker."""
        return self._by_worker((t.worker_id, t.price_fen) for t in self.done if t.worker_id is not None)

    @cached_property
    def offers(self) -> dict[int, int]:
        """Offers to each worker."""
        return self._by_worker((told.worker_id, 1) for t in self.tales for told in t.told)

    def _by_worker(self, pairs: Iterable[tuple[int, int]]) -> dict[int, int]:
        found = Counter(dict.fromkeys(self.workers, 0))
        for worker_id, value in pairs:
            found[worker_id] += value
        return dict(found)

    @property
    def accepted_percent(self) -> float:
        """How many of 100 offers that were answered or ran out were taken."""
        said = [told.says for t in self.tales for told in t.told if told.says != "off"]
        return 100 * said.count("yes") / len(said) if said else 0.0

    @property
    def gini_jobs(self) -> float:
        """How unevenly jobs are spread: 0 all alike."""
        return gini(list(self.jobs.values()))

    @property
    def gini_income(self) -> float:
        """How unevenly income is spread."""
        return gini(list(self.income.values()))

    @property
    def mean_km(self) -> float:
        """The way to one visit."""
        return sum(t.km for t in self.done) / len(self.done) if self.done else 0.0

    @property
    def mean_stars(self) -> float:
        """Stars that a visit got, or that the worker has on average."""
        stars = [t.stars for t in self.done if t.stars is not None]
        return sum(stars) / len(stars) / 100 if stars else 0.0

    @property
    def newcomer_jobs(self) -> int:
        """Jobs that went to those who were new at the start."""
        return sum(self.jobs.get(worker_id, 0) for worker_id in self.newcomers)

    @property
    def newcomers_with_work(self) -> int:
        """How many who were new at the start got work."""
        return sum(self.jobs.get(worker_id, 0) > 0 for worker_id in self.newcomers)


@dataclass(frozen=True)
class Several:
    """The same requests several times, each with other dice: what is said of them is the mean, so that chance speaks less."""

    runs: tuple[Figures, ...]

    def mean(self, value: Callable[[Figures], float]) -> float:
        """The mean of a figure."""
        return fmean(value(run) for run in self.runs)

    def means(self, values: Callable[[Figures], Sequence[float]]) -> list[int]:
        """The means of a row of figures, whole."""
        return [round(fmean(column)) for column in zip(*(values(run) for run in self.runs), strict=True)]


def spread_over(values: Sequence[float], edges: Sequence[float]) -> list[int]:
    """How many values are at most each edge and above the one before; the last one counts what is above all."""
    counts = [0] * (len(edges) + 1)
    for value in values:
        counts[next((n for n, edge in enumerate(edges) if value <= edge), len(edges))] += 1
    return counts

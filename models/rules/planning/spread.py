"""Fairness of the day: how evenly work is spread over workers, each measured by the length of the shift (Gini)."""

from models.rules.planning.columns import GAPS, RATE, RATES, SHARE, SHIFT, TOTAL, UNFAIR, WORK
from models.rules.planning.compiled import compiled
from models.rules.planning.state import Day, Now


@compiled
def unfairness(day: Day, now: Now) -> float:
    """The cost of unevenness, from the sums that are kept."""
    if now.sums[TOTAL, RATES] <= 0:
        return 0.0
    return day.price[UNFAIR] * now.sums[TOTAL, GAPS] / (len(now.points) * now.sums[TOTAL, RATES])


@compiled
def follow(day: Day, now: Now, w: int) -> None:
    """Brings the sums up to date after a change of this worker's day."""
    before, after = now.points[w, RATE], now.days[w, WORK] / day.crew[w, SHIFT]
    if before == after:
        return
    change = 0.0
    for other in range(len(now.points)):
        if other != w:
            change += abs(after - now.points[other, RATE]) - abs(before - now.points[other, RATE])
    now.sums[TOTAL, GAPS] += change
    now.sums[TOTAL, RATES] += after - before
    now.points[w, RATE] = after


@compiled
def count_again(day: Day, now: Now) -> None:
    """The sums from nothing, and what a minute more of each worker costs."""
    n, gaps, sums = len(now.points), 0.0, 0.0
    for w in range(n):
        now.points[w, RATE] = now.days[w, WORK] / day.crew[w, SHIFT]
        sums += now.points[w, RATE]
        for other in range(w):
            gaps += abs(now.points[w, RATE] - now.points[other, RATE])
    now.sums[TOTAL, GAPS], now.sums[TOTAL, RATES] = gaps, sums
    for w in range(n):
        now.points[w, SHARE] = 0.0
        if sums > 0:
            slope = 0
            for other in range(n):
                slope += int(now.points[w, RATE] > now.points[other, RATE])
                slope -= int(now.points[w, RATE] < now.points[other, RATE])
            now.points[w, SHARE] = day.price[UNFAIR] * (slope - gaps / sums) / (n * sums) / day.crew[w, SHIFT]

"""D5, D7: a worker falls ill. What has begun stays, few promises are moved, and it is better than leaving people alone."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from planning_judge import wrongs
from planning_search import as_json, plan_of
from planning_towns import town

from models.rules.planning.arrays import Weights, lay_out
from models.rules.planning.eligible import Rules
from models.rules.planning.replan import Illness, breaks_promises, disruption, illness_from, narrow
from models.rules.planning.scoring import score, without_broken
from models.rules.planning.solver import Solver
from models.rules.planning.town import Plan, Unusable, town_from

NOTICE = 30


def after(rules: Rules, old: Plan, ill: Illness) -> Plan:
    limits, held = narrow(rules.town, old, ill, NOTICE)
    solver = Solver(lay_out(rules, Weights(), limits))
    solver.begin_from(held)
    solver.build(lambda: False)
    solver.rounds(40, 0.5)
    return Plan(solver.best())


def dropped(rules: Rules, old: Plan, ill: Illness) -> Plan:
    """The old plan without what the ill worker can't do any more, nor other halves of it."""
    kept = {v: a for v, a in old.assignments.items() if a.worker != ill.worker or a.start < ill.at}
    return without_broken(rules, Plan(kept))


def cost(rules: Rules, old: Plan, new: Plan, ill: Illness) -> float:
    return score(rules, new).total + disruption(old, new, ill, 30, 0.2)


@given(seed=st.integers(0, 10_000), minute=st.integers(420, 1000), who=st.integers(0, 4))
@settings(max_examples=40, deadline=None)
def test_promises_are_kept(seed: int, minute: int, who: int) -> None:
    """D5, D7: nothing that began is touched, nobody is sent without notice, the ill rest, and no other rule is broken."""
    data = town(seed)
    rules, old = plan_of(data, 10)
    ill = Illness(f"w{who}", minute)
    assume(all((p.first in old.assignments) == (p.second in old.assignments) for p in rules.town.pairs))
    new = after(rules, old, ill)
    left_alone = {v for v, why in wrongs_of_halves(rules, old, new, ill)}
    assert not [w for w in wrongs(data, as_json(new)) if w.split(":")[0] not in left_alone]
    assert not breaks_promises(old, new, ill, NOTICE)


def wrongs_of_halves(rules: Rules, old: Plan, new: Plan, ill: Illness) -> list[tuple[str, str]]:
    """Pairs whose one half had begun and whose other half nobody can take: no plan could mend these."""
    begun = {v for v, a in old.assignments.items() if a.start < ill.at}
    return [
        (p.id, "half")
        for p in rules.town.pairs
        if {p.first, p.second} & begun and len({p.first, p.second} & set(new.assignments)) == 1
    ]


@pytest.mark.parametrize("seed", range(8))
def test_it_is_no_worse_than_dropping_the_visits(seed: int) -> None:
    """D7: with what it costs people that promises move counted."""
    rules, old = plan_of(town(seed), 20)
    for who in sorted({a.worker for a in old.assignments.values()}):
        for minute in (500, 650):
            ill = Illness(who, minute)
            new, drop = after(rules, old, ill), dropped(rules, old, ill)
            if not score(rules, new).broken and not breaks_promises(old, drop, ill, NOTICE):
                assert cost(rules, old, new, ill) <= cost(rules, old, drop, ill) + 1e-6


def test_nobody_ill_nothing_moves() -> None:
    """D7: an ill worker without visits changes nothing that was promised."""
    rules, old = plan_of(town(4), 60)
    idle = next(w.id for w in rules.town.workers if w.id not in {a.worker for a in old.assignments.values()})
    new = after(rules, old, Illness(idle, 420))
    assert {v: a for v, a in new.assignments.items() if v in old.assignments} == old.assignments


def test_an_event_must_say_who_and_when() -> None:
    """D7: refused in words."""
    with pytest.raises(Unusable):
        illness_from({"worker": "w1"})
    rules, old = plan_of(town(4), 10)
    with pytest.raises(Unusable):
        narrow(rules.town, old, Illness("w99", 500), NOTICE)
    assert town_from(town(4)).worker

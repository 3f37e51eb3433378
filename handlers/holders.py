"""Which process holds a row, and whether it still lives (RELIABILITY F2, F13).

A lease ends by itself, so that a row comes free wherever its holder was. Where holder and successor run on one machine nobody
need wait for that: the lease names its process, and what a dead one holds is let go at once. Only a process that has surely
ended is taken for dead: one that stands still, or that can't be seen from here, keeps its lease until its time is over.
"""

import os
import secrets
from contextlib import suppress
from datetime import timedelta
from functools import lru_cache
from pathlib import Path

from handlers.lease_clock import WALL
from models.base import Row
from models.messages import Inbox, Outbox
from models.readings import Reading

HELD: tuple[tuple[type[Row], str], ...] = ((Outbox, "sending"), (Inbox, "processing"), (Reading, "working"))
OVER = timedelta(seconds=1)


def own_name() -> str:
    """This process: where it runs, its number, and when it began, since numbers come again."""
    return _name_of(os.getpid())


def new_lease() -> str:
    """A lease of this process; no two are the same."""
    return f"{own_name()}:{secrets.token_hex(8)}"


def has_ended(holder: str) -> bool:
    """Whether the process of this name, or of this lease, has surely ended."""
    place, _, rest = holder.partition(":")
    pid, _, began = rest.partition(":")
    if place != _place() or not pid.isdigit():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except OSError:  # somebody else's: it lives
        return False
    now = _began(int(pid))
    return now != "" and now != began.partition(":")[0]


def free_the_dead() -> int:
    """Ends the leases of processes that have ended; says how many. What they held is taken up by whoever looks next."""
    return sum(_free(model, state) for model, state in HELD)


def _free(model: type[Row], state: str) -> int:
    held = (model.state == state) & (model.lease_until >= WALL.now())  # type: ignore[attr-defined]
    leases = [lease for (lease,) in model.select(model.lease).where(held).tuples() if lease and has_ended(lease)]  # type: ignore[attr-defined]
    if not leases:
        return 0
    dead = held & model.lease.in_(leases)  # type: ignore[attr-defined]
    return int(model.update(lease_until=WALL.now() - OVER).where(dead).execute())


@lru_cache(maxsize=4)
def _name_of(pid: int) -> str:
    return f"{_place()}:{pid}:{_began(pid)}"


@lru_cache(maxsize=1)
def _place() -> str:
    """This machine since it was started, and on it the part that sees the same processes: containers don't see each other's. Where
    that isn't told, a place of our own: two machines may have the same name, and who is seen from neither is not taken for dead."""
    with suppress(OSError):
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        return f"{boot}.{Path('/proc/self/ns/pid').stat().st_ino}"
    return f"unseen-{secrets.token_hex(8)}"


def _began(pid: int) -> str:
    """When a process began, as the kernel counts; "gone" for one that waits only to be cleared away; "" where it can't be seen."""
    with suppress(OSError):
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        return "gone" if fields[0] in "ZX" else fields[19]
    return ""

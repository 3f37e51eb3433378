"""Chance that hangs on what it is about and not on the order of asking: two replays of one request throw the same dice."""

_MASK = (1 << 64) - 1
_STEP, _MIX1, _MIX2 = 0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB  # SplitMix64 (Steele, Lea, Flood, 2014)


def dice(limit: int, *about: int) -> int:
    """A whole number from 0 to limit - 1, the same for the same numbers in `about`."""
    state = 0
    for number in about:
        state = (state + _STEP + number) & _MASK
        state = ((state ^ (state >> 30)) * _MIX1) & _MASK
        state = ((state ^ (state >> 27)) * _MIX2) & _MASK
        state ^= state >> 31
    return state % limit

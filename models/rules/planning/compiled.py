"""Compiles the inner loops where the extra `planning` (numba) is installed; without it the same code runs as it stands."""

from collections.abc import Callable
from typing import Any, TypeVar

try:
    from numba import config, njit
except ImportError:  # slower by a hundred times, and as right
    njit = None
else:
    if config.DISABLE_JIT:
        njit = None

F = TypeVar("F", bound=Callable[..., Any])
IS_COMPILED = njit is not None


def compiled(function: F) -> F:
    """Marks a function that only other compiled ones call: plain numbers, tables and loops."""
    if njit is None:
        return function
    made: F = njit(error_model="numpy", _nrt=False, no_cpython_wrapper=True, no_cfunc_wrapper=True)(function)
    return made


def inlined(function: F) -> F:
    """Marks a compiled function whose body is put where it is called, since passing the tables would take longer."""
    if njit is None:
        return function
    made: F = njit(error_model="numpy", _nrt=False, no_cpython_wrapper=True, no_cfunc_wrapper=True, forceinline=True)(
        function
    )
    return made


def entrance(function: F) -> F:
    """Marks a compiled function that Python calls. Its code is kept where the command `plan` says, for these very sources."""
    if njit is None:
        return function
    made: F = njit(cache=bool(config.CACHE_DIR), error_model="numpy", _nrt=False, no_cfunc_wrapper=True)(function)
    return made

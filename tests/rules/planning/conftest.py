"""Tests of planning run the loops as plain Python: the same code, without waiting for the compiler."""

import os

os.environ.setdefault("NUMBA_DISABLE_JIT", "1")

"""Counts what conformance.py compared and prints what differs."""

from __future__ import annotations

import math
from typing import Any


class Report:
    """Counts what was compared."""

    def __init__(self) -> None:
        self.compared = self.differences = 0

    def same(self, what: str, got: Any, want: Any) -> None:
        """One comparison; floats may differ in the last digits, for sums are added in another order."""
        self.compared += 1
        if not _alike(got, want):
            self.differences += 1
            print(f"DIFFERENT {what}\n  got  {str(got)[:300]}\n  want {str(want)[:300]}")


def _alike(got: Any, want: Any) -> bool:
    if isinstance(want, float) and isinstance(got, (int, float)):
        return math.isclose(got, want, rel_tol=1e-9, abs_tol=1e-9)
    if isinstance(want, (list, tuple)) and isinstance(got, (list, tuple)):
        return len(got) == len(want) and all(map(_alike, got, want))
    if isinstance(want, dict) and isinstance(got, dict):
        return got.keys() == want.keys() and all(_alike(got[key], value) for key, value in want.items())
    return got == want

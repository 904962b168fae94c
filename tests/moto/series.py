"""moto's CloudWatch store, grouped by series, and what its readers share: refusals and page tokens."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import json
from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

# Namespace, metric name, set of (dimension name, value).
Key = tuple[str, str, frozenset[tuple[str, str]]]


class Refused(Exception):
    """A request that AWS answers with HTTP 400: `code` is the error name, the text is for people."""

    def __init__(self, message: str, code: str = "ValidationError") -> None:
        super().__init__(message)
        self.code = code


@dataclass
class Point:
    """One stored observation: `count` samples at `at` (epoch seconds, UTC)."""

    at: float
    count: float
    total: float
    low: float
    high: float
    unit: str | None


@dataclass
class SeriesIndex:
    """moto's flat list of data, grouped by series and sorted by time; follows the list as it grows."""

    source: list[Any] = field(default_factory=list)
    seen: int = 0
    series: dict[Key, list[Point]] = field(default_factory=lambda: defaultdict(list))

    def follow(self, source: list[Any]) -> None:
        """Takes in what was stored since the last call; starts anew after a reset of moto."""
        if source is not self.source or self.seen > len(source):
            self.source, self.seen = source, 0
            self.series.clear()
        fresh = source[self.seen :]
        touched = set()
        for datum in fresh:
            key = (datum.namespace, datum.name, frozenset((d.name, d.value) for d in datum.dimensions))
            self.series[key].append(_point(datum))
            touched.add(key)
        for key in touched:
            self.series[key].sort(key=lambda point: point.at)
        self.seen += len(fresh)

    def between(self, metric: dict[str, Any], start: float, end: float) -> list[Point]:
        """Points of one metric in [start, end)."""
        dimensions = frozenset((d["Name"], d["Value"]) for d in metric.get("Dimensions") or [])
        points = self.series.get((metric["Namespace"], metric["MetricName"], dimensions), [])
        first = bisect_left(points, start, key=lambda point: point.at)
        last = bisect_left(points, end, key=lambda point: point.at)
        return points[first:last]


def token(request: dict[str, Any], *where: int) -> str:
    """A page token; it belongs to this request and says where the next page begins."""
    return base64.urlsafe_b64encode(json.dumps([_fingerprint(request), *where]).encode()).decode()


def resume(request: dict[str, Any], *beginning: int) -> tuple[int, ...]:
    """Where this page begins; `beginning` without a token. Raises `Refused` for the token of another request."""
    given = request.get("NextToken")
    if not given:
        return beginning
    try:
        fingerprint, *where = json.loads(base64.urlsafe_b64decode(given))
    except ValueError as error:
        raise Refused("Request parameter NextToken is invalid.", "InvalidNextToken") from error
    if fingerprint != _fingerprint(request):
        raise Refused("Request parameter NextToken belongs to another request.", "InvalidNextToken")
    return tuple(where)


def _fingerprint(request: dict[str, Any]) -> str:
    """A token belongs to one request: the same queries, times and page size."""
    same = {name: value for name, value in request.items() if name != "NextToken"}
    return hashlib.sha256(json.dumps(same, sort_keys=True).encode()).hexdigest()[:16]


def _point(datum: Any) -> Point:
    at = datum.timestamp
    at = (at if at.tzinfo else at.replace(tzinfo=dt.UTC)).timestamp()
    if hasattr(datum, "sample_count"):
        return Point(at, datum.sample_count, datum.sum, datum.min, datum.max, datum.unit)
    return Point(at, 1.0, datum.value, datum.value, datum.value, datum.unit)

"""ListMetrics as AWS documents it, over the points that moto stores.

moto 5.2.5 compares every stored point with every series found so far: minutes for the seeded fleet. Same question,
same answer, but from the index; and a metric silent for two weeks (three hours with RecentlyActive) is not listed.
"""

from __future__ import annotations

from typing import Any

from series import Key, Refused, SeriesIndex, resume, token

PAGE = 500
LISTED_FOR = 14 * 86_400
RECENTLY = {"PT3H": 3 * 3600}


def list_metrics(request: dict[str, Any], index: SeriesIndex, now: float) -> dict[str, Any]:
    """Answers one request; `now` in epoch seconds. Raises `Refused`."""
    recently = request.get("RecentlyActive")
    if recently not in (None, *RECENTLY):
        raise Refused(f"The value {recently} for parameter RecentlyActive is not PT3H.")
    oldest = now - RECENTLY.get(recently, LISTED_FOR)
    found = [key for key, points in index.series.items() if _wanted(request, key) and points[-1].at >= oldest]
    (first,) = resume(request, 0)
    page = sorted(found, key=_order)[first : first + PAGE]
    answer: dict[str, Any] = {"Metrics": [_metric(key) for key in page]}
    if first + PAGE < len(found):
        answer["NextToken"] = token(request, first + PAGE)
    return answer


def _wanted(request: dict[str, Any], key: Key) -> bool:
    namespace, name, dimensions = key
    if request.get("Namespace", namespace) != namespace or request.get("MetricName", name) != name:
        return False
    return all(
        any(known == asked["Name"] and asked.get("Value", value) == value for known, value in dimensions)
        for asked in request.get("Dimensions") or []
    )


def _order(key: Key) -> tuple[str, str, list[tuple[str, str]]]:
    return key[0], key[1], sorted(key[2])


def _metric(key: Key) -> dict[str, Any]:
    namespace, name, dimensions = key
    pairs = [{"Name": dimension, "Value": value} for dimension, value in sorted(dimensions)]
    return {"Namespace": namespace, "MetricName": name, "Dimensions": pairs}

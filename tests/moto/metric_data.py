"""GetMetricData as AWS documents it, over the points that moto stores.

moto 5.2.5 ignores the namespace as soon as dimensions are given, depends on their order, answers percentiles with an
error, never pages and checks no limit. This module reads moto's own store and answers this one operation:

* a series is namespace, name and the exact set of dimensions;
* StartTime is inclusive and floored (1 min up to 15 days back, 5 min up to 63 days, else 1 h), EndTime is exclusive;
* points are put into periods counted from the floored StartTime; a period without points is absent, not zero;
* a page holds at most MaxDatapoints points; a series cut by a page is PartialData on it;
* a period finer than what AWS still keeps for that age gives nothing, without an error.

Expressions (metric math, SEARCH) are refused: the product does not use them and a half-right one would mislead.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from series import Point, Refused, SeriesIndex, resume, token

MAX_QUERIES = 500
MAX_DATAPOINTS = 100_800
DAY = 86_400
# (oldest age in seconds, finest period kept), from the CloudWatch user guide.
RETENTION = ((3 * 3600, 1), (15 * DAY, 60), (63 * DAY, 300), (455 * DAY, 3600))

_ID = re.compile(r"[a-z][A-Za-z0-9_]*")
_PERCENTILE = re.compile(r"p(\d{1,2}(?:\.\d{1,10})?|100)")


def get_metric_data(request: dict[str, Any], index: SeriesIndex, now: float) -> dict[str, Any]:
    """Answers one request (times in epoch seconds). Raises `Refused`."""
    _check(request)
    age = now - request["StartTime"]
    grid = 60 if age < 15 * DAY else 300 if age < 63 * DAY else 3600
    start = math.floor(request["StartTime"] / grid) * grid
    newest_first = request.get("ScanBy", "TimestampDescending") != "TimestampAscending"
    series = []
    for query in request["MetricDataQueries"]:
        if query.get("ReturnData") is False:
            continue
        values = _aggregate(query["MetricStat"], index, start, request["EndTime"], age)
        series.append((query, values[::-1] if newest_first else values))
    return _page(request, series)


def _check(request: dict[str, Any]) -> None:
    for name in ("StartTime", "EndTime", "MetricDataQueries"):
        if request.get(name) is None:
            raise Refused(f"The parameter {name} is required.", "MissingParameter")
    if request["StartTime"] > request["EndTime"]:
        raise Refused("The parameter EndTime must be greater than StartTime.")
    if request["StartTime"] == request["EndTime"]:
        raise Refused("The parameter StartTime must not equal parameter EndTime.")
    if not 1 <= request.get("MaxDatapoints", MAX_DATAPOINTS) <= MAX_DATAPOINTS:
        raise Refused(f"The parameter MaxDatapoints must be between 1 and {MAX_DATAPOINTS}.")
    queries = request["MetricDataQueries"]
    if len(queries) > MAX_QUERIES:
        raise Refused(f"The collection MetricDataQueries must not have a size greater than {MAX_QUERIES}.")
    if len({query.get("Id") for query in queries}) < len(queries):
        raise Refused("The values for parameter id in MetricDataQueries are not unique.")
    for position, query in enumerate(queries, 1):
        _check_query(f"MetricDataQueries.member.{position}", query)


def _check_query(where: str, query: dict[str, Any]) -> None:
    if not _ID.fullmatch(query.get("Id", "")):
        raise Refused(f"The value {query.get('Id')} for parameter {where}.Id does not match ^[a-z][a-zA-Z0-9_]*$.")
    if "MetricStat" not in query or "Expression" in query:
        raise Refused(f"{where}: this referee answers MetricStat only, not Expression.")
    period = query["MetricStat"]["Period"]
    if period not in (1, 5, 10, 20, 30) and (period <= 0 or period % 60 or period > DAY):
        raise Refused(
            f"The value {period} for parameter {where}.MetricStat.Period must be 1, 5, 10, 20, 30 or a multiple of 60."
        )
    stat = query["MetricStat"]["Stat"]
    if stat not in _STATISTICS and not _PERCENTILE.fullmatch(stat):
        raise Refused(f"The value {stat} for parameter {where}.MetricStat.Stat is not supported.")


def _finest_period(age: float) -> float:
    return next((period for oldest, period in RETENTION if age <= oldest), math.inf)


def _aggregate(
    wanted: dict[str, Any], index: SeriesIndex, start: float, end: float, age: float
) -> list[tuple[float, float]]:
    """(period start, value) in time order."""
    period = wanted["Period"]
    if period < _finest_period(age):
        return []
    periods: dict[int, list[Point]] = defaultdict(list)
    for point in index.between(wanted["Metric"], start, end):
        if wanted.get("Unit") in (None, point.unit or "None"):
            periods[int((point.at - start) // period)].append(point)
    computed = ((start + slot * period, _statistic(wanted["Stat"], points)) for slot, points in sorted(periods.items()))
    return [(at, value) for at, value in computed if value is not None]


_STATISTICS: dict[str, Callable[[list[Point]], float]] = {
    "Sum": lambda points: math.fsum(point.total for point in points),
    "SampleCount": lambda points: math.fsum(point.count for point in points),
    "Average": lambda points: math.fsum(p.total for p in points) / math.fsum(p.count for p in points),
    "Minimum": lambda points: min(point.low for point in points),
    "Maximum": lambda points: max(point.high for point in points),
}


def _statistic(name: str, points: list[Point]) -> float | None:
    points = [point for point in points if point.count > 0]
    if not points:
        return None
    if name in _STATISTICS:
        return float(_STATISTICS[name](points))
    return _percentile(points, float(name[1:]))


def _percentile(points: list[Point], percent: float) -> float | None:
    """Linear between ranks. None if a summary has different minimum and maximum: AWS has no percentile then."""
    if any(point.low != point.high for point in points):
        return None
    values = sorted(value for point in points for value in [point.low] * int(point.count))
    rank = (len(values) - 1) * percent / 100
    below, above = values[math.floor(rank)], values[math.ceil(rank)]
    return below + (above - below) * (rank - math.floor(rank))


def _page(request: dict[str, Any], series: list[tuple[dict, list[tuple[float, float]]]]) -> dict[str, Any]:
    """The next MaxDatapoints points of the concatenated series; an empty series stands where it falls."""
    position, offset = resume(request, 0, 0)
    budget = request.get("MaxDatapoints", MAX_DATAPOINTS)
    results = []
    while position < len(series):
        query, values = series[position]
        shown = values[offset : offset + budget]
        if values and not shown:
            break
        budget -= len(shown)
        complete = offset + len(shown) == len(values)
        results.append(_result(query, shown, complete))
        if not complete:
            offset += len(shown)
            break
        position, offset = position + 1, 0
    answer: dict[str, Any] = {"MetricDataResults": results, "Messages": []}
    if position < len(series):
        answer["NextToken"] = token(request, position, offset)
    return answer


def _result(query: dict[str, Any], values: list[tuple[float, float]], complete: bool) -> dict[str, Any]:
    return {
        "Id": query["Id"],
        "Label": query.get("Label") or query["MetricStat"]["Metric"]["MetricName"],
        "Timestamps": [at for at, _ in values],
        "Values": [value for _, value in values],
        "StatusCode": "Complete" if complete else "PartialData",
    }

"""What CloudWatch must answer: rows of questions and written-down answers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import botocore.session
import cbor2
from botocore.exceptions import ClientError

import wire
from clients import BASE, HOUR, NOW, RPC, TRAINING, admin, ask, by_hand, post, query, values
from report import Report

HOST_A, HOST_B = {"Host": "a/algo-1"}, {"Host": "b/algo-1"}


def load(url: str, cloudwatch: Any) -> None:
    """An hour of minutes 0..59 on host a (by PutMetricData), the same plus 1000 on b, and traps beside them."""
    cloudwatch.put_metric_data(
        Namespace=TRAINING,
        MetricData=[
            {
                "MetricName": "CPUUtilization",
                "Dimensions": [{"Name": "Host", "Value": HOST_A["Host"]}],
                "Unit": "Percent",
                "Timestamp": BASE + 60 * minute,
                "Value": minute,
            }
            for minute in range(60)
        ],
    )
    minutes = {"metric": "CPUUtilization", "unit": "Percent", "start": BASE, "step": 60}
    loaded = admin(
        url,
        "metrics",
        [
            minutes | {"namespace": TRAINING, "dimensions": HOST_B, "values": [1000 + minute for minute in range(60)]},
            minutes | {"namespace": "Trap", "dimensions": HOST_A, "values": [5e6] * 60},
            {
                "namespace": "AWS/SageMaker",
                "metric": "Invocations",
                "dimensions": {"EndpointName": "e", "VariantName": "v"},
                "start": BASE,
                "step": 300,
                "values": [{"count": 10, "sum": 10, "min": 1, "max": 1}, None, 3],
            },
            {
                "namespace": "Old",
                "metric": "m",
                "dimensions": {},
                "start": BASE - 20 * 86_400,
                "step": 60,
                "values": [1, 2, 3, 4, 5],
            },
        ],
    )
    if loaded != {"points": 127}:
        raise RuntimeError(f"bulk load: {loaded}")


def check_values(report: Report, cloudwatch: Any) -> None:
    """Series, statistics and borders of GetMetricData."""
    endpoint = {"EndpointName": "e", "VariantName": "v"}
    requests = {"namespace": "AWS/SageMaker", "metric": "Invocations"}
    old = BASE - 20 * 86_400
    rows: list[tuple[str, dict[str, Any], tuple[float, ...], list[float]]] = [
        ("average", query("q", HOST_A), (BASE, BASE + 600), [2.0, 7.0]),
        ("sum", query("q", HOST_A, stat="Sum"), (BASE, BASE + 600), [10.0, 35.0]),
        ("minimum", query("q", HOST_A, stat="Minimum"), (BASE, BASE + 600), [0.0, 5.0]),
        ("maximum", query("q", HOST_A, stat="Maximum"), (BASE, BASE + 600), [4.0, 9.0]),
        ("p90", query("q", HOST_A, stat="p90", period=3600), (), [53.1]),
        ("p50", query("q", HOST_A, stat="p50", period=3600), (), [29.5]),
        ("end is exclusive", query("q", HOST_A, stat="SampleCount"), (BASE, BASE + 300), [5.0]),
        ("start is inclusive", query("q", HOST_A, period=60), (BASE + 60, BASE + 120), [1.0]),
        ("start is floored to the minute", query("q", HOST_A, period=60), (BASE + 89, BASE + 120), [1.0]),
        ("no namespace leaks", query("q", HOST_A, stat="Maximum", period=3600), (), [59.0]),
        ("no dimensions is a series of its own", query("q"), (), []),
        ("unknown metric is empty", query("q", HOST_A, metric="Nothing"), (), []),
        ("a part of the dimensions is another series", query("q", {"EndpointName": "e"}, **requests), (), []),
        (
            "order of dimensions is irrelevant",
            query("q", dict(reversed(endpoint.items())), stat="Sum", **requests),
            (),
            [10.0, 3.0],
        ),
        (
            "summaries count their samples",
            query("q", endpoint, stat="SampleCount", period=3600, **requests),
            (),
            [11.0],
        ),
        ("another unit is another question", query("q", HOST_A, Unit="Bytes"), (), []),
        ("20 days old: five minutes are kept", query("q", namespace="Old", metric="m"), (old, old + 300), [3.0]),
        ("20 days old: minutes are gone", query("q", namespace="Old", metric="m", period=60), (old, old + 300), []),
    ]
    for what, one, times, want in rows:
        report.same(what, values(cloudwatch, one, *times), want)
    newest = ask(cloudwatch, [query("q", HOST_A)], BASE, BASE + 600)["MetricDataResults"][0]
    report.same("newest first unless asked otherwise", newest["Values"], [7.0, 2.0])
    moment = dt.datetime.fromtimestamp(BASE + 300, dt.UTC)
    report.same("timestamps are the starts of the periods", newest["Timestamps"][0], moment)


def check_pages(report: Report, cloudwatch: Any) -> None:
    """24 points in pages of 10: nothing lost, nothing twice, the cut series marked."""
    queries = [query("a", HOST_A), query("none", HOST_A, metric="Nothing"), query("b", HOST_B)]
    seen: list[list[tuple[str, int, str]]] = []
    token: dict[str, str] = {}
    while not seen or token:
        page = ask(cloudwatch, queries, MaxDatapoints=10, **token)
        seen.append([(r["Id"], len(r["Values"]), r["StatusCode"]) for r in page["MetricDataResults"]])
        token = {"NextToken": page["NextToken"]} if "NextToken" in page else {}
    report.same(
        "pages",
        seen,
        [
            [("a", 10, "PartialData")],
            [("a", 2, "Complete"), ("none", 0, "Complete"), ("b", 8, "PartialData")],
            [("b", 4, "Complete")],
        ],
    )


def check_list(report: Report, url: str, cloudwatch: Any) -> None:
    """Filters, age and pages of ListMetrics."""
    many = {"namespace": "Many", "dimensions": {}, "start": NOW - 5 * HOUR, "step": 60, "values": [1]}
    admin(url, "metrics", [many | {"metric": f"m{number}"} for number in range(600)])
    pages = cloudwatch.get_paginator("list_metrics").paginate(Namespace="Many")
    found = [[one["MetricName"] for one in page["Metrics"]] for page in pages]
    report.same("500 metrics a page", [len(names) for names in found], [500, 100])
    report.same("no metric twice", len({name for names in found for name in names}), 600)
    rows: list[tuple[str, dict[str, Any], list[str]]] = [
        ("by name", {"Namespace": TRAINING, "MetricName": "CPUUtilization"}, ["a/algo-1", "b/algo-1"]),
        ("by dimension", {"Dimensions": [{"Name": "EndpointName"}]}, ["e v"]),
        ("by value", {"Namespace": TRAINING, "Dimensions": [{"Name": "Host", "Value": "b/algo-1"}]}, ["b/algo-1"]),
        ("by another value", {"Namespace": TRAINING, "Dimensions": [{"Name": "Host", "Value": "b"}]}, []),
        ("silent for two weeks", {"Namespace": "Old"}, []),
        ("silent for three hours", {"Namespace": TRAINING, "RecentlyActive": "PT3H"}, []),
    ]
    for what, filters, want in rows:
        metrics = cloudwatch.list_metrics(**filters)["Metrics"]
        report.same(what, [" ".join(one["Value"] for one in metric["Dimensions"]) for metric in metrics], want)


def check_refusals(report: Report, cloudwatch: Any) -> None:
    """Requests that AWS refuses."""
    rows: list[tuple[str, list[dict[str, Any]], dict[str, Any], str]] = [
        ("501 queries", [query(f"q{number}", HOST_A) for number in range(501)], {}, "ValidationError"),
        ("start equals end", [query("q")], {"start": BASE, "end": BASE}, "ValidationError"),
        ("start after end", [query("q")], {"start": BASE + 60, "end": BASE}, "ValidationError"),
        ("period of 45 s", [query("q", period=45)], {}, "ValidationError"),
        ("the same Id twice", [query("q"), query("q")], {}, "ValidationError"),
        ("Id in upper case", [query("Q")], {}, "ValidationError"),
        ("unknown statistic", [query("q", stat="Mode")], {}, "ValidationError"),
        ("invented token", [query("q")], {"NextToken": "bm9uZQ=="}, "InvalidNextToken"),
    ]
    for what, queries, more, want in rows:
        try:
            got = str(ask(cloudwatch, queries, **more))
        except ClientError as error:
            got = error.response["Error"]["Code"]
        report.same(f"refused: {what}", got, want)


def check_bytes(report: Report, url: str) -> None:
    """What the Rust decoder insists on, seen in the bytes."""
    model = botocore.session.get_session().get_service_model("cloudwatch")
    moment = {"StartTime": cbor2.CBORTag(1, BASE), "EndTime": cbor2.CBORTag(1, float(BASE + HOUR))}
    requests = {
        "GetMetricData": moment | {"MetricDataQueries": [query("q", HOST_A)]},
        "ListMetrics": {"Namespace": TRAINING},
        "GetMetricStatistics": moment
        | {
            "Namespace": TRAINING,
            "MetricName": "CPUUtilization",
            "Period": 300,
            "Statistics": ["Average"],
            "Dimensions": [{"Name": "Host", "Value": "a/algo-1"}],
        },
        "DescribeAlarms": {},
    }
    for operation, request in requests.items():
        status, headers, body = by_hand(url, operation, request)
        marked = (status, headers.get("smithy-protocol"), headers.get("content-type"))
        report.same(f"{operation} is marked as CBOR", marked, (200, "rpc-v2-cbor", "application/cbor"))
        report.same(
            f"{operation} has the model's types",
            list(_wrong_types(cbor2.loads(body), model.operation_model(operation).output_shape)),
            [],
        )
        if operation.startswith("GetMetric"):
            report.same(f"{operation} has points", b"\xc1\xfb" in body, True)
    shape = model.operation_model("GetMetricData").output_shape
    whole = cbor2.loads(wire.encode_answer({"MetricDataResults": [{"Values": [3, None], "Timestamps": [BASE]}]}, shape))
    report.same("whole numbers stay doubles, null members go", list(_wrong_types(whole, shape)), [])
    status, headers, body = by_hand(url, "GetMetricData", moment | {"MetricDataQueries": [query("q", period=45)]})
    report.same(
        "error",
        (status, headers.get("x-amzn-query-error"), cbor2.loads(body)["__type"]),
        (400, "ValidationError;Sender", "ValidationError"),
    )
    status, _, body = by_hand(url, "SetAlarmState", {"AlarmName": "none", "StateValue": "OK", "StateReason": "r"})
    report.same("moto's own error", (status, cbor2.loads(body)["__type"]), (404, "ResourceNotFound"))
    report.same("unknown operation", by_hand(url, "Nothing", {})[0], 400)
    report.same("broken CBOR", post(url + RPC + "ListMetrics", b"\xff", smithy_protocol="rpc-v2-cbor")[0], 400)


def _wrong_types(value: Any, shape: Any, path: str = "") -> Iterator[str]:
    kinds = {
        "double": float,
        "integer": int,
        "long": int,
        "timestamp": dt.datetime,
        "string": str,
        "boolean": bool,
        "list": list,
        "structure": dict,
        "map": dict,
    }
    if type(value) is not kinds[shape.type_name]:
        yield f"{path}: {type(value).__name__} for {shape.type_name}"
    elif shape.type_name == "list":
        for member in value:
            yield from _wrong_types(member, shape.member, path + "[]")
    elif shape.type_name == "structure":
        for name, member in value.items():
            yield from _wrong_types(member, shape.members[name], f"{path}.{name}")

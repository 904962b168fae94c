"""Checks the bridge before anyone relies on it; exits 1 on a difference.

    python tests/moto/conformance.py

Starts its own bridges, asks through three independent clients (see clients.py) and compares with written-down
expectations (check_cloudwatch.py) and with the truth that seed.py prints (check_fleet.py). Takes about 15 s.
"""

from __future__ import annotations

import socket
import sys
from typing import Any

from botocore.exceptions import ClientError

from check_cloudwatch import check_bytes, check_list, check_pages, check_refusals, check_values, load
from check_fleet import check_endpoints, check_jobs, check_metrics, seed
from clients import admin, bridge, by_hand, client
from report import Report


def main() -> int:
    """Runs everything."""
    report = Report()
    with bridge() as url:
        port = int(url.rsplit(":", 1)[1])
        with socket.socket() as other:
            report.same("listens on 127.0.0.1 only", other.connect_ex(("127.0.0.2", port)) != 0, True)
        load(url, client("cloudwatch", url))
        for cloudwatch in (client("cloudwatch", url), client("cloudwatch", url, cbor=True)):
            check_values(report, cloudwatch)
            check_pages(report, cloudwatch)
            check_list(report, url, cloudwatch)
            check_refusals(report, cloudwatch)
        check_bytes(report, url)
        check_admin(report, url, client("cloudwatch", url, cbor=True))
        truth = seed(url)
        admin(url, "reset", {})
        report.same("the same --now gives the same fleet", seed(url), truth)
        check_jobs(report, url, truth)
        check_endpoints(report, url, truth)
        check_metrics(report, client("cloudwatch", url, cbor=True), truth)
    with bridge("--plain") as url:
        check_plain(report, url)
    print(f"{report.compared} comparisons, {report.differences} differences")
    return 1 if report.differences else 0


def check_admin(report: Report, url: str, cloudwatch: Any) -> None:
    """Faults, log and reset."""
    admin(url, "reset", {})
    admin(
        url,
        "faults",
        [
            {"match": "cloudwatch.*", "code": "Throttling", "status": 400, "times": 1},
            {"match": "sts.*", "code": "AccessDenied", "status": 403},
        ],
    )
    sts = client("sts", url)
    for what, call, want in (
        ("first", cloudwatch.list_metrics, "Throttling"),
        ("second", cloudwatch.list_metrics, None),
        ("sts", sts.get_caller_identity, "AccessDenied"),
    ):
        try:
            call()
            got = None
        except ClientError as error:
            got = error.response["Error"]["Code"]
        report.same(f"fault, {what} call", got, want)
    admin(url, "faults", [])
    report.same("healed", sts.get_caller_identity()["Account"], "123456789012")
    seen = [(line["service"], line["operation"], line["protocol"], line["status"]) for line in admin(url, "log")]
    report.same(
        "log",
        seen,
        [
            ("cloudwatch", "ListMetrics", "cbor", 400),
            ("cloudwatch", "ListMetrics", "cbor", 200),
            ("sts", "GetCallerIdentity", "query", 403),
            ("sts", "GetCallerIdentity", "query", 200),
        ],
    )
    wrong = admin(url, "patch", [{"resource": "training-job", "name": "none", "set": {}}])
    report.same("a patch of nothing is refused", wrong, {"error": "KeyError: 'none'"})
    unknown = client("sagemaker", url)
    try:
        unknown.list_apps()
    except ClientError as error:
        report.same("what moto lacks is a 400", error.response["Error"]["Code"], "UnknownOperationException")


def check_plain(report: Report, url: str) -> None:
    """Plain moto: no CBOR, yet the fleet is there."""
    truth = seed(url)
    report.same("plain moto has no CBOR", by_hand(url, "ListMetrics", {})[0], 404)
    check_jobs(report, url, truth)


if __name__ == "__main__":
    sys.exit(main())

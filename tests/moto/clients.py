"""Three ways to ask the bridge, for conformance.py: botocore over JSON, botocore over CBOR, bytes made by hand."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import botocore.model
import cbor2
from botocore.config import Config

HERE = Path(__file__).parent
NOW = 1_795_478_415  # 2026-11-24T00:00:15Z: just after midnight, the hour in which window bugs show
HOUR = 3600
BASE = NOW // HOUR * HOUR - 6 * HOUR
TRAINING = "/aws/sagemaker/TrainingJobs"
RPC = "/service/GraniteServiceVersion20100801/operation/"
CBOR_FIRST = ("smithy-rpc-v2-cbor", "json", "rest-json", "rest-xml", "query", "ec2")


@contextlib.contextmanager
def bridge(*options: str) -> Iterator[str]:
    """A running bridge; its address. It must also stop when its standard input closes."""
    command = [sys.executable, str(HERE / "bridge.py"), "--now", str(NOW), "--until-stdin-closes", *options]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield json.loads(process.stdout.readline())["endpoint_url"]
    finally:
        process.stdin.close()
        process.wait(timeout=10)


def client(service: str, url: str, cbor: bool = False) -> Any:
    """A botocore client without retries, speaking JSON or CBOR."""
    usual = botocore.model.PRIORITY_ORDERED_SUPPORTED_PROTOCOLS
    botocore.model.PRIORITY_ORDERED_SUPPORTED_PROTOCOLS = CBOR_FIRST if cbor else usual
    try:
        made = boto3.session.Session().client(
            service,
            region_name="us-east-1",
            endpoint_url=url,
            aws_access_key_id="referee",
            aws_secret_access_key="referee",
            config=Config(retries={"max_attempts": 0}),
        )
        if cbor and made.meta.service_model.resolved_protocol != CBOR_FIRST[0]:
            raise RuntimeError("this botocore does not speak CBOR to CloudWatch")
        return made
    finally:
        botocore.model.PRIORITY_ORDERED_SUPPORTED_PROTOCOLS = usual


def post(url: str, body: bytes | None, **headers: str) -> tuple[int, dict[str, str], bytes]:
    """A request without any SDK; `body` None makes it a GET."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(url, data=body, headers=named, method="GET" if body is None else "POST")
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, {name.lower(): value for name, value in answer.headers.items()}, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, {name.lower(): value for name, value in error.headers.items()}, error.read()


def admin(url: str, command: str, document: Any = None) -> Any:
    """The bridge's own interface."""
    body = None if document is None else json.dumps(document).encode()
    return json.loads(post(f"{url}/__bridge__/{command}", body)[2])


def by_hand(url: str, operation: str, request: dict[str, Any]) -> tuple[int, dict[str, str], bytes]:
    """An RPC v2 CBOR request with the headers of the Rust SDK; moto takes the service from the credential's scope."""
    scope = "AWS4-HMAC-SHA256 Credential=referee/20261124/us-east-1/monitoring/aws4_request, Signature=0"
    return post(
        url + RPC + operation,
        cbor2.dumps(request),
        smithy_protocol="rpc-v2-cbor",
        content_type="application/cbor",
        accept="application/cbor",
        x_amzn_query_mode="true",
        authorization=scope,
    )


def query(
    name: str,
    dimensions: dict[str, str] | None = None,
    *,
    stat: str = "Average",
    period: int = 300,
    namespace: str = TRAINING,
    metric: str = "CPUUtilization",
    **more: Any,
) -> dict[str, Any]:
    """One MetricDataQuery."""
    wanted = {
        "Namespace": namespace,
        "MetricName": metric,
        "Dimensions": [{"Name": key, "Value": value} for key, value in (dimensions or {}).items()],
    }
    return {"Id": name, "MetricStat": {"Metric": wanted, "Period": period, "Stat": stat} | more}


def ask(
    cloudwatch: Any, queries: list[dict[str, Any]], start: float = BASE, end: float = BASE + HOUR, **more: Any
) -> dict[str, Any]:
    """GetMetricData."""
    return cloudwatch.get_metric_data(MetricDataQueries=queries, StartTime=start, EndTime=end, **more)


def values(cloudwatch: Any, one: dict[str, Any], *times: float) -> list[float]:
    """The values of one query, oldest first."""
    return ask(cloudwatch, [one], *times, ScanBy="TimestampAscending")["MetricDataResults"][0]["Values"]

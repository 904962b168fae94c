"""moto as the independent referee of Wattledger's AWS code, made reachable for the Rust SDK.

The Rust SDK speaks only Smithy RPC v2 CBOR to CloudWatch and moto has no line of CBOR, so a test against plain moto
would test nothing. This server is moto's own WSGI application, unmodified, behind a thin layer on the loopback
interface. Install `requirements.txt` of this folder into a Python >= 3.11 and run:

    python tests/moto/bridge.py --port 0

    --port N    port on 127.0.0.1, 0 (default) takes a free one
    --plain     moto as it is: no CBOR (the Rust CloudWatch client gets 404), no corrected GetMetricData and ListMetrics
              (SageMaker's Search is refused in either case: moto's compares no times and knows no pages)
    --now SECS  the moment (epoch) from which CloudWatch counts the age of a request; default: the machine's clock
    --until-stdin-closes   stop when standard input ends, so that a killed test leaves no server behind

When it serves, it prints one line on standard output: {"endpoint_url": "http://127.0.0.1:40123"}. Clients use this as
AWS_ENDPOINT_URL with any access key and must sign, as moto finds service and region in the credential. The account is
123456789012, unless the key came from AssumeRole or the header x-moto-account-id names another.

Beside the AWS interfaces, all JSON over HTTP (400 with {"error": text} if the request is wrong):

    POST /__bridge__/patch    [{"resource": "training-job", "name": "n", "set": {"BillableTimeInSeconds": 60,
                              "TrainingStartTime": 1795000000, "FailureReason": null}, "region"?, "account"?}]
                              `set` is a part of the resource's Describe answer, times in epoch seconds, null removes a
                              member. Resources: training-job, processing-job, transform-job, endpoint, endpoint-config.
    POST /__bridge__/metrics  [{"namespace": "AWS/SageMaker", "metric": "Invocations", "unit": "None",
                              "dimensions": {"EndpointName": "e", "VariantName": "v"}, "start": 1795000000, "step": 300,
                              "values": [1.5, null, {"count": 2, "sum": 3, "min": 1, "max": 2}], "region"?, "account"?}]
                              A value is one sample, a summary of several, or null for no point.
    POST /__bridge__/faults   [{"match": "cloudwatch.*", "code": "InternalServiceFault", "status": 500, "message": "m",
                              "times": 3}]  replaces all faults, [] heals. `match` is a shell pattern over
                              "<service>.<Operation>" (cloudwatch, sagemaker, sts); without `times` it stays.
    GET  /__bridge__/log      [{"service", "operation", "protocol", "region", "access_key", "status"}], oldest first
    POST /__bridge__/reset    forgets log, faults and everything in moto
"""

from __future__ import annotations

import argparse
import fnmatch
import gzip
import io
import json
import os
import re
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import parse_qs
from xml.sax.saxutils import escape

import botocore.session
from moto.backends import get_backend
from moto.iam.models import get_account_id_from
from moto.moto_server.werkzeug_app import (
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)
from werkzeug.serving import make_server

import admin
import wire
from metric_data import get_metric_data
from metric_list import list_metrics
from series import Refused, SeriesIndex

ADMIN = "/__bridge__/"
SERVICE_OF_PREFIX = {"GraniteServiceVersion20100801": "cloudwatch", "SageMaker": "sagemaker"}
SERVICE_OF_SCOPE = {"monitoring": "cloudwatch"}
# CloudWatch operations that moto answers wrongly or in minutes.
CORRECTED = {"GetMetricData": get_metric_data, "ListMetrics": list_metrics}
# Roots of XML that moto names after the operation and AWS' model otherwise; botocore does not look, the Rust SDK does.
ROOTS = {b"GetBucketVersioningResponse": b"VersioningConfiguration"}
_CREDENTIAL = re.compile(r"Credential=(?P<key>[^/]+)/\d+/(?P<region>[^/]+)/(?P<scope>[^/]+)/")

StartResponse = Callable[..., Any]


@dataclass
class Call:
    """One AWS request, as far as its headers, path and body tell."""

    service: str
    operation: str
    protocol: str  # cbor, json or query
    region: str
    access_key: str
    account: str
    body: bytes


@dataclass
class Answer:
    """One HTTP answer."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def send(self, start_response: StartResponse) -> list[bytes]:
        headers = [(name, value) for name, value in self.headers if name.lower() != "content-length"]
        start_response(f"{self.status} Answer", [*headers, ("Content-Length", str(len(self.body)))])
        return [self.body]


@dataclass
class Seen:
    """One line of the log."""

    service: str
    operation: str
    protocol: str
    region: str
    access_key: str
    status: int


class Bridge:
    """The WSGI layer in front of moto."""

    def __init__(self, moto: Callable[..., Iterable[bytes]], plain: bool, clock: Callable[[], float]) -> None:
        self.moto = moto
        self.plain = plain
        self.clock = clock
        self.cloudwatch = botocore.session.get_session().get_service_model("cloudwatch")
        self.lock = threading.Lock()
        self.forget()

    def forget(self) -> None:
        """Empties what the bridge itself remembers."""
        self.log: list[Seen] = []
        self.faults: list[dict[str, Any]] = []
        self.series: dict[tuple[str, str], SeriesIndex] = defaultdict(SeriesIndex)

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        body = _take_body(environ)
        path = environ.get("PATH_INFO", "/")
        if path.startswith(ADMIN):
            return self.administer(environ["REQUEST_METHOD"], path[len(ADMIN) :], body).send(start_response)
        if path.startswith("/moto-api"):
            return self.moto(environ, start_response)
        call = _read_call(environ, body)
        answer = self.fault(call) or self.answer_or_refuse(environ, call)
        with self.lock:
            self.log.append(
                Seen(call.service, call.operation, call.protocol, call.region, call.access_key, answer.status)
            )
        return answer.send(start_response)

    def answer_or_refuse(self, environ: dict[str, Any], call: Call) -> Answer:
        """The answer; moto falls over a service it has not, and then nobody would answer at all."""
        try:
            return self.answer(environ, call)
        except Exception as error:  # noqa: BLE001
            return _error(call, 501, "NotImplemented", f"moto has no {call.service} {call.operation}: {error!r}")

    def answer(self, environ: dict[str, Any], call: Call) -> Answer:
        """moto's answer, translated and corrected unless the bridge is plain."""
        if (call.service, call.operation) == ("sagemaker", "Search"):
            # moto's search knows neither comparisons of times nor pages: an answer would be everything, and only once.
            return _error(call, 400, "UnknownOperationException", "moto cannot compare times in a search")
        if self.plain:
            return _ask(self.moto, environ)
        if call.protocol == "cbor":
            return self.bridge_cbor(environ, call)
        if call.service == "cloudwatch" and call.operation in CORRECTED and call.protocol == "json":
            return self.corrected(call, json.loads(call.body))
        return self.ask_moto(environ, call)

    def bridge_cbor(self, environ: dict[str, Any], call: Call) -> Answer:
        """Decode, hand to moto as awsJson 1.0, encode by the service model."""
        if call.service != "cloudwatch" or call.operation not in self.cloudwatch.operation_names:
            return _error(call, 400, "UnknownOperationException", f"{call.service} {call.operation} over CBOR")
        try:
            request = wire.decode_request(call.body)
        except ValueError as error:
            return _error(call, 400, "SerializationException", str(error))
        if call.operation in CORRECTED:
            return self.corrected(call, request)
        answer = self.ask_moto(_as_json_request(environ, call, request), call)
        if dict(answer.headers).get("Content-Type") == wire.CONTENT_TYPE:
            # What moto lacks is said in the caller's protocol already.
            return answer
        if answer.status >= 400:
            return _error_from_json(call, answer)
        return self.encode(call, json.loads(answer.body or b"{}"))

    def corrected(self, call: Call, request: dict[str, Any]) -> Answer:
        """What moto stores, answered by us."""
        store = get_backend("cloudwatch")[call.account][call.region].metric_data
        try:
            with self.lock:
                index = self.series[(call.account, call.region)]
                index.follow(store)
                document = CORRECTED[call.operation](request, index, self.clock())
        except Refused as error:
            return _error(call, 400, error.code, str(error))
        return self.encode(call, document)

    def encode(self, call: Call, document: dict[str, Any]) -> Answer:
        """A success in the protocol of the caller."""
        if call.protocol != "cbor":
            return _json(200, document, "application/x-amz-json-1.0")
        shape = self.cloudwatch.operation_model(call.operation).output_shape
        return _cbor(200, wire.encode_answer(document, shape))

    def ask_moto(self, environ: dict[str, Any], call: Call) -> Answer:
        """An operation moto lacks is AWS's 400, not moto's HTML 500, which an SDK would retry."""
        try:
            answer = _ask(self.moto, environ)
        except NotImplementedError as error:
            return _error(call, 400, "UnknownOperationException", f"moto does not know {call.operation}: {error}")
        if not self.plain:
            for wrong, right in ROOTS.items():
                answer.body = answer.body.replace(wrong, right)
        return answer

    def fault(self, call: Call) -> Answer | None:
        """The error that the tests ordered for this call, if any."""
        with self.lock:
            for fault in self.faults:
                if (
                    fnmatch.fnmatchcase(f"{call.service}.{call.operation}", fault["match"])
                    and fault.get("times", 1) > 0
                ):
                    if "times" in fault:
                        fault["times"] -= 1
                    return _error(
                        call, fault.get("status", 500), fault["code"], fault.get("message", "ordered by the test")
                    )
        return None

    def administer(self, method: str, command: str, body: bytes) -> Answer:
        """The interface below /__bridge__/."""
        commands: dict[tuple[str, str], Callable[[Any], Any]] = {
            ("POST", "patch"): admin.patch,
            ("POST", "metrics"): admin.load_metrics,
            ("POST", "faults"): self.set_faults,
            ("POST", "reset"): lambda _: self.reset(),
            ("GET", "log"): lambda _: self.read_log(),
        }
        run = commands.get((method, command))
        if run is None:
            return _json(404, {"error": f"no {method} {command}"})
        try:
            return _json(200, run(json.loads(body) if body else None))
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            return _json(400, {"error": f"{type(error).__name__}: {error}"})

    def set_faults(self, faults: list[dict[str, Any]]) -> dict[str, Any]:
        """Replaces all faults."""
        for fault in faults:
            if not {"match", "code"} <= fault.keys():
                raise ValueError(f"a fault needs match and code: {fault}")
        with self.lock:
            self.faults = faults
        return {"faults": len(faults)}

    def reset(self) -> dict[str, Any]:
        """Forgets everything."""
        admin.reset_moto()
        with self.lock:
            self.forget()
        return {"reset": True}

    def read_log(self) -> list[dict[str, Any]]:
        """The calls seen so far."""
        with self.lock:
            return [asdict(line) for line in self.log]


def _take_body(environ: dict[str, Any]) -> bytes:
    """Reads the body and leaves a fresh stream for moto."""
    length = int(environ.get("CONTENT_LENGTH") or 0)
    body = environ["wsgi.input"].read(length) if length else b""
    environ["wsgi.input"] = io.BytesIO(body)
    return body


def _read_call(environ: dict[str, Any], body: bytes) -> Call:
    credential = _CREDENTIAL.search(environ.get("HTTP_AUTHORIZATION", ""))
    scope = credential["scope"] if credential else ""
    service, operation, protocol = SERVICE_OF_SCOPE.get(scope, scope), "", "query"
    if rpc := wire.split_path(environ.get("PATH_INFO", "/")):
        service, operation, protocol = SERVICE_OF_PREFIX.get(rpc[0], rpc[0]), rpc[1], "cbor"
    elif target := environ.get("HTTP_X_AMZ_TARGET"):
        prefix, _, operation = target.partition(".")
        service, protocol = SERVICE_OF_PREFIX.get(prefix, prefix), "json"
    elif environ.get("CONTENT_TYPE", "").startswith("application/x-www-form-urlencoded"):
        operation = parse_qs(body.decode()).get("Action", [""])[0]
    return Call(
        service=service,
        operation=operation,
        protocol=protocol,
        region=credential["region"] if credential else admin.DEFAULT_REGION,
        access_key=credential["key"] if credential else "",
        account=environ.get("HTTP_X_MOTO_ACCOUNT_ID") or get_account_id_from(credential["key"] if credential else ""),
        body=gzip.decompress(body) if "gzip" in environ.get("HTTP_CONTENT_ENCODING", "") else body,
    )


def _as_json_request(environ: dict[str, Any], call: Call, request: dict[str, Any]) -> dict[str, Any]:
    """The same request, as awsJson 1.0 would have sent it."""
    body = json.dumps(request).encode()
    prefix = next(prefix for prefix, service in SERVICE_OF_PREFIX.items() if service == call.service)
    dropped = ("HTTP_SMITHY_PROTOCOL", "HTTP_CONTENT_ENCODING", "HTTP_ACCEPT")
    kept = {name: value for name, value in environ.items() if name not in dropped}
    return kept | {
        "PATH_INFO": "/",
        "CONTENT_TYPE": "application/x-amz-json-1.0",
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_X_AMZ_TARGET": f"{prefix}.{call.operation}",
        "wsgi.input": io.BytesIO(body),
    }


def _ask(moto: Callable[..., Iterable[bytes]], environ: dict[str, Any]) -> Answer:
    started: list[tuple[str, list[tuple[str, str]]]] = []
    chunks = moto(environ, lambda status, headers, *_: started.append((status, headers)))
    body = b"".join(chunks)
    if hasattr(chunks, "close"):
        chunks.close()
    status, headers = started[0]
    return Answer(int(status.split()[0]), headers, body)


def _json(status: int, document: Any, content_type: str = "application/json", *headers: tuple[str, str]) -> Answer:
    return Answer(status, [("Content-Type", content_type), *headers], json.dumps(document).encode())


def _cbor(status: int, body: bytes, *headers: tuple[str, str]) -> Answer:
    return Answer(status, [("Content-Type", wire.CONTENT_TYPE), ("smithy-protocol", wire.PROTOCOL), *headers], body)


def _error(call: Call, status: int, code: str, message: str) -> Answer:
    """An error as the service would send it in the caller's protocol."""
    who = "Sender" if status < 500 else "Receiver"
    document = {"__type": code, "message": message}
    if call.protocol == "cbor":
        return _cbor(status, wire.encode_answer(document, None), ("x-amzn-query-error", f"{code};{who}"))
    if call.protocol == "json":
        return _json(status, document, "application/x-amz-json-1.1", ("x-amzn-query-error", f"{code};{who}"))
    xml = (
        f"<ErrorResponse><Error><Type>{who}</Type><Code>{escape(code)}</Code>"
        f"<Message>{escape(message)}</Message></Error></ErrorResponse>"
    )
    return Answer(status, [("Content-Type", "text/xml")], xml.encode())


def _error_from_json(call: Call, answer: Answer) -> Answer:
    """moto's JSON error as CBOR; its query-compatible name wins over __type, as in the SDKs."""
    document = json.loads(answer.body)
    headers = {name.lower(): value for name, value in answer.headers}
    code = headers.get("x-amzn-query-error", document.get("__type", "InternalFailure")).split(";")[0].split("#")[-1]
    return _error(call, answer.status, code, document.get("message") or document.get("Message") or "")


class _QuietHandler(MotoRequestHandler):
    """moto's request handler without a line on standard error per request."""

    def log_request(self, *_: Any) -> None:
        return


def main() -> None:
    """Serves until it is stopped."""
    parser = argparse.ArgumentParser(description="moto for the Rust SDK, on the loopback interface")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--plain", action="store_true")
    parser.add_argument("--now", type=float)
    parser.add_argument("--until-stdin-closes", action="store_true")
    options = parser.parse_args()
    clock = time.time if options.now is None else lambda: options.now
    bridge = Bridge(DomainDispatcherApplication(create_backend_app), options.plain, clock)
    server = make_server("127.0.0.1", options.port, bridge, threaded=True, request_handler=_QuietHandler)
    print(json.dumps({"endpoint_url": f"http://127.0.0.1:{server.port}"}), flush=True)
    if options.until_stdin_closes:
        threading.Thread(target=_stop_with_stdin, daemon=True).start()
    server.serve_forever()


def _stop_with_stdin() -> None:
    """Ends the process at once: a request in flight has nobody left to answer to."""
    sys.stdin.buffer.read()
    os._exit(0)


if __name__ == "__main__":
    main()

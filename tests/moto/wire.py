"""Smithy RPC v2 CBOR for an awsJson server: values in, values out, guided by botocore's shapes.

The Rust decoder is strict where JSON is loose: a double must be a CBOR float (the integer 3 is refused), an integer
must be a CBOR integer, a timestamp must carry tag 1, a list has no null members. JSON forgets all four, so the
service model decides the type of each value on the way back.
"""

from __future__ import annotations

import base64
import datetime as dt
import re
from typing import Any

import cbor2

CONTENT_TYPE = "application/cbor"
PROTOCOL = "rpc-v2-cbor"
_PATH = re.compile(r"^/service/(?P<prefix>[^/]+)/operation/(?P<operation>[^/]+)$")
_EPOCH_TAG = 1


def split_path(path: str) -> tuple[str, str] | None:
    """Target prefix and operation of an RPC v2 path, None for any other path."""
    match = _PATH.match(path)
    return (match["prefix"], match["operation"]) if match else None


def decode_request(body: bytes) -> dict[str, Any]:
    """A CBOR request as the JSON document that an awsJson server expects. Raises ValueError on a bad body."""
    if not body:
        return {}
    try:
        value = cbor2.loads(body)
    except cbor2.CBORDecodeError as error:
        raise ValueError(f"not CBOR: {error}") from error
    if not isinstance(value, dict):
        raise ValueError("the request is not a CBOR map")
    return _as_json(value)


def encode_answer(document: dict[str, Any], shape: Any) -> bytes:
    """A JSON answer as CBOR; `shape` is the operation's output shape in botocore's model, None for an empty output."""
    return cbor2.dumps(_typed(document, shape))


def _as_json(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _as_json(member) for key, member in value.items()}
    if isinstance(value, list):
        return [_as_json(member) for member in value]
    if isinstance(value, dt.datetime):
        return value.timestamp()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value


def _typed(value: Any, shape: Any) -> Any:
    kind = shape.type_name if shape is not None else None
    if kind == "structure":
        return {name: _typed(member, shape.members.get(name)) for name, member in value.items() if member is not None}
    if kind == "map":
        return {name: _typed(member, shape.value) for name, member in value.items() if member is not None}
    if kind == "list":
        return [_typed(member, shape.member) for member in value if member is not None]
    if kind == "timestamp":
        return cbor2.CBORTag(_EPOCH_TAG, float(value))
    if kind in ("double", "float"):
        return float(value)
    if kind in ("integer", "long"):
        return int(value)
    if kind == "blob":
        return base64.b64decode(value)
    return value

"""What the tests may do to moto behind its back: patch what it does not model, load metrics, forget everything."""

from __future__ import annotations

import datetime as dt
from typing import Any

import botocore.session
from moto.backends import get_backend
from moto.cloudwatch.models import MetricAggregatedDatum, MetricDatum
from moto.core import DEFAULT_ACCOUNT_ID
from moto.core.utils import camelcase_to_underscores
from moto.moto_api._internal.models import moto_api_backend

DEFAULT_REGION = "us-east-1"
# Resource -> (attribute of moto's SageMaker backend, operation whose answer a patch is a part of).
RESOURCES = {
    "training-job": ("training_jobs", "DescribeTrainingJob"),
    "processing-job": ("processing_jobs", "DescribeProcessingJob"),
    "transform-job": ("transform_jobs", "DescribeTransformJob"),
    "endpoint": ("endpoints", "DescribeEndpoint"),
    "endpoint-config": ("endpoint_configs", "DescribeEndpointConfig"),
}


def patch(patches: list[dict[str, Any]]) -> dict[str, Any]:
    """Overwrites members of Describe answers; see bridge.py for the shape. Raises KeyError for an unknown name."""
    model = botocore.session.get_session().get_service_model("sagemaker")
    for one in patches:
        attribute, operation = RESOURCES[one["resource"]]
        resource = getattr(_backend("sagemaker", one), attribute)[one["name"]]
        shape = model.operation_model(operation).output_shape
        for member, value in one["set"].items():
            _overwrite(resource, member, _typed(value, shape.members[member]))
    return {"patched": len(patches)}


def load_metrics(series: list[dict[str, Any]]) -> dict[str, Any]:
    """Appends whole series to moto's CloudWatch store; see bridge.py for the shape."""
    points = 0
    for one in series:
        store = _backend("cloudwatch", one).metric_data
        before = len(store)
        store.extend(_data(one))
        points += len(store) - before
    return {"points": points}


def reset_moto() -> None:
    """Forgets all resources of all services and accounts, as moto's own reset does."""
    moto_api_backend.reset()


def _backend(service: str, one: dict[str, Any]) -> Any:
    return get_backend(service)[one.get("account", DEFAULT_ACCOUNT_ID)][one.get("region", DEFAULT_REGION)]


def _overwrite(resource: Any, member: str, value: Any) -> None:
    """moto answers a Describe from its attributes, in camel case; a member it lacks is added as it is."""
    known = camelcase_to_underscores(member)
    setattr(resource, known if known in vars(resource) else member, value)


def _typed(value: Any, shape: Any) -> Any:
    """Epoch seconds become what moto stores: naive datetimes in UTC."""
    if value is None:
        return None
    if shape.type_name == "timestamp":
        return _moment(value)
    if shape.type_name == "structure":
        return {name: _typed(member, shape.members[name]) for name, member in value.items()}
    if shape.type_name == "list":
        return [_typed(member, shape.member) for member in value]
    return value


def _data(one: dict[str, Any]) -> list[Any]:
    dimensions = [{"Name": name, "Value": value} for name, value in one["dimensions"].items()]
    named = {"namespace": one["namespace"], "name": one["metric"], "dimensions": dimensions, "unit": one.get("unit")}
    return [
        _datum(value, {**named, "timestamp": _moment(one["start"] + slot * one["step"])})
        for slot, value in enumerate(one["values"])
        if value is not None
    ]


def _datum(value: Any, named: dict[str, Any]) -> Any:
    if isinstance(value, dict):
        return MetricAggregatedDatum(
            sample_count=float(value["count"]),
            sum_stat=float(value["sum"]),
            min_stat=float(value["min"]),
            max_stat=float(value["max"]),
            **named,
        )
    return MetricDatum(value=float(value), **named)


def _moment(epoch: float) -> dt.datetime:
    return dt.datetime.fromtimestamp(epoch, dt.UTC).replace(tzinfo=None)

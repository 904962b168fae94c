"""Creates the fleet of fleet.py through boto3 and prints the truth about it as JSON on standard output.

    python tests/moto/seed.py --endpoint-url http://127.0.0.1:40123 --now 1795478400 > truth.json

boto3 and moto, written by neither side of the comparison, check every request; what moto does not model (times,
billed seconds, failures) is patched through the bridge. The same --now gives the same fleet. The bridge must run, with
or without --plain; start it with the same --now if that lies more than 15 days from the machine's clock.

Output (all times epoch seconds, UTC; null = absent, never zero):

    {"now": s, "window": {"start": s, "end": s}, "account": "123456789012", "region": "us-east-1", "period": 300,
     "jobs": {name: {"arn", "status", "secondary_status", "failure_reason"?, "created", "started"?, "ended"?,
                     "instance_type", "instance_count", "training_seconds"?, "billable_seconds"?, "spot", "tags": {},
                     "instance_seconds", "hours": [HOUR]}},
     "endpoints": {name: {"arn", "status", "created", "tags": {}, "variants": {variant: {"instance_type",
                     "instance_count", "created", "instance_seconds", "invocations"?, "hours": [HOUR]}}}}}

    HOUR = {"hour": s, "instance_seconds": x, "cpu_percent"?, "cpu_fraction"?, "gpu_percent"?, "gpu_fraction"?,
            "invocations"?}

`instance_seconds` is time with machines times their count, cut at the hours of the window. A percent is the mean as
CloudWatch gives it, summed over cores or GPUs; a fraction is that divided by 100 x cores or GPUs and cut at 1, null if
the instance type is unknown. `invocations` (endpoints only) is a sum, null in an hour without a datapoint.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import urllib.request
from collections.abc import Iterator
from typing import Any

import boto3
from botocore.config import Config

import fleet
from fleet import DAY, HOUR, Endpoint, Job, Variant

ACCOUNT, REGION, PERIOD = "123456789012", "us-east-1", 300
SAMPLES = PERIOD // 60  # CloudWatch takes one sample a minute from each machine
ROLE = f"arn:aws:iam::{ACCOUNT}:role/Training"
IMAGE = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/train:1"
QUEUE = 150
TRAINING, HOSTS, REQUESTS = "/aws/sagemaker/TrainingJobs", "/aws/sagemaker/Endpoints", "AWS/SageMaker"

Series = list[tuple[float, float]]


class Seeder:
    """Creates resources, collects metrics and patches, knows the window."""

    def __init__(self, endpoint_url: str, now: float) -> None:
        self.url, self.now = endpoint_url, now
        self.start = now // DAY * DAY - 3 * DAY
        self.sagemaker = self.client("sagemaker")
        self.cloudwatch = self.client("cloudwatch")
        self.metrics: dict[str, list[dict[str, Any]]] = {TRAINING: [], HOSTS: [], REQUESTS: []}
        self.patches: list[dict[str, Any]] = []

    def client(self, service: str) -> Any:
        return boto3.client(
            service,
            region_name=REGION,
            endpoint_url=self.url,
            aws_access_key_id="seed",
            aws_secret_access_key="seed",
            config=Config(retries={"max_attempts": 0}),
        )

    def run(self) -> dict[str, Any]:
        """Creates everything; returns the truth."""
        self.sagemaker.create_model(ModelName="model", ExecutionRoleArn=ROLE, PrimaryContainer={"Image": IMAGE})
        jobs = {job.name: self.job(job) for job in fleet.jobs(self.now - self.start)}
        endpoints = {endpoint.name: self.endpoint(endpoint) for endpoint in fleet.endpoints()}
        self.flush()
        return {
            "now": self.now,
            "window": {"start": self.start, "end": self.now},
            "account": ACCOUNT,
            "region": REGION,
            "period": PERIOD,
            "jobs": jobs,
            "endpoints": endpoints,
        }

    def job(self, job: Job) -> dict[str, Any]:
        """One training job: create, patch, metrics per host, truth."""
        arn = self.sagemaker.create_training_job(
            TrainingJobName=job.name,
            RoleArn=ROLE,
            AlgorithmSpecification={"TrainingImage": IMAGE, "TrainingInputMode": "File"},
            OutputDataConfig={"S3OutputPath": "s3://bucket/out"},
            ResourceConfig={"InstanceType": job.instance_type, "InstanceCount": job.count, "VolumeSizeInGB": 50},
            StoppingCondition={"MaxRuntimeInSeconds": DAY} | ({"MaxWaitTimeInSeconds": 2 * DAY} if job.spot else {}),
            EnableManagedSpotTraining=job.spot,
            Tags=_tags(job.tags),
        )["TrainingJobArn"]
        described = self.described(job)
        self.patch("training-job", job.name, described)
        cpu, gpu = self.host_series(job)
        started, ended = described["TrainingStartTime"], described["TrainingEndTime"]
        spans = _hours(started, ended or self.now) if started else []
        hours = [_hour(span, job.instance_type, job.count, cpu, gpu) for span in spans]
        return {
            "arn": arn,
            "status": job.status,
            "secondary_status": described["SecondaryStatus"],
            "failure_reason": job.failure,
            "created": described["CreationTime"],
            "started": started,
            "ended": ended,
            "instance_type": job.instance_type,
            "instance_count": job.count,
            "spot": job.spot,
            "tags": job.tags,
            "training_seconds": described.get("TrainingTimeInSeconds"),
            "billable_seconds": described.get("BillableTimeInSeconds"),
            "instance_seconds": math.fsum(hour["instance_seconds"] for hour in hours),
            "hours": hours,
        }

    def described(self, job: Job) -> dict[str, Any]:
        """The members of DescribeTrainingJob that moto cannot know."""
        secondary = job.secondary or job.status
        if job.start is None:
            created = self.start + DAY
            return {
                "TrainingJobStatus": job.status,
                "SecondaryStatus": secondary,
                "CreationTime": created,
                "LastModifiedTime": created + 900,
                "FailureReason": job.failure,
                "TrainingStartTime": None,
                "TrainingEndTime": None,
                "SecondaryStatusTransitions": _transitions(created, None, None, secondary),
            }
        started = self.start + job.start
        ended = None if job.seconds is None else started + job.seconds
        members = {
            "TrainingJobStatus": job.status,
            "SecondaryStatus": secondary,
            "CreationTime": started - QUEUE,
            "LastModifiedTime": ended or self.now - 60,
            "TrainingStartTime": started,
            "TrainingEndTime": ended,
            "SecondaryStatusTransitions": _transitions(started - QUEUE, started, ended, secondary),
        }
        if job.failure:
            members["FailureReason"] = job.failure
        if job.seconds is not None and job.reports_seconds:
            members["TrainingTimeInSeconds"] = job.seconds
            members["BillableTimeInSeconds"] = round(job.seconds * job.billable_share)
        return members

    def host_series(self, job: Job) -> tuple[Series, Series]:
        """Sends the metrics of every host of a job; returns CPU and GPU points of all hosts together."""
        cpu: Series = []
        gpu: Series = []
        if job.start is None:
            return cpu, gpu
        cores, gpus = fleet.MACHINES.get(job.instance_type, (4, 0))
        start = self.start + job.start
        end = self.now if job.seconds is None else start + job.seconds
        silent = range(int(start + job.silent[0]), int(start + job.silent[1]))
        for host in (f"{job.name}/algo-{number}" for number in range(1, job.count + 1)):
            for metric, level, units, points in (
                ("CPUUtilization", job.cpu, cores, cpu),
                ("GPUUtilization", job.gpu, gpus, gpu),
            ):
                if level is None:
                    continue
                values = [point for point in _noise(host + metric, level, units, start, end) if point[0] not in silent]
                self.put(TRAINING, metric, {"Host": host}, "Percent", ((when, [value]) for when, value in values))
                points.extend(values)
        return cpu, gpu

    def endpoint(self, endpoint: Endpoint) -> dict[str, Any]:
        """One endpoint with its configuration: create, patch, metrics, truth."""
        config = f"{endpoint.name}-config"
        self.sagemaker.create_endpoint_config(
            EndpointConfigName=config,
            Tags=_tags(endpoint.tags),
            ProductionVariants=[
                {
                    "VariantName": variant.name,
                    "ModelName": "model",
                    "InstanceType": variant.instance_type,
                    "InitialInstanceCount": variant.count,
                    "InitialVariantWeight": 1.0,
                }
                for variant in endpoint.variants
            ],
        )
        arn = self.sagemaker.create_endpoint(
            EndpointName=endpoint.name, EndpointConfigName=config, Tags=_tags(endpoint.tags)
        )["EndpointArn"]
        created = self.start + endpoint.created
        self.patch("endpoint-config", config, {"CreationTime": created - 30})
        self.patch("endpoint", endpoint.name, {"CreationTime": created, "LastModifiedTime": created + 400})
        variants = {variant.name: self.variant(endpoint, variant, created) for variant in endpoint.variants}
        return {"arn": arn, "status": "InService", "created": created, "tags": endpoint.tags, "variants": variants}

    def variant(self, endpoint: Endpoint, variant: Variant, created: float) -> dict[str, Any]:
        """Metrics and truth of one variant; its machines overlap in one series, as they do at AWS."""
        cores, gpus = fleet.MACHINES[variant.instance_type]
        dimensions = {"EndpointName": endpoint.name, "VariantName": variant.name}
        begin = max(created, self.start)
        together: dict[str, Series] = {"CPUUtilization": [], "GPUUtilization": []}
        for metric, level, units in (("CPUUtilization", variant.cpu, cores), ("GPUUtilization", variant.gpu, gpus)):
            if level is None:
                continue
            name = "/".join(dimensions.values()) + metric
            machines = [_noise(f"{name}/{number}", level, units, begin, self.now) for number in range(variant.count)]
            self.put(
                HOSTS,
                metric,
                dimensions,
                "Percent",
                ((row[0][0], [value for _, value in row]) for row in zip(*machines, strict=False)),
            )
            together[metric] = [point for series in machines for point in series]
        traffic = list(_traffic(variant, begin, self.now))
        self.put_counts("Invocations", dimensions, traffic)
        hours = [
            _hour(span, variant.instance_type, variant.count, together["CPUUtilization"], together["GPUUtilization"])
            | {"invocations": _total(traffic, span[0])}
            for span in _hours(begin, self.now)
        ]
        return {
            "instance_type": variant.instance_type,
            "instance_count": variant.count,
            "created": created,
            "instance_seconds": math.fsum(hour["instance_seconds"] for hour in hours),
            "invocations": sum(count for _, count in traffic) if traffic else None,
            "hours": hours,
        }

    def put(
        self,
        namespace: str,
        metric: str,
        dimensions: dict[str, str],
        unit: str,
        rows: Iterator[tuple[float, list[float]]],
    ) -> None:
        """Gauges: one value per machine and period, standing for a sample every minute."""
        for when, values in rows:
            self.metrics[namespace].append(
                {
                    "MetricName": metric,
                    "Dimensions": _dimensions(dimensions),
                    "Timestamp": when,
                    "Unit": unit,
                    "Values": values,
                    "Counts": [float(SAMPLES)] * len(values),
                }
            )

    def put_counts(self, metric: str, dimensions: dict[str, str], rows: Series) -> None:
        """Counters: each request is one sample of value 1."""
        for when, count in rows:
            self.metrics[REQUESTS].append(
                {
                    "MetricName": metric,
                    "Dimensions": _dimensions(dimensions),
                    "Timestamp": when,
                    "Unit": "None",
                    "StatisticValues": {"SampleCount": count, "Sum": count, "Minimum": 1, "Maximum": 1},
                }
            )

    def patch(self, resource: str, name: str, members: dict[str, Any]) -> None:
        self.patches.append({"resource": resource, "name": name, "region": REGION, "account": ACCOUNT, "set": members})

    def flush(self) -> None:
        """Sends what was collected."""
        body = json.dumps(self.patches).encode()
        with urllib.request.urlopen(
            urllib.request.Request(f"{self.url}/__bridge__/patch", data=body, method="POST")
        ) as answer:
            answer.read()
        for namespace, data in self.metrics.items():
            for first in range(0, len(data), 1000):
                self.cloudwatch.put_metric_data(Namespace=namespace, MetricData=data[first : first + 1000])


def _tags(tags: dict[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def _dimensions(dimensions: dict[str, str]) -> list[dict[str, str]]:
    return [{"Name": name, "Value": value} for name, value in dimensions.items()]


def _transitions(created: float, started: float | None, ended: float | None, last: str) -> list[dict[str, Any]]:
    steps: list[dict[str, Any]] = [
        {
            "Status": "Starting",
            "StartTime": created,
            "EndTime": started or created + 900,
            "StatusMessage": "Preparing the instances for training",
        }
    ]
    if started:
        steps.append(
            {"Status": "Training", "StartTime": started, "EndTime": ended, "StatusMessage": "Training in progress"}
        )
    if ended or not started:
        when = ended or created + 900
        steps.append({"Status": last, "StartTime": when, "EndTime": when, "StatusMessage": last})
    return steps


def _noise(name: str, level: float, units: int, start: float, end: float) -> Series:
    """A point at every full five minutes in [start, end): the level of all units in percent, within a twentieth."""
    dice = random.Random(name)
    first = math.ceil(start / PERIOD) * PERIOD
    moments = range(int(first), math.ceil(end), PERIOD)
    return [(float(when), round(100 * units * level * dice.uniform(0.95, 1.05), 4)) for when in moments]


def _traffic(variant: Variant, start: float, end: float) -> Iterator[tuple[float, int]]:
    """A daily wave that falls silent at night; five minutes without a request have no point."""
    for when in range(math.ceil(start / PERIOD) * PERIOD, math.ceil(end), PERIOD):
        count = round(variant.peak * math.sin((when % DAY / DAY - 0.25) * 2 * math.pi))
        if count > 0:
            yield float(when), count


def _hours(start: float, end: float) -> list[tuple[float, float]]:
    """(hour, seconds of it) between two moments, cut at the hours of UTC."""
    first, last = int(start // HOUR), math.ceil(end / HOUR)
    return [(hour * HOUR, min(end, (hour + 1) * HOUR) - max(start, hour * HOUR)) for hour in range(first, last)]


def _hour(span: tuple[float, float], instance_type: str, count: int, cpu: Series, gpu: Series) -> dict[str, Any]:
    cores, gpus = fleet.MACHINES.get(instance_type, (0, 0))
    cpu_percent, gpu_percent = _mean(cpu, span[0]), _mean(gpu, span[0])
    return {
        "hour": span[0],
        "instance_seconds": span[1] * count,
        "cpu_percent": cpu_percent,
        "cpu_fraction": _fraction(cpu_percent, cores),
        "gpu_percent": gpu_percent,
        "gpu_fraction": _fraction(gpu_percent, gpus),
    }


def _mean(series: Series, hour: float) -> float | None:
    values = [value for when, value in series if hour <= when < hour + HOUR]
    return math.fsum(values) / len(values) if values else None


def _fraction(percent: float | None, units: int) -> float | None:
    return min(percent / (100 * units), 1.0) if percent is not None and units else None


def _total(traffic: Series, hour: float) -> float | None:
    counts = [count for when, count in traffic if hour <= when < hour + HOUR]
    return sum(counts) if counts else None


def main() -> None:
    """Seeds and prints the truth."""
    parser = argparse.ArgumentParser(description="seed a running bridge with a small fleet")
    parser.add_argument("--endpoint-url", required=True)
    parser.add_argument("--now", type=int, required=True, help="epoch seconds; the fleet ends here")
    options = parser.parse_args()
    print(json.dumps(Seeder(options.endpoint_url, options.now).run()))


if __name__ == "__main__":
    main()

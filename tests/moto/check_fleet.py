"""The seeded fleet, read back through the AWS interfaces, against the truth that seed.py printed."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

from clients import HERE, NOW, ask, client, query
from report import Report


def seed(url: str) -> dict[str, Any]:
    """The truth of a freshly seeded fleet."""
    command = [sys.executable, str(HERE / "seed.py"), "--endpoint-url", url, "--now", str(NOW)]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def check_jobs(report: Report, url: str, truth: dict[str, Any]) -> None:
    """DescribeTrainingJob, ListTrainingJobs and ListTags against the truth."""
    sagemaker = client("sagemaker", url)
    listed = {
        job["TrainingJobName"]
        for page in sagemaker.get_paginator("list_training_jobs").paginate(PaginationConfig={"PageSize": 5})
        for job in page["TrainingJobSummaries"]
    }
    report.same("listed jobs", listed, set(truth["jobs"]))
    for name, job in truth["jobs"].items():
        got = sagemaker.describe_training_job(TrainingJobName=name)
        times = [
            got.get(key) and got[key].timestamp() for key in ("CreationTime", "TrainingStartTime", "TrainingEndTime")
        ]
        report.same(f"times of {name}", times, [job["created"], job["started"], job["ended"]])
        words = [
            got.get(key)
            for key in (
                "TrainingJobStatus",
                "SecondaryStatus",
                "FailureReason",
                "TrainingTimeInSeconds",
                "BillableTimeInSeconds",
            )
        ]
        report.same(
            f"state of {name}",
            words,
            [
                job[key]
                for key in ("status", "secondary_status", "failure_reason", "training_seconds", "billable_seconds")
            ],
        )
        machine = [got["ResourceConfig"]["InstanceType"], got["ResourceConfig"]["InstanceCount"]]
        report.same(f"machine of {name}", machine, [job["instance_type"], job["instance_count"]])
        tags = {tag["Key"]: tag["Value"] for tag in sagemaker.list_tags(ResourceArn=job["arn"])["Tags"]}
        report.same(f"tags of {name}", tags, job["tags"])


def check_endpoints(report: Report, url: str, truth: dict[str, Any]) -> None:
    """ListEndpoints, DescribeEndpoint, DescribeEndpointConfig and ListTags against the truth."""
    sagemaker = client("sagemaker", url)
    report.same(
        "listed endpoints",
        {one["EndpointName"] for one in sagemaker.list_endpoints()["Endpoints"]},
        set(truth["endpoints"]),
    )
    for name, endpoint in truth["endpoints"].items():
        got = sagemaker.describe_endpoint(EndpointName=name)
        report.same(
            f"state of {name}",
            (got["EndpointStatus"], got["CreationTime"].timestamp()),
            (endpoint["status"], endpoint["created"]),
        )
        config = sagemaker.describe_endpoint_config(EndpointConfigName=got["EndpointConfigName"])["ProductionVariants"]
        running = {one["VariantName"]: one["CurrentInstanceCount"] for one in got["ProductionVariants"]}
        machines = {one["VariantName"]: (one["InstanceType"], running[one["VariantName"]]) for one in config}
        wanted = {
            variant: (about["instance_type"], about["instance_count"])
            for variant, about in endpoint["variants"].items()
        }
        report.same(f"machines of {name}", machines, wanted)
        tags = {tag["Key"]: tag["Value"] for tag in sagemaker.list_tags(ResourceArn=endpoint["arn"])["Tags"]}
        report.same(f"tags of {name}", tags, endpoint["tags"])


def check_metrics(report: Report, cloudwatch: Any, truth: dict[str, Any]) -> None:
    """Hourly utilisation and traffic, read over CBOR, against the truth."""
    start, end = truth["window"]["start"], truth["window"]["end"]
    for name, job in truth["jobs"].items():
        hosts = [{"Host": f"{name}/algo-{number}"} for number in range(1, job["instance_count"] + 1)]
        for key, metric in (("cpu_percent", "CPUUtilization"), ("gpu_percent", "GPUUtilization")):
            queries = [
                query(f"h{place}{stat.lower()}", host, metric=metric, period=3600, stat=stat)
                for place, host in enumerate(hosts)
                for stat in ("Sum", "SampleCount")
            ]
            results = [_by_hour(result) for result in ask(cloudwatch, queries, start, end)["MetricDataResults"]]
            got = {
                hour: sum(r.get(hour, 0) for r in results[::2]) / sum(r.get(hour, 0) for r in results[1::2])
                for hour in set().union(*results)
            }
            report.same(f"{key} of {name}", got, _hourly(job, key))
    for name, endpoint in truth["endpoints"].items():
        for variant, about in endpoint["variants"].items():
            where = {"EndpointName": name, "VariantName": variant}
            queries = [
                query("cpu", where, namespace="/aws/sagemaker/Endpoints", period=3600),
                query("gpu", where, namespace="/aws/sagemaker/Endpoints", metric="GPUUtilization", period=3600),
                query("sum", where, namespace="AWS/SageMaker", metric="Invocations", stat="Sum", period=3600),
            ]
            got = [_by_hour(result) for result in ask(cloudwatch, queries, start, end)["MetricDataResults"]]
            report.same(
                f"series of {name}/{variant}",
                got,
                [_hourly(about, key) for key in ("cpu_percent", "gpu_percent", "invocations")],
            )


def _by_hour(result: dict[str, Any]) -> dict[int, float]:
    return {int(when.timestamp()): value for when, value in zip(result["Timestamps"], result["Values"], strict=True)}


def _hourly(about: dict[str, Any], key: str) -> dict[int, float]:
    return {hour["hour"]: float(hour[key]) for hour in about["hours"] if hour[key] is not None}

"""Copies what the simulator delivers as a bill into moto's S3, and tells moto's Cost Explorer what to answer.

boto3 reads the one and writes the other, so the simulator's S3 is read by a client that nobody here wrote, and moto's holds
the same bytes. Prints what there is now: {"bucket", "objects": {key: SHA-256}, "bare", "abroad", "days": [...]}.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import urllib.request
from typing import Any

import boto3
from botocore.config import Config

REGION = "us-east-1"
ABROAD = "eu-west-1"
FILLERS = 1001  # one more than fits into a page of a list
RULES = [
    {
        "ID": "old-checkpoints",
        "Status": "Enabled",
        "Filter": {"Prefix": "checkpoints/"},
        "Expiration": {"Days": 30},
        "NoncurrentVersionExpiration": {"NoncurrentDays": 7},
        "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 3},
        "Transitions": [{"Days": 10, "StorageClass": "GLACIER"}],
    }
]


def s3(url: str, key: str, region: str = REGION) -> Any:
    """A client of S3 at an address."""
    config = Config(s3={"addressing_style": "path"}, retries={"max_attempts": 0})
    return boto3.session.Session().client(
        "s3",
        region_name=region,
        endpoint_url=url,
        aws_access_key_id=key,
        aws_secret_access_key="test",
        config=config,
    )


def copy(source: Any, target: Any, bucket: str) -> dict[str, str]:
    """Every object of the bucket, byte for byte; their SHA-256 by key."""
    target.create_bucket(Bucket=bucket)
    sums = {}
    for page in source.get_paginator("list_objects_v2").paginate(Bucket=bucket):
        for each in page.get("Contents", []):
            body = source.get_object(Bucket=bucket, Key=each["Key"])["Body"].read()
            target.put_object(Bucket=bucket, Key=each["Key"], Body=body)
            sums[each["Key"]] = hashlib.sha256(body).hexdigest()
    return sums


def explore(url: str) -> list[dict[str, Any]]:
    """Two pages of two days, as moto is to answer them in turn."""

    def day(number: int, usage: str, billed: str, amortised: str, estimated: bool) -> dict[str, Any]:
        money = {"UnblendedCost": billed, "AmortizedCost": amortised}
        return {
            "TimePeriod": {"Start": f"2026-11-{number:02}", "End": f"2026-11-{number + 1:02}"},
            "Estimated": estimated,
            "Groups": [
                {
                    "Keys": [usage],
                    "Metrics": {name: {"Amount": amount, "Unit": "USD"} for name, amount in money.items()},
                }
            ],
        }

    pages = [
        {"ResultsByTime": [day(1, "USE1-Train:ml.g5.xlarge", "12.5000000001", "9.25", False)], "NextPageToken": "more"},
        {"ResultsByTime": [day(2, "USE1-Host:ml.m5.large", "0.115", "0.115", True)]},
    ]
    document = {"results": [{"GroupDefinitions": [], "DimensionValueAttributes": [], **page} for page in pages]}
    request = urllib.request.Request(
        f"{url}/moto-api/static/ce/cost-and-usage-results",
        data=json.dumps(document).encode(),
        headers={"Content-Type": "application/json", "Host": "motoapi.amazonaws.com"},
        method="POST",
    )
    with urllib.request.urlopen(request) as answer:
        answer.read()
    return [result for page in pages for result in page["ResultsByTime"]]


def main() -> None:
    """Seeds and prints the truth."""
    parser = argparse.ArgumentParser(description="copy a bill of the simulator into a running bridge")
    parser.add_argument("--endpoint-url", required=True)
    parser.add_argument("--simulator", required=True, help="address of the simulator")
    parser.add_argument("--key", required=True, help="access key of the simulated account")
    parser.add_argument("--bucket", required=True)
    options = parser.parse_args()
    target = s3(options.endpoint_url, "test")
    objects = copy(s3(options.simulator, options.key), target, options.bucket)
    for number in range(FILLERS):
        target.put_object(Bucket=options.bucket, Key=f"many/{number:04}", Body=b"")
    target.put_bucket_lifecycle_configuration(Bucket=options.bucket, LifecycleConfiguration={"Rules": RULES})
    target.put_bucket_versioning(Bucket=options.bucket, VersioningConfiguration={"Status": "Enabled"})
    encryption = {"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}}]}
    target.put_bucket_encryption(Bucket=options.bucket, ServerSideEncryptionConfiguration=encryption)
    target.create_bucket(Bucket="bare-bucket")
    abroad = s3(options.endpoint_url, "test", ABROAD)
    abroad.create_bucket(Bucket="bucket-abroad", CreateBucketConfiguration={"LocationConstraint": ABROAD})
    truth = {
        "bucket": options.bucket,
        "objects": objects,
        "fillers": FILLERS,
        "bare": "bare-bucket",
        "abroad": {"name": "bucket-abroad", "region": ABROAD},
        "days": explore(options.endpoint_url),
    }
    print(json.dumps(truth))


if __name__ == "__main__":
    main()

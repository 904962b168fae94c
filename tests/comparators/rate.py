"""Instances a second through BoaviztAPI, called in process without a server; in seconds on the processor.

Prints one JSON document.
"""

import asyncio
import json
import statistics
import time

from boaviztapi.dto.device import Cloud
from boaviztapi.routers.cloud_router import instance_cloud_impact_from_configuration

SAMPLE = 20


async def estimate(load: int) -> dict:
    asked = Cloud(
        provider="aws",
        instance_type="m5.xlarge",
        usage={"usage_location": "IRL", "time_workload": load},
    )
    return await instance_cloud_impact_from_configuration(asked, verbose=False, duration=1, criteria=["gwp"])


def rate() -> float:
    began = time.process_time()
    for load in range(SAMPLE):
        impacts = asyncio.run(estimate(load * 5))
        assert impacts["impacts"]["gwp"]["use"]["value"] > 0
    return SAMPLE / (time.process_time() - began)


rate()
print(json.dumps({"hours_per_second": statistics.median(rate() for _ in range(5)), "sample": SAMPLE}))

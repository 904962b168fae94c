"""The fleet that seed.py creates: 18 training jobs and 3 endpoints, each there for one reason.

Day 0 is the first of three whole UTC days before the day of `--now`; a start is seconds after the midnight of day 0.
Utilisation is the share of the whole machine in use (0..1); CloudWatch gets it summed over cores and over GPUs.
"""

from __future__ import annotations

from dataclasses import dataclass, field

HOUR = 3600
DAY = 24 * HOUR

# Cores and GPUs of the instance types used, from the public EC2 specifications.
MACHINES = {
    "ml.c5.2xlarge": (8, 0),
    "ml.c5.4xlarge": (16, 0),
    "ml.g4dn.12xlarge": (48, 4),
    "ml.g4dn.xlarge": (4, 1),
    "ml.g5.2xlarge": (8, 1),
    "ml.m5.2xlarge": (8, 0),
    "ml.m5.large": (2, 0),
    "ml.m5.xlarge": (4, 0),
    "ml.p3.2xlarge": (8, 1),
    "ml.p3.8xlarge": (32, 4),
}


@dataclass(frozen=True)
class Job:
    """One training job; `start` None means that it never got a machine, `seconds` None that it still runs."""

    name: str
    instance_type: str
    start: float | None
    seconds: int | None
    cpu: float | None
    gpu: float | None = None
    count: int = 1
    status: str = "Completed"
    secondary: str = ""
    failure: str | None = None
    billable_share: float = 1.0
    spot: bool = False
    reports_seconds: bool = True
    silent: tuple[int, int] = (0, 0)  # seconds after start without any point
    tags: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Variant:
    """One production variant; `peak` is the invocations per five minutes at the busiest hour, 0 for none at all."""

    name: str
    instance_type: str
    count: int
    cpu: float
    gpu: float | None
    peak: int


@dataclass(frozen=True)
class Endpoint:
    """One endpoint; `created` is seconds after the midnight of day 0 and may lie before it."""

    name: str
    created: int
    variants: tuple[Variant, ...]
    tags: dict[str, str]


def at(day: int, clock: str) -> int:
    """Seconds after the midnight of day 0."""
    hours, minutes, seconds = (int(part) for part in clock.split(":"))
    return day * DAY + hours * HOUR + minutes * 60 + seconds


def jobs(until_now: float) -> list[Job]:
    """All jobs; `until_now` is the seconds from the midnight of day 0 to now (the running job needs it)."""
    search = {"team": "search", "project": "query-rewriting"}
    vision = {"team": "vision", "project": "shelf-scanner"}
    risk = {"team": "risk", "project": "fraud"}
    return [
        Job("one-gpu", "ml.g4dn.xlarge", at(0, "08:12:30"), 7_530, 0.31, 0.82, tags=search),
        Job("four-gpus", "ml.p3.8xlarge", at(0, "10:00:00"), 4 * HOUR, 0.22, 0.74, tags=search),
        Job("two-nodes", "ml.p3.2xlarge", at(1, "06:45:10"), 9_000, 0.18, 0.91, count=2, tags=vision),
        Job("across-midnight", "ml.g5.2xlarge", at(0, "22:20:00"), 3 * HOUR + 1_500, 0.4, 0.66, tags=vision),
        Job(
            "spot-discount",
            "ml.g4dn.12xlarge",
            at(1, "13:05:05"),
            5_400,
            0.2,
            0.58,
            billable_share=0.35,
            spot=True,
            tags=vision,
        ),
        Job("cpu-only", "ml.c5.4xlarge", at(1, "02:00:00"), 5_000, 0.88, tags=risk),
        Job(
            "out-of-memory",
            "ml.p3.2xlarge",
            at(1, "09:30:00"),
            611,
            0.1,
            0.3,
            status="Failed",
            failure="AlgorithmError: ExecuteUserScriptError: CUDA out of memory",
            tags=vision,
        ),
        Job(
            "never-started",
            "ml.p3.2xlarge",
            None,
            None,
            None,
            status="Failed",
            failure="CapacityError: Unable to provision requested ML compute capacity.",
            tags=vision,
        ),
        Job("stopped-by-hand", "ml.m5.2xlarge", at(2, "15:00:00"), 1_845, 0.5, status="Stopped", tags=risk),
        Job(
            "over-time",
            "ml.g4dn.xlarge",
            at(2, "03:10:00"),
            6 * HOUR,
            0.12,
            0.05,
            status="Stopped",
            secondary="MaxRuntimeExceeded",
            tags=search,
        ),
        Job("no-training-seconds", "ml.m5.xlarge", at(2, "11:11:11"), 3_333, 0.45, reports_seconds=False, tags=risk),
        Job(
            "still-running",
            "ml.g4dn.xlarge",
            until_now - 2 * HOUR - 1_020,
            None,
            0.35,
            0.7,
            status="InProgress",
            secondary="Training",
            tags=search,
        ),
        Job("hot-counter", "ml.p3.2xlarge", at(2, "17:00:00"), 2 * HOUR, 0.3, 1.06, tags=vision),
        Job("unknown-machine", "ml.q9.48xlarge", at(2, "08:00:00"), HOUR, 0.5, tags=risk),
        Job("untagged", "ml.m5.large", at(1, "20:00:00"), HOUR, 0.6),
        Job("too-short-to-measure", "ml.m5.large", at(2, "12:00:20"), 45, None, tags=risk),
        Job("hole-in-series", "ml.c5.2xlarge", at(1, "16:00:00"), 3 * HOUR, 0.7, silent=(HOUR, 2 * HOUR), tags=risk),
        Job("silent-gpu-counter", "ml.g4dn.xlarge", at(2, "20:30:00"), 4_500, 0.25, None, tags=search),
    ]


def endpoints() -> list[Endpoint]:
    """All endpoints; their instance types are among those that moto 5.2.5 takes in an endpoint configuration."""
    return [
        Endpoint(
            "busy-chat",
            at(-10, "09:00:00"),
            (Variant("blue", "ml.g4dn.xlarge", 2, 0.25, 0.4, 900),),
            {"team": "search", "project": "assistant"},
        ),
        Endpoint(
            "ranking-ab",
            at(1, "07:13:20"),
            (
                Variant("control", "ml.c5.2xlarge", 1, 0.35, None, 240),
                Variant("candidate", "ml.m5.xlarge", 1, 0.1, None, 12),
            ),
            {"team": "risk", "project": "ranking"},
        ),
        Endpoint(
            "forgotten-demo",
            at(-30, "14:30:00"),
            (Variant("only", "ml.p3.2xlarge", 1, 0.01, 0.0, 0),),
            {"team": "vision", "project": "trade-fair"},
        ),
    ]

//! The families of jobs that the demo's teams run.

use super::JobKind;
use super::demo::{PLATFORM, PRODUCT, RESEARCH};

/// Jobs of one kind, written by one team.
pub(super) struct Family {
    pub(super) team: &'static str,
    pub(super) account: &'static str,
    pub(super) region: &'static str,
    pub(super) stem: &'static str,
    /// Mean number.
    pub(super) per_week: f64,
    /// Of those that do not fail.
    pub(super) median_minutes: f64,
    /// Instance type, instances side by side, weight.
    pub(super) machines: &'static [((&'static str, u32), f64)],
    /// Mean shares of CPU and GPU.
    pub(super) load: (f64, f64),
    pub(super) kind: JobKind,
    /// Share on spot capacity.
    pub(super) spot: f64,
    /// Runs at night by itself and carries `environment=prod`; people submit the others, and more of those fail.
    pub(super) scheduled: bool,
}

#[rustfmt::skip]
pub(super) const FAMILIES: &[Family] = &[
    Family { team: "vision", account: RESEARCH, region: "us-east-1", stem: "resnet50-defects", per_week: 24.0, median_minutes: 60.0,
        machines: &[(("ml.g5.xlarge", 1), 0.6), (("ml.g4dn.xlarge", 1), 0.3), (("ml.g5.2xlarge", 1), 0.1)], load: (0.42, 0.82), kind: JobKind::Training, spot: 0.30, scheduled: false },
    Family { team: "vision", account: RESEARCH, region: "us-east-1", stem: "yolo-shelf", per_week: 16.0, median_minutes: 80.0,
        machines: &[(("ml.g5.2xlarge", 1), 0.7), (("ml.g5.12xlarge", 1), 0.2), (("ml.g5.xlarge", 2), 0.1)], load: (0.38, 0.74), kind: JobKind::Training, spot: 0.45, scheduled: false },
    Family { team: "vision", account: RESEARCH, region: "us-west-2", stem: "segment-weld", per_week: 8.0, median_minutes: 90.0,
        machines: &[(("ml.p3.2xlarge", 1), 0.6), (("ml.g5.4xlarge", 1), 0.4)], load: (0.33, 0.66), kind: JobKind::Training, spot: 0.10, scheduled: false },
    Family { team: "nlp", account: RESEARCH, region: "us-west-2", stem: "bert-tickets", per_week: 18.0, median_minutes: 45.0,
        machines: &[(("ml.g4dn.xlarge", 1), 0.6), (("ml.g6.xlarge", 1), 0.4)], load: (0.30, 0.71), kind: JobKind::Training, spot: 0.35, scheduled: false },
    Family { team: "nlp", account: RESEARCH, region: "us-east-1", stem: "llama-adapter", per_week: 4.0, median_minutes: 180.0,
        machines: &[(("ml.g5.12xlarge", 1), 0.66), (("ml.g6.12xlarge", 1), 0.2), (("ml.p4d.24xlarge", 1), 0.14)], load: (0.18, 0.88), kind: JobKind::Training, spot: 0.15, scheduled: false },
    // Far too much GPU for what it does: the right-sizing story.
    Family { team: "nlp", account: PRODUCT, region: "us-east-1", stem: "summarise-calls", per_week: 8.0, median_minutes: 90.0,
        machines: &[(("ml.g5.4xlarge", 1), 0.7), (("ml.g6.2xlarge", 1), 0.3)], load: (0.55, 0.22), kind: JobKind::Training, spot: 0.0, scheduled: true },
    Family { team: "forecasting", account: PRODUCT, region: "eu-west-1", stem: "demand-tft", per_week: 14.0, median_minutes: 45.0,
        machines: &[(("ml.g4dn.2xlarge", 1), 0.6), (("ml.m5.2xlarge", 1), 0.4)], load: (0.62, 0.35), kind: JobKind::Training, spot: 0.0, scheduled: true },
    Family { team: "forecasting", account: PRODUCT, region: "eu-west-1", stem: "lgbm-stock", per_week: 22.0, median_minutes: 20.0,
        machines: &[(("ml.c5.2xlarge", 1), 0.7), (("ml.c5.xlarge", 1), 0.3)], load: (0.86, 0.0), kind: JobKind::Training, spot: 0.50, scheduled: false },
    Family { team: "forecasting", account: PRODUCT, region: "us-east-1", stem: "deepar-energy", per_week: 10.0, median_minutes: 50.0,
        machines: &[(("ml.m5.2xlarge", 1), 0.6), (("ml.c5.2xlarge", 2), 0.4)], load: (0.70, 0.0), kind: JobKind::Training, spot: 0.20, scheduled: true },
    Family { team: "ranking", account: PRODUCT, region: "us-east-1", stem: "two-tower-feed", per_week: 14.0, median_minutes: 75.0,
        machines: &[(("ml.g5.4xlarge", 1), 0.5), (("ml.g5.2xlarge", 1), 0.3), (("ml.p3.2xlarge", 1), 0.2)], load: (0.47, 0.55), kind: JobKind::Training, spot: 0.10, scheduled: false },
    Family { team: "ranking", account: PRODUCT, region: "us-east-1", stem: "ranker-xgb", per_week: 20.0, median_minutes: 25.0,
        machines: &[(("ml.m5.xlarge", 1), 0.6), (("ml.m5.2xlarge", 1), 0.4)], load: (0.78, 0.0), kind: JobKind::Training, spot: 0.25, scheduled: true },
    Family { team: "platform", account: PLATFORM, region: "eu-north-1", stem: "smoke-train", per_week: 14.0, median_minutes: 6.0,
        machines: &[(("ml.m5.large", 1), 0.6), (("ml.m5.xlarge", 1), 0.4)], load: (0.35, 0.0), kind: JobKind::Training, spot: 0.0, scheduled: false },
    Family { team: "platform", account: PLATFORM, region: "eu-north-1", stem: "embed-refresh", per_week: 4.0, median_minutes: 80.0,
        machines: &[(("ml.g6.2xlarge", 2), 0.7), (("ml.g4dn.12xlarge", 1), 0.3)], load: (0.40, 0.80), kind: JobKind::Training, spot: 0.30, scheduled: true },
    // Data is prepared before it is learnt from, models are watched, and some score in batches.
    Family { team: "vision", account: RESEARCH, region: "us-east-1", stem: "tile-images", per_week: 10.0, median_minutes: 30.0,
        machines: &[(("ml.m5.2xlarge", 2), 0.7), (("ml.c5.2xlarge", 3), 0.3)], load: (0.66, 0.0), kind: JobKind::Processing, spot: 0.0, scheduled: true },
    Family { team: "nlp", account: RESEARCH, region: "us-west-2", stem: "dedup-corpus", per_week: 7.0, median_minutes: 55.0,
        machines: &[(("ml.r5.4xlarge", 1), 0.6), (("ml.r5.2xlarge", 2), 0.4)], load: (0.58, 0.0), kind: JobKind::Processing, spot: 0.0, scheduled: true },
    Family { team: "forecasting", account: PRODUCT, region: "eu-west-1", stem: "features-demand", per_week: 7.0, median_minutes: 20.0,
        machines: &[(("ml.m5.2xlarge", 1), 0.8), (("ml.m5.xlarge", 2), 0.2)], load: (0.71, 0.0), kind: JobKind::Processing, spot: 0.0, scheduled: true },
    Family { team: "ranking", account: PRODUCT, region: "us-east-1", stem: "monitor-feed-drift", per_week: 14.0, median_minutes: 8.0,
        machines: &[(("ml.m5.large", 1), 1.0)], load: (0.31, 0.0), kind: JobKind::Processing, spot: 0.0, scheduled: true },
    Family { team: "forecasting", account: PRODUCT, region: "eu-west-1", stem: "score-stores", per_week: 8.0, median_minutes: 18.0,
        machines: &[(("ml.m5.xlarge", 2), 0.7), (("ml.c5.2xlarge", 1), 0.3)], load: (0.77, 0.0), kind: JobKind::Transform, spot: 0.0, scheduled: true },
    Family { team: "vision", account: RESEARCH, region: "us-east-1", stem: "score-archive", per_week: 2.0, median_minutes: 90.0,
        machines: &[(("ml.g4dn.xlarge", 2), 1.0)], load: (0.35, 0.62), kind: JobKind::Transform, spot: 0.0, scheduled: true },
];

//! The demo's endpoints that have a story of their own; the others are in `demo_services`.

use chrono::{DateTime, TimeDelta, Utc};

use super::demo::{FUTURE_DAYS, PAST_DAYS, PLATFORM, PRODUCT, RESEARCH, bearing};
use super::{Endpoint, Shape, Traffic, Variant};

/// Account and region.
pub(super) type Place = (&'static str, &'static str);
/// Tags team, project and env.
pub(super) type Owner = (&'static str, &'static str, &'static str);

pub(super) const RESEARCH_EAST: Place = (RESEARCH, "us-east-1");
pub(super) const RESEARCH_WEST: Place = (RESEARCH, "us-west-2");
pub(super) const PRODUCT_EAST: Place = (PRODUCT, "us-east-1");
pub(super) const PRODUCT_EUROPE: Place = (PRODUCT, "eu-west-1");
pub(super) const PLATFORM_NORTH: Place = (PLATFORM, "eu-north-1");

pub(super) fn build(today: DateTime<Utc>) -> Vec<Endpoint> {
    let calendar = Calendar { today };
    let mut all = called_all_week(calendar);
    all.extend(called_on_workdays(calendar));
    all.extend(with_history(calendar));
    all.extend(idle(calendar));
    all
}

/// The day of the fleet's present.
#[derive(Clone, Copy)]
pub(super) struct Calendar {
    pub(super) today: DateTime<Utc>,
}

impl Calendar {
    /// Morning of a day before the present.
    pub(super) fn days_ago(self, days: i64) -> DateTime<Utc> {
        self.today - TimeDelta::days(days) + TimeDelta::minutes(9 * 60 + 40)
    }

    /// An endpoint of one owner and one or more variants.
    pub(super) fn endpoint(
        self,
        (account, region): Place,
        name: &str,
        age_days: i64,
        traffic: Traffic,
        variants: Vec<Variant>,
        (team, project, env): Owner,
    ) -> Endpoint {
        let endpoint = Endpoint::new(account, region, name, self.days_ago(age_days), traffic, variants);
        endpoint.tagged(&bearing(team, project, env))
    }

    /// A variant that follows its calls; steps before the history would only make the fleet larger.
    pub(super) fn following(self, variant: Variant, limits: (u32, u32), traffic: &Traffic) -> Variant {
        variant.autoscaled(limits, traffic, self.days_ago(PAST_DAYS + 1), self.today + TimeDelta::days(FUTURE_DAYS))
    }
}

pub(super) fn primary(model: &str, instance_type: &str, count: u32, capacity_per_minute: f64) -> Variant {
    Variant::new("primary", model, instance_type, count, capacity_per_minute)
}

fn wave(peak: f64, peak_hour: f64, latency_us: f64) -> Traffic {
    Traffic::new(peak, Shape::Diurnal { peak_hour, floor: 0.12 }, latency_us)
}

fn workdays(peak: f64, peak_hour: f64, latency_us: f64) -> Traffic {
    Traffic::new(peak, Shape::Weekdays { peak_hour }, latency_us)
}

/// Busy ones, daily waves with autoscaling, one on CPU.
fn called_all_week(calendar: Calendar) -> Vec<Endpoint> {
    let age = PAST_DAYS + 60;
    let defects = Traffic::new(170.0, Shape::Flat, 55_000.0);
    let elasticity = Traffic::new(25.0, Shape::Flat, 9_000.0);
    let shelf = wave(300.0, 18.0, 42_000.0);
    let feed = wave(420.0, 19.0, 28_000.0);
    let demand = wave(90.0, 10.0, 15_000.0);
    let shelf_variant = calendar.following(primary("yolo-shelf-v5", "ml.g4dn.xlarge", 1, 110.0), (1, 5), &shelf);
    let feed_variant = calendar.following(primary("two-tower-v4", "ml.g5.2xlarge", 1, 200.0), (1, 4), &feed);
    let demand_variant = calendar.following(primary("demand-tft-v6", "ml.m5.large", 1, 70.0), (1, 3), &demand);
    vec![
        calendar.endpoint(
            RESEARCH_EAST,
            "defect-detector",
            age,
            defects,
            vec![primary("resnet50-defects-v12", "ml.g5.xlarge", 2, 320.0)],
            ("vision", "resnet50-defects", "prod"),
        ),
        calendar.endpoint(
            RESEARCH_EAST,
            "shelf-scan",
            age,
            shelf,
            vec![shelf_variant],
            ("vision", "yolo-shelf", "prod"),
        ),
        calendar.endpoint(
            PRODUCT_EAST,
            "feed-embeddings",
            age,
            feed,
            vec![feed_variant],
            ("ranking", "two-tower-feed", "prod"),
        ),
        calendar.endpoint(
            PRODUCT_EAST,
            "price-elasticity",
            age,
            elasticity,
            vec![primary("elasticity-v3", "ml.m5.xlarge", 1, 160.0)],
            ("forecasting", "price-elasticity", "prod"),
        ),
        calendar.endpoint(
            PRODUCT_EUROPE,
            "demand-api",
            age,
            demand,
            vec![demand_variant],
            ("forecasting", "demand-tft", "prod"),
        ),
    ]
}

/// Nobody calls them at night and at the weekend, and they stay on.
fn called_on_workdays(calendar: Calendar) -> Vec<Endpoint> {
    let age = PAST_DAYS + 40;
    vec![
        calendar.endpoint(
            RESEARCH_WEST,
            "ticket-router",
            age,
            workdays(45.0, 15.0, 30_000.0),
            vec![primary("bert-tickets-v9", "ml.g4dn.xlarge", 1, 90.0)],
            ("nlp", "bert-tickets", "prod"),
        ),
        calendar.endpoint(
            PRODUCT_EAST,
            "call-summaries",
            age,
            workdays(6.0, 14.0, 1_900_000.0),
            vec![primary("summarise-calls-v2", "ml.g5.4xlarge", 1, 14.0)],
            ("nlp", "summarise-calls", "prod"),
        ),
        calendar.endpoint(
            PRODUCT_EUROPE,
            "stock-nowcast",
            age,
            workdays(20.0, 9.0, 12_000.0),
            vec![primary("lgbm-stock-v11", "ml.c5.xlarge", 1, 60.0)],
            ("forecasting", "lgbm-stock", "prod"),
        ),
    ]
}

/// Two variants, a change of instance type midway, a young one, one that was deleted midway, and one that nobody tagged.
fn with_history(calendar: Calendar) -> Vec<Endpoint> {
    let ranker = Traffic::new(260.0, Shape::Diurnal { peak_hour: 19.0, floor: 0.2 }, 22_000.0);
    let control = Variant::new("control", "ranker-v7", "ml.g5.xlarge", 2, 380.0).weighing(9.0);
    let challenger = Variant::new("challenger", "ranker-v8", "ml.g5.xlarge", 1, 380.0);
    let hub = Traffic::new(220.0, Shape::Flat, 18_000.0);
    // About thirty calls a day: little, and not idle.
    let mut forgotten = calendar.endpoint(
        PLATFORM_NORTH,
        "doc-ocr-test",
        29,
        Traffic::new(0.02, Shape::Flat, 700_000.0),
        vec![primary("doc-ocr", "ml.g4dn.xlarge", 1, 40.0)],
        ("platform", "doc-ocr", "dev"),
    );
    forgotten.tags.clear();
    let (account, region) = PLATFORM_NORTH;
    vec![
        calendar.endpoint(
            PRODUCT_EAST,
            "feed-ranker",
            PAST_DAYS + 30,
            ranker,
            vec![control, challenger],
            ("ranking", "ranker", "prod"),
        ),
        calendar
            .endpoint(
                PLATFORM_NORTH,
                "embedding-hub",
                PAST_DAYS + 30,
                hub,
                vec![primary("embedding-hub-v1", "ml.g4dn.2xlarge", 3, 220.0)],
                ("platform", "embedding-hub", "prod"),
            )
            .reconfigured(
                account,
                region,
                calendar.days_ago(17),
                vec![primary("embedding-hub-v2", "ml.g6.2xlarge", 2, 380.0)],
            ),
        calendar.endpoint(
            RESEARCH_WEST,
            "ticket-router-next",
            2,
            workdays(12.0, 15.0, 31_000.0),
            vec![primary("bert-tickets-v10", "ml.g6.xlarge", 1, 100.0)],
            ("nlp", "bert-tickets", "dev"),
        ),
        calendar
            .endpoint(
                PLATFORM_NORTH,
                "gpu-sandbox",
                40,
                workdays(5.0, 12.0, 40_000.0),
                vec![primary("sandbox", "ml.g4dn.xlarge", 1, 60.0)],
                ("platform", "gpu-sandbox", "dev"),
            )
            .deleted(calendar.days_ago(19)),
        forgotten,
    ]
}

/// Three with GPUs and nobody who calls: since 33 days, since 20 days, and since the creation.
fn idle(calendar: Calendar) -> Vec<Endpoint> {
    let poc = workdays(2.0, 13.0, 2_400_000.0).until(calendar.days_ago(33));
    let items = wave(18.0, 18.0, 26_000.0).until(calendar.days_ago(20));
    vec![
        calendar.endpoint(
            PRODUCT_EAST,
            "chat-poc-llama",
            PAST_DAYS + 15,
            poc,
            vec![primary("llama-8b-poc", "ml.g5.12xlarge", 1, 12.0)],
            ("nlp", "chat-poc", "dev"),
        ),
        calendar.endpoint(
            PRODUCT_EAST,
            "similar-items",
            PAST_DAYS + 15,
            items,
            vec![primary("similar-items-v2", "ml.g4dn.2xlarge", 1, 80.0)],
            ("ranking", "similar-items", "prod"),
        ),
        calendar.endpoint(
            RESEARCH_EAST,
            "weld-segmentation-eval",
            26,
            Traffic::none(),
            vec![primary("segment-weld-eval", "ml.g5.2xlarge", 1, 20.0)],
            ("vision", "segment-weld", "dev"),
        ),
    ]
}

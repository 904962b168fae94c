//! The demo's ordinary services: called in the week of their callers, most of them young or small.

use chrono::{DateTime, Utc};

use super::demo::PAST_DAYS;
use super::demo_endpoints::{
    Calendar, Owner, PLATFORM_NORTH, PRODUCT_EAST, PRODUCT_EUROPE, Place, RESEARCH_EAST, RESEARCH_WEST, primary,
};
use super::{Burst, Endpoint, Hosting, Shape, Traffic, Variant};

struct Service {
    place: Place,
    name: &'static str,
    /// Tags team, project and env.
    owner: Owner,
    /// How many days ago it was deployed, and deleted if it was.
    life: (i64, Option<i64>),
    /// Calls in the busiest minute, and how they come within an hour.
    calls: (f64, Burst),
    latency_us: f64,
    /// Instance type, instances, calls a minute that fill one of them.
    machine: (&'static str, u32, f64),
    fleet: Variants,
}

enum Variants {
    /// One with a constant number of instances.
    One,
    /// One that follows its calls between two limits.
    Following(u32, u32),
    /// None of its own: so much memory while it answers, MB.
    Serverless(u32),
    /// One that works off a queue between two limits.
    Queue(u32, u32),
    /// One, and another one that gets copies of its calls.
    Shadowed(&'static str),
    /// Alike and of one instance each: names, models and weights.
    Split(&'static [(&'static str, &'static str, f64)]),
}

/// For as long as the demo looks back.
const WHOLE: i64 = PAST_DAYS + 25;

#[rustfmt::skip]
const SERVICES: &[Service] = &[
    Service { place: RESEARCH_EAST, name: "label-assist", owner: ("vision", "label-assist", "dev"), life: (35, None),
        calls: (2.5, Burst::Conversation), latency_us: 9_000_000.0, machine: ("ml.g4dn.xlarge", 1, 4.0), fleet: Variants::One },
    Service { place: RESEARCH_EAST, name: "pose-check", owner: ("vision", "pose-check", "prod"), life: (61, None),
        calls: (30.0, Burst::Even), latency_us: 24_000.0, machine: ("ml.c5.xlarge", 1, 70.0), fleet: Variants::One },
    Service { place: RESEARCH_EAST, name: "intent-api", owner: ("nlp", "intent", "prod"), life: (WHOLE, None),
        calls: (75.0, Burst::Conversation), latency_us: 11_000.0, machine: ("ml.m5.xlarge", 1, 60.0), fleet: Variants::Following(1, 2) },
    Service { place: RESEARCH_EAST, name: "code-assist", owner: ("nlp", "code-assist", "dev"), life: (38, None),
        calls: (8.0, Burst::Completion), latency_us: 2_400_000.0, machine: ("ml.g5.2xlarge", 1, 12.0), fleet: Variants::One },
    Service { place: RESEARCH_WEST, name: "entity-linker", owner: ("nlp", "entity-linker", "prod"), life: (40, None),
        calls: (45.0, Burst::Even), latency_us: 16_000.0, machine: ("ml.c5.2xlarge", 1, 120.0), fleet: Variants::One },
    Service { place: RESEARCH_WEST, name: "weld-inspector", owner: ("vision", "segment-weld", "prod"), life: (47, None),
        calls: (1.2, Burst::Even), latency_us: 7_500_000.0, machine: ("ml.g4dn.xlarge", 1, 4.0), fleet: Variants::One },
    Service { place: RESEARCH_WEST, name: "ticket-digest", owner: ("nlp", "ticket-digest", "dev"), life: (21, None),
        calls: (1.5, Burst::Conversation), latency_us: 11_000_000.0, machine: ("ml.g6.xlarge", 1, 3.0), fleet: Variants::One },
    Service { place: PRODUCT_EAST, name: "ads-ctr", owner: ("ranking", "ads-ctr", "prod"), life: (WHOLE, None),
        calls: (320.0, Burst::Even), latency_us: 7_000.0, machine: ("ml.c5.2xlarge", 1, 260.0), fleet: Variants::Following(1, 2) },
    Service { place: PRODUCT_EAST, name: "notify-ranker", owner: ("ranking", "notify", "prod"), life: (31, None),
        calls: (50.0, Burst::Even), latency_us: 9_000.0, machine: ("ml.c5.xlarge", 1, 130.0), fleet: Variants::One },
    Service { place: PRODUCT_EAST, name: "query-intents", owner: ("ranking", "query-intents", "prod"), life: (33, None),
        calls: (90.0, Burst::Conversation), latency_us: 13_000.0, machine: ("ml.m5.xlarge", 1, 110.0),
        fleet: Variants::Split(&[("control", "query-intents-v4", 8.0), ("small", "query-intents-v5s", 1.0), ("large", "query-intents-v5l", 1.0)]) },
    Service { place: PRODUCT_EAST, name: "support-chat", owner: ("nlp", "support-chat", "prod"), life: (28, None),
        calls: (6.0, Burst::Conversation), latency_us: 6_500_000.0, machine: ("ml.g5.xlarge", 1, 5.0), fleet: Variants::Following(1, 2) },
    Service { place: PRODUCT_EAST, name: "new-items", owner: ("ranking", "new-items", "dev"), life: (12, None),
        calls: (0.4, Burst::Even), latency_us: 3_000_000.0, machine: ("ml.g4dn.xlarge", 1, 8.0), fleet: Variants::One },
    Service { place: PRODUCT_EUROPE, name: "returns-risk", owner: ("forecasting", "returns-risk", "prod"), life: (44, None),
        calls: (18.0, Burst::Even), latency_us: 8_000.0, machine: ("ml.m5.large", 1, 60.0), fleet: Variants::One },
    Service { place: PRODUCT_EUROPE, name: "store-footfall", owner: ("forecasting", "footfall", "prod"), life: (27, None),
        calls: (80.0, Burst::Even), latency_us: 12_000.0, machine: ("ml.c5.xlarge", 1, 75.0), fleet: Variants::Following(1, 2) },
    Service { place: PRODUCT_EUROPE, name: "promo-uplift", owner: ("forecasting", "promo-uplift", "dev"), life: (41, None),
        calls: (1.5, Burst::Completion), latency_us: 30_000.0, machine: ("ml.m5.xlarge", 1, 40.0), fleet: Variants::One },
    Service { place: PRODUCT_EUROPE, name: "offer-texts", owner: ("nlp", "offer-texts", "prod"), life: (36, None),
        calls: (3.0, Burst::Conversation), latency_us: 9_500_000.0, machine: ("ml.g4dn.xlarge", 1, 3.0),
        fleet: Variants::Split(&[("a", "offer-texts-v2", 1.0), ("b", "offer-texts-v3", 1.0)]) },
    Service { place: PRODUCT_EUROPE, name: "autumn-sale", owner: ("forecasting", "autumn-sale", "prod"), life: (58, Some(46)),
        calls: (60.0, Burst::Even), latency_us: 10_000.0, machine: ("ml.c5.xlarge", 1, 90.0), fleet: Variants::One },
    Service { place: PLATFORM_NORTH, name: "pii-scrubber", owner: ("platform", "pii-scrubber", "prod"), life: (52, None),
        calls: (55.0, Burst::Even), latency_us: 19_000.0, machine: ("ml.c5.xlarge", 1, 90.0), fleet: Variants::One },
    Service { place: PLATFORM_NORTH, name: "log-anomaly", owner: ("platform", "log-anomaly", "prod"), life: (23, None),
        calls: (40.0, Burst::Completion), latency_us: 6_000.0, machine: ("ml.m5.large", 1, 80.0), fleet: Variants::One },
    Service { place: PLATFORM_NORTH, name: "speech-notes", owner: ("platform", "speech-notes", "dev"), life: (17, None),
        calls: (0.8, Burst::Conversation), latency_us: 14_000_000.0, machine: ("ml.g4dn.xlarge", 1, 2.0), fleet: Variants::One },
    Service { place: PRODUCT_EUROPE, name: "receipt-reader", owner: ("forecasting", "receipts", "prod"), life: (49, None),
        calls: (7.0, Burst::Conversation), latency_us: 420_000.0, machine: ("serverless-3072", 1, 60.0), fleet: Variants::Serverless(3_072) },
    Service { place: RESEARCH_EAST, name: "contract-digest", owner: ("nlp", "contract-digest", "prod"), life: (WHOLE, None),
        calls: (1.6, Burst::Conversation), latency_us: 21_000_000.0, machine: ("ml.g5.2xlarge", 1, 3.0), fleet: Variants::Queue(0, 2) },
    Service { place: PLATFORM_NORTH, name: "address-match", owner: ("platform", "address-match", "prod"), life: (43, None),
        calls: (35.0, Burst::Even), latency_us: 14_000.0, machine: ("ml.c5.xlarge", 1, 90.0), fleet: Variants::Shadowed("address-match-v2") },
];

pub(super) fn build(today: DateTime<Utc>) -> Vec<Endpoint> {
    SERVICES.iter().map(|service| endpoint(service, Calendar { today })).collect()
}

fn endpoint(service: &Service, calendar: Calendar) -> Endpoint {
    let (peak, burst) = service.calls;
    let (_, region) = service.place;
    let traffic = Traffic::new(peak, Shape::Profile { ahead_hours: ahead_hours(region), burst }, service.latency_us);
    let (instance_type, count, capacity) = service.machine;
    let one = primary(&format!("{}-v1", service.name), instance_type, count, capacity);
    let variants = match service.fleet {
        Variants::One | Variants::Serverless(_) => vec![one],
        Variants::Shadowed(model) => {
            let shadow = Variant::new("shadow", model, instance_type, count, capacity).in_shadow();
            vec![one, shadow]
        }
        Variants::Following(low, high) | Variants::Queue(low, high) => {
            vec![calendar.following(one, (low, high), &traffic)]
        }
        Variants::Split(parts) => parts
            .iter()
            .map(|(name, model, weight)| Variant::new(name, model, instance_type, count, capacity).weighing(*weight))
            .collect(),
    };
    let (born, died) = service.life;
    let endpoint = calendar.endpoint(service.place, service.name, born, traffic, variants, service.owner).hosted(
        match service.fleet {
            Variants::Serverless(memory_mb) => Hosting::Serverless { memory_mb, provisioned: None },
            Variants::Queue(..) => Hosting::Async,
            _ => Hosting::RealTime,
        },
    );
    match died {
        Some(days) => endpoint.deleted(calendar.days_ago(days)),
        None => endpoint,
    }
}

/// The clock of those who call, hours ahead of UTC in winter.
fn ahead_hours(region: &str) -> i8 {
    match region {
        "us-east-1" => -5,
        "us-west-2" => -8,
        "eu-north-1" => 1,
        _ => 0,
    }
}

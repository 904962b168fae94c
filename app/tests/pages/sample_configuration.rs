//! What is configured: samples.

use app::view::{AlarmChangeRow, ConfigurationKind, ConfigurationRow, ConfigurationView, ObservedRow, PageState};
use chrono::{TimeZone as _, Utc};

pub fn around() -> Vec<ConfigurationRow> {
    let at = |day, hour| Utc.with_ymd_and_hms(2026, 3, day, hour, 0, 0).single();
    let row = |kind: &str, name: &str, says: &str| ConfigurationRow {
        kind: kind.into(),
        name: name.into(),
        href: None,
        region: "us-east-1".into(),
        from: at(2, 9),
        until: None,
        says: says.into(),
    };
    vec![
        row("alarm", "churn-errors", "OK, Sum of Invocation5XXErrors, limit 25"),
        row("endpoint configuration", "churn-config-2", "blue 2 × ml.g5.xlarge"),
        ConfigurationRow {
            from: at(1, 8),
            until: at(2, 9),
            ..row("endpoint configuration", "churn-config-1", "blue 1 × ml.g5.4xlarge")
        },
        row("scalable target", "endpoint/churn/variant/blue", "1 to 4, sagemaker:variant:DesiredInstanceCount"),
    ]
}

pub fn alarm_changes() -> Vec<AlarmChangeRow> {
    vec![AlarmChangeRow {
        at: Utc.with_ymd_and_hms(2026, 3, 2, 14, 5, 0).single(),
        alarm: "churn-errors".into(),
        region: "us-east-1".into(),
        from: "alarm".into(),
        to: "in order".into(),
        reason: "Threshold Crossed: 1 datapoint [3.0] was not greater than the threshold (25.0).".into(),
    }]
}

pub fn observed() -> Vec<ObservedRow> {
    vec![ObservedRow {
        of: "variant blue".into(),
        metric: "Latency around the model".into(),
        value: "4.10 ms".into(),
        most: "9.72 ms".into(),
        hours: 161,
    }]
}

pub fn part_of() -> Vec<ConfigurationRow> {
    vec![ConfigurationRow {
        kind: "tuning job".into(),
        href: Some("/jobs/tuning/resnet-sweep-0311.00000000000000a1".into()),
        name: "resnet-sweep-0311".into(),
        says: "validation:recall 0.792, place 3 of 24".into(),
        ..ConfigurationRow::default()
    }]
}

pub fn page() -> ConfigurationView {
    let kind = |label: &str, standing, states, is_shown| ConfigurationKind {
        href: format!("/configuration?kind={}", label.replace(' ', "_")),
        label: label.into(),
        standing,
        states,
        is_shown,
    };
    ConfigurationView {
        state: PageState::Ready,
        kinds: vec![kind("endpoint configurations", 14, 16, true), kind("models", 15, 15, false)],
        shown: "endpoint configurations".into(),
        rows: around(),
        is_cut: true,
        alarm_changes: alarm_changes(),
        observed: observed(),
    }
}

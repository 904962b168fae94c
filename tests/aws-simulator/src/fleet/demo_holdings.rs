//! What the demo's people hold open: notebooks and apps that follow working days, and a few that nobody ever stops.

use chrono::{DateTime, Datelike as _, TimeDelta, Utc};

use super::demo::{FUTURE_DAYS, PAST_DAYS, PLATFORM, PRODUCT, RESEARCH, bearing};
use super::{Holding, HoldingKind};
use crate::noise::{Dice, floor};

struct Desk {
    kind: HoldingKind,
    team: &'static str,
    account: &'static str,
    region: &'static str,
    name: &'static str,
    machine: (&'static str, u32),
    habit: Habit,
}

enum Habit {
    /// Started in the morning and stopped in the evening of working days.
    WorkingDays,
    /// Started so many days ago and never stopped.
    LeftRunning(i64),
    /// Not started for weeks.
    Forgotten,
}

#[rustfmt::skip]
const DESKS: &[Desk] = &[
    Desk { kind: HoldingKind::Notebook, team: "vision", account: RESEARCH, region: "us-east-1", name: "defects-explore", machine: ("ml.g4dn.xlarge", 1), habit: Habit::LeftRunning(19) },
    Desk { kind: HoldingKind::Notebook, team: "vision", account: RESEARCH, region: "us-east-1", name: "labels-review", machine: ("ml.t3.medium", 1), habit: Habit::WorkingDays },
    Desk { kind: HoldingKind::Notebook, team: "nlp", account: RESEARCH, region: "us-west-2", name: "tickets-lab", machine: ("ml.m5.2xlarge", 1), habit: Habit::WorkingDays },
    Desk { kind: HoldingKind::Notebook, team: "nlp", account: RESEARCH, region: "us-east-1", name: "llama-playground", machine: ("ml.g5.2xlarge", 1), habit: Habit::LeftRunning(6) },
    Desk { kind: HoldingKind::Notebook, team: "forecasting", account: PRODUCT, region: "eu-west-1", name: "demand-2025", machine: ("ml.m5.xlarge", 1), habit: Habit::Forgotten },
    Desk { kind: HoldingKind::Notebook, team: "ranking", account: PRODUCT, region: "us-east-1", name: "feed-analysis", machine: ("ml.r5.2xlarge", 1), habit: Habit::LeftRunning(33) },
    Desk { kind: HoldingKind::App, team: "vision", account: RESEARCH, region: "us-east-1", name: "mara-space", machine: ("ml.g4dn.xlarge", 1), habit: Habit::WorkingDays },
    Desk { kind: HoldingKind::App, team: "nlp", account: RESEARCH, region: "us-west-2", name: "jonas-space", machine: ("ml.t3.medium", 1), habit: Habit::LeftRunning(11) },
    Desk { kind: HoldingKind::App, team: "forecasting", account: PRODUCT, region: "eu-west-1", name: "aoife-space", machine: ("ml.m5.large", 1), habit: Habit::WorkingDays },
    Desk { kind: HoldingKind::App, team: "ranking", account: PRODUCT, region: "us-east-1", name: "dana-space", machine: ("ml.m5.2xlarge", 1), habit: Habit::LeftRunning(2) },
    Desk { kind: HoldingKind::App, team: "vision", account: RESEARCH, region: "us-east-1", name: "priya-space", machine: ("ml.g5.xlarge", 1), habit: Habit::WorkingDays },
    Desk { kind: HoldingKind::App, team: "ranking", account: PRODUCT, region: "us-east-1", name: "tomas-space", machine: ("ml.t3.medium", 1), habit: Habit::WorkingDays },
    Desk { kind: HoldingKind::Notebook, team: "platform", account: PLATFORM, region: "eu-north-1", name: "ops-lab", machine: ("ml.t3.medium", 1), habit: Habit::WorkingDays },
    Desk { kind: HoldingKind::Notebook, team: "platform", account: PLATFORM, region: "eu-north-1", name: "embedding-eval", machine: ("ml.m5.xlarge", 1), habit: Habit::LeftRunning(24) },
    Desk { kind: HoldingKind::Notebook, team: "forecasting", account: PRODUCT, region: "us-east-1", name: "energy-backtest", machine: ("ml.m5.2xlarge", 1), habit: Habit::WorkingDays },
    Desk { kind: HoldingKind::Cluster, team: "nlp", account: RESEARCH, region: "us-west-2", name: "pretraining", machine: ("ml.g5.12xlarge", 2), habit: Habit::LeftRunning(8) },
];

pub(super) fn build(today: DateTime<Utc>, seed: u64) -> Vec<Holding> {
    DESKS.iter().map(|desk| holding(desk, today, seed)).collect()
}

fn holding(desk: &Desk, today: DateTime<Utc>, seed: u64) -> Holding {
    let (instance_type, count) = desk.machine;
    let created = today - TimeDelta::days(PAST_DAYS + 20);
    let mut holding = Holding::new(desk.kind, desk.account, desk.region, desk.name, created)
        .on(instance_type, count)
        .tagged(&bearing(desk.team, desk.name, "dev"));
    match desk.habit {
        Habit::LeftRunning(days) => holding = holding.ran(today - TimeDelta::days(days) + TimeDelta::hours(9), None),
        Habit::Forgotten => {
            let from = created + TimeDelta::days(1);
            holding = holding.ran(from, Some(from + TimeDelta::hours(7)));
        }
        Habit::WorkingDays => {
            for day in -PAST_DAYS..FUTURE_DAYS {
                let morning = today + TimeDelta::days(day);
                let mut dice = Dice::new(seed, &[desk.name, &morning.format("%Y-%m-%d").to_string()]);
                if morning.weekday().number_from_monday() > 5 || dice.chance(0.2) {
                    continue;
                }
                let from = morning + TimeDelta::seconds(floor((7.5 + 2.0 * dice.unit()) * 3600.0));
                let hours = 5.0 + 4.0 * dice.unit();
                holding = holding.ran(from, Some(from + TimeDelta::seconds(floor(hours * 3600.0))));
            }
        }
    }
    holding
}

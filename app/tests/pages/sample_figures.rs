//! The made-up company's months beside what its cloud reports.

use crate::sample::*;
use app::view::*;
use chrono::NaiveDate;

pub fn reconciliation() -> ReconciliationView {
    let compared =
        |ours: f64, theirs: f64| Compared { ours: grams(ours), theirs: grams(theirs), residual: grams(theirs - ours) };
    let unpublished = |ours: f64| Compared {
        ours: grams(ours),
        theirs: Shown::Unknown("AWS has published nothing for it".into()),
        residual: Shown::Unknown("one of the two is not known".into()),
    };
    let month = |month: u32| NaiveDate::from_ymd_opt(2026, month, 1).unwrap();
    ReconciliationView {
        cost: cost(),
        months: vec![
            ReconciledMonth {
                month: month(10),
                rows: vec![ReconciledRow {
                    account: "demo-product".into(),
                    region: "eu-west-1".into(),
                    days_read: 31,
                    days: 31,
                    electricity: unpublished(41_000.0),
                    market: unpublished(0.0),
                    hardware: unpublished(6_200.0),
                }],
                ..ReconciledMonth::default()
            },
            ReconciledMonth {
                month: month(9),
                services: "Other".into(),
                model_version: "v3.0.0".into(),
                rows: vec![ReconciledRow {
                    account: "demo-product".into(),
                    region: "eu-west-1".into(),
                    days_read: 12,
                    days: 30,
                    electricity: compared(18_300.0, 52_000.0),
                    market: compared(0.0, 4_100.0),
                    hardware: compared(2_500.0, 21_400.0),
                }],
            },
        ],
        grids: vec![ReportedGrid {
            region: "eu-west-1".into(),
            months: "2026-08 to 2026-09".into(),
            share: percent(7.9),
            implied: Shown::Ready(Figure {
                low: 17.4,
                high: 24.0,
                ..Figure::exact(21.8, Unit::GramsPerKilowattHour)
            }),
            in_force: Shown::exact(0.0, Unit::GramsPerKilowattHour),
            propose_href: Some("/methodology/sets?factor=market_intensity:eu-west-1&value=21.8#propose".into()),
        }],
        in_the_way: vec![
            "demo-research: AccessDeniedException. Allow sustainability:GetEstimatedCarbonEmissions to the role that reads this account.".into(),
        ],
        csv_href: "/reconciliation.csv".into(),
    }
}

fn cost() -> CostCheck {
    let compared =
        |ours: f64, theirs: f64| Compared { ours: usd(ours), theirs: usd(theirs), residual: usd(theirs - ours) };
    let day = |day: u32| NaiveDate::from_ymd_opt(2026, 11, day).unwrap();
    let cost = |ours: f64, theirs: f64| CheckedCost {
        billed: compared(ours, theirs),
        effective: compared(0.9 * ours, 0.9 * theirs),
        list: usd(1.2 * ours),
    };
    CostCheck {
        months: vec![CheckedMonth {
            month: day(1),
            account: "demo-product".into(),
            days: 22,
            days_billed: 21,
            is_estimated: true,
            cost: cost(1_240.5, 1_262.75),
            rows: vec![
                (
                    day(22),
                    CheckedCost {
                        billed: Compared {
                            ours: Shown::Unknown("no bill is held for it".into()),
                            theirs: usd(22.25),
                            residual: Shown::Unknown("no bill is held for it".into()),
                        },
                        ..cost(20.0, 20.0)
                    },
                ),
                (day(21), cost(61.2, 61.2)),
            ],
        }],
        tags: vec![
            CheckedTag {
                month: day(1),
                account: "demo-product".into(),
                key: "team".into(),
                value: "nlp".into(),
                billed: compared(800.0, 810.0),
            },
            CheckedTag {
                month: day(1),
                account: "demo-product".into(),
                key: "team".into(),
                value: String::new(),
                billed: compared(440.5, 452.75),
            },
        ],
        csv_href: "/reconciliation/cost.csv".into(),
    }
}

//! Key figures with their values and targets.

use app::view::{Better, FormState, KpiRow, KpisView, Shown, TargetView};

use super::figures;
use super::kpi::{Counted, Kpi};
use super::overview::spoken;
use crate::http::Problem;
use crate::http::desk::Desk;
use crate::http::query::Query;
use crate::kind::Kind;
use crate::store::overview;
use crate::store::selection::Period;
use crate::store::target::{self, Target};

/// Loads the dictionary; `form` brings back what was wrong with a target.
///
/// # Errors
/// When the database refuses.
pub async fn load(desk: &mut Desk, query: &Query, form: FormState) -> Result<KpisView, Problem> {
    let period = query.period(desk.today());
    let origin = desk.scope.origin();
    let targets = target::current(desk.connection(), origin).await?;
    let mut days = Vec::new();
    if let Some(estimate) = &desk.estimate {
        let (estimate_id, filter) = (estimate.estimate_id, desk.filter(query));
        days = overview::days(desk.connection(), estimate_id, &filter, None).await?;
    }
    let factors = desk.factors.clone();
    let parts = || days.iter().filter(|(day, _)| period.holds(*day)).map(|(_, part)| part);
    let all = figures::sum(&factors, parts());
    let endpoints = figures::sum(&factors, parts().filter(|part| part.kind == Kind::Endpoint));
    let stands = |kind: Kind| matches!(kind, Kind::Endpoint | Kind::Notebook | Kind::App | Kind::Cluster);
    let standing = figures::sum(&factors, parts().filter(|part| stands(part.kind)));
    let counted = Counted { all: &all, endpoints: &endpoints, standing: &standing };
    let row = |kpi: Kpi| {
        let value = kpi.of(counted);
        KpiRow {
            key: kpi.key().to_owned(),
            label: kpi.label().to_owned(),
            definition: kpi.definition().to_owned(),
            formula: kpi.formula().to_owned(),
            better: kpi.better(),
            typed_in: kpi.typed_in().0.to_owned(),
            target: of(&targets, kpi, period, &value),
            value,
        }
    };
    Ok(KpisView { period: spoken(period), rows: Kpi::ALL.into_iter().map(row).collect(), form })
}

/// The target of a figure for a period.
pub(super) fn of(targets: &[Target], kpi: Kpi, period: Period, value: &Shown) -> Option<TargetView> {
    let target = targets.iter().find(|target| target.kpi == kpi.key())?;
    let wanted = if kpi.is_sum() { a_day(target) * days(period) } else { target.target };
    let is_met = value.figure().map(|figure| match kpi.better() {
        Better::Higher => figure.central >= wanted,
        Better::Lower | Better::Neither => figure.central <= wanted,
    });
    Some(TargetView { value: Shown::exact(wanted, kpi.unit()), is_met, by: target.set_by.clone(), at: target.set_at })
}

/// A day's part of the target of a sum.
pub(super) fn daily(targets: &[Target], kpi: Kpi) -> Option<f64> {
    targets.iter().find(|target| target.kpi == kpi.key() && kpi.is_sum()).map(a_day)
}

fn a_day(target: &Target) -> f64 {
    target.target / 7.0
}

fn days(period: Period) -> f64 {
    u32::try_from(period.each_day().count()).map_or(0.0, f64::from)
}

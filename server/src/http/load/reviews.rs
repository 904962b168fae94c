//! The list of reviews, and the weeks that wait for one.

use std::collections::BTreeSet;

use app::view::{Figure, FormState, NewReview, PageState, ReviewRow, ReviewStatus, ReviewsView, Shown, Unit};

use crate::http::Problem;
use crate::http::desk::Desk;
use crate::review::IsoWeek;
use crate::review::snapshot::{Kpi, Measure, Snapshot};
use crate::store::review::{self, Listed};

/// Loads the list, with what was typed into the form that freezes a week.
///
/// # Errors
/// When the database refuses.
pub async fn list(desk: &mut Desk, mut form: FormState) -> Result<ReviewsView, Problem> {
    let (scope, today) = (desk.scope.clone(), desk.today());
    let listed = review::list(desk.connection(), &scope).await?;
    let waiting = review::unreviewed_weeks(desk.connection(), &scope, today).await?;
    let reviewed: BTreeSet<IsoWeek> = listed.iter().map(|each| each.stored.id.week).collect();
    let last = IsoWeek::last_complete(today);
    // The last complete week is offered even if nothing ran in it: that nothing ran is a result too.
    let first = Some(last).filter(|week| desk.estimate.is_some() && !reviewed.contains(week));
    let weeks: Vec<IsoWeek> = first.into_iter().chain(waiting.into_iter().filter(|week| *week != last)).collect();
    if let Some(week) = weeks.first() {
        form.values.entry("week".to_owned()).or_insert_with(|| week.to_string());
    }
    Ok(ReviewsView {
        state: if desk.accounts.is_empty() { PageState::NoSource } else { PageState::Ready },
        rows: listed.iter().map(row).collect(),
        weeks: weeks.into_iter().map(|week| NewReview { week: week.to_string(), period: week.period() }).collect(),
        form,
    })
}

fn row(listed: &Listed) -> ReviewRow {
    let id = listed.stored.id;
    let snapshot = &listed.stored.snapshot;
    let status = match &listed.signed {
        Some((by, at)) => ReviewStatus::Signed { by: by.clone(), at: *at, sha256: listed.stored.sha256.clone() },
        None => ReviewStatus::Draft,
    };
    ReviewRow {
        href: format!("/reviews/{id}"),
        week: id.week.to_string(),
        revision: u32::try_from(id.revision).unwrap_or_default(),
        period: id.week.period(),
        status,
        cost: figure(snapshot, Measure::CostList),
        energy: figure(snapshot, Measure::Energy),
        emissions: figure(snapshot, Measure::Emissions),
        actions_open: u64::try_from(listed.actions_open).unwrap_or_default(),
        actions_done: u64::try_from(listed.actions_closed).unwrap_or_default(),
    }
}

/// A frozen figure; text that is no number is shown as unknown, never as zero.
pub(super) fn figure(snapshot: &Snapshot, measure: Measure) -> Shown {
    match snapshot.kpis.iter().find(|kpi| kpi.kpi == measure.as_str()) {
        Some(kpi) => shown(kpi, measure),
        None => Shown::Unknown("This review did not hold the figure.".to_owned()),
    }
}

/// The figure of a row.
pub(super) fn shown(kpi: &Kpi, measure: Measure) -> Shown {
    let number = |text: &Option<String>| text.as_deref().and_then(|text| text.parse::<f64>().ok());
    let Some(central) = number(&kpi.value) else {
        return Shown::Unknown(kpi.missing.clone().unwrap_or_else(|| "This figure cannot be read.".to_owned()));
    };
    let exact = Figure::exact(central, unit(measure));
    let figure = Figure {
        low: number(&kpi.low).unwrap_or(central).min(central),
        high: number(&kpi.high).unwrap_or(central).max(central),
        tier: kpi.tier.as_deref().and_then(|text| text.parse().ok()),
        ..exact
    };
    Shown::Ready(if kpi.is_lower_bound { figure.lower_bound() } else { figure })
}

const fn unit(measure: Measure) -> Unit {
    match measure {
        Measure::CostList => Unit::Usd,
        Measure::Energy => Unit::KilowattHours,
        Measure::Operational | Measure::Embodied | Measure::Emissions => Unit::GramsCo2e,
        Measure::InstanceHours => Unit::Hours,
        Measure::IdleShare | Measure::FailedShare => Unit::Percent,
        Measure::Jobs | Measure::Endpoints => Unit::Count,
    }
}

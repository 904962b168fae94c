//! Two reviews side by side, as they were frozen, and what the ledger says of their weeks now.

use app::view::{Better, Crumb, ReviewPair, ReviewPairRow, ReviewSide, Shown};

use super::review::{absent, changed_since};
use super::reviews::{figure, shown};
use crate::http::Problem;
use crate::http::desk::Desk;
use crate::review::snapshot::{Kpi, Measure};
use crate::review::{ReviewId, restated};
use crate::store::review::{self, Stored};

/// A figure that differs by less than this share is the same, rounded otherwise.
const SAME: f64 = 1e-9;

/// Loads the comparison of `id` with the earlier review `other`.
///
/// # Errors
/// [`Problem::NoSuchThing`] where one of them is no review.
pub async fn load(desk: &mut Desk, id: &str, other: &str) -> Result<ReviewPair, Problem> {
    let (Some(id), Some(other)) = (ReviewId::parse(id), ReviewId::parse(other)) else { return Err(absent()) };
    let scope = desk.scope.clone();
    let there = review::stored(desk.connection(), &scope, other).await?.ok_or_else(absent)?;
    let here = review::stored(desk.connection(), &scope, id).await?.ok_or_else(absent)?;
    let others = desk.facets().reviews.clone();
    let (there_now, here_now) = (now(desk, &there).await?, now(desk, &here).await?);
    let row = |measure: Measure| ReviewPairRow {
        label: measure.label().to_owned(),
        there: figure(&there.snapshot, measure),
        there_now: parted(&there, &there_now, measure),
        here: figure(&here.snapshot, measure),
        here_now: parted(&here, &here_now, measure),
        better: match measure {
            Measure::InstanceHours | Measure::Jobs | Measure::Endpoints => Better::Neither,
            _ => Better::Lower,
        },
    };
    Ok(ReviewPair {
        rows: Measure::ALL.into_iter().map(row).collect(),
        remarks: changed_since(&here.snapshot, &there.snapshot),
        others: others
            .into_iter()
            .filter(|each| *each != id.to_string() && *each != other.to_string())
            .map(|each| Crumb { href: format!("/reviews/{id}/compare/{each}"), label: each })
            .collect(),
        overview: format!(
            "/?from={}&to={}&cmp=review%3A{other}",
            id.week.monday(),
            here.snapshot.period_to.pred_opt().unwrap_or(here.snapshot.period_to)
        ),
        there: side(&there),
        here: side(&here),
    })
}

fn side(stored: &Stored) -> ReviewSide {
    ReviewSide {
        id: stored.id.to_string(),
        period: stored.id.week.period(),
        factor_set: stored.snapshot.factor_set_label.clone(),
        csv_href: format!("/reviews/{}.csv", stored.id),
    }
}

/// What the ledger says of the week of a review; nothing before the first import.
async fn now(desk: &mut Desk, stored: &Stored) -> Result<Vec<Kpi>, Problem> {
    let Some(estimate_id) = desk.estimate.as_ref().map(|estimate| estimate.estimate_id) else { return Ok(Vec::new()) };
    let factors = desk.factors.clone();
    Ok(restated::kpis(desk.connection(), &factors, estimate_id, stored.id.week).await?)
}

/// The figure as it is now, where it is no longer the frozen one.
fn parted(stored: &Stored, now: &[Kpi], measure: Measure) -> Option<Shown> {
    let now = now.iter().find(|kpi| kpi.kpi == measure.as_str()).map(|kpi| shown(kpi, measure))?;
    let frozen = figure(&stored.snapshot, measure);
    let (after, before) = (now.figure()?.central, frozen.figure().map(|figure| figure.central));
    let is_same = before.is_some_and(|before| (after - before).abs() <= SAME * before.abs().max(after.abs()));
    (!is_same).then_some(now)
}

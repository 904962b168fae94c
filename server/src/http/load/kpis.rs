//! Key figures with their values and targets.

use app::view::{Better, FormState, KpiRow, KpisView, Shown, TargetView};

use super::figures;
use super::kpi::{Counted, Kpi, PerUnit};
use super::overview::spoken;
use super::required::Tally as Alarms;
use super::work;
use crate::http::Problem;
use crate::http::desk::Desk;
use crate::http::query::Query;
use crate::kind::Kind;
use crate::store::filter::AskedWork;
use crate::store::key_figure;
use crate::store::overview;
use crate::store::selection::{CostBasis, Filter, Period};
use crate::store::target::{self, Target};
use crate::store::work_unit::{self, Unit};
use crate::store::worked;

/// Loads the dictionary; `form` brings back what was wrong with a target.
///
/// # Errors
/// When the database refuses.
pub async fn load(desk: &mut Desk, query: &Query, form: FormState) -> Result<KpisView, Problem> {
    let period = query.period(desk.today());
    let origin = desk.scope.origin();
    let targets = target::current(desk.connection(), origin).await?;
    let units = work_unit::current(desk.connection(), origin).await?;
    let (mut days, mut done, mut beside) = (Vec::new(), Vec::new(), None);
    if let Some(estimate) = &desk.estimate {
        let (estimate_id, filter, today) = (estimate.estimate_id, desk.filter(query), desk.today());
        days = overview::days(desk.connection(), estimate_id, &filter, &[], None).await?;
        let asked = AskedWork { estimate_id, origin, filter: &filter, from: period.from, today, with_resources: false };
        done = worked::days(desk.connection(), asked).await?;
        let now = desk.now;
        beside = Some(key_figure::read(desk.connection(), estimate_id, &filter, now).await?);
    }
    let factors = desk.factors.clone();
    let parts = || days.iter().filter(|each| period.holds(each.day)).map(|each| &each.part);
    let all = figures::sum(&factors, parts());
    let endpoints = figures::sum(&factors, parts().filter(|part| part.kind == Kind::Endpoint));
    let stands = |kind: Kind| matches!(kind, Kind::Endpoint | Kind::Notebook | Kind::App | Kind::Cluster);
    let standing = figures::sum(&factors, parts().filter(|part| stands(part.kind)));
    let alarms = beside.as_ref().map(|beside| Alarms::of(&factors, &beside.watched));
    let (beside, alarms) = (beside.as_ref(), alarms.as_ref());
    let counted = Counted { all: &all, endpoints: &endpoints, standing: &standing, beside, alarms };
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
            parts: kpi.parts(counted),
            value,
        }
    };
    let of_unit = |unit: &Unit| {
        let tally = work::tally(&factors, unit, &done, false);
        let row = |kpi: PerUnit| {
            let nothing = || Shown::Unknown("nothing that it counts ran in this period".to_owned());
            let value = tally.as_ref().map_or_else(nothing, |tally| kpi.of(tally));
            KpiRow {
                key: kpi.key(&unit.key),
                label: format!("{}: {}", kpi.label(), unit.label),
                definition: kpi.definition().to_owned(),
                formula: kpi.formula().to_owned(),
                better: Better::Lower,
                typed_in: kpi.typed_in().to_owned(),
                target: of_work(&targets, kpi, &unit.key, &value),
                parts: None,
                value,
            }
        };
        PerUnit::ALL.map(row)
    };
    let rows = Kpi::ALL.into_iter().map(row).chain(units.iter().flat_map(of_unit)).collect();
    Ok(KpisView { period: spoken(period), rows, form })
}

/// The target of a figure of a unit of work.
pub(super) fn of_work(targets: &[Target], kpi: PerUnit, unit: &str, value: &Shown) -> Option<TargetView> {
    let key = kpi.key(unit);
    let target = targets.iter().find(|target| target.kpi == key)?;
    Some(TargetView {
        value: Shown::exact(target.target, kpi.unit()),
        is_met: value.figure().map(|figure| figure.central <= target.target),
        by: target.set_by.clone(),
        at: target.set_at,
    })
}

/// The target of a figure for a period.
pub(super) fn of(targets: &[Target], kpi: Kpi, period: Period, value: &Shown) -> Option<TargetView> {
    let target = targets.iter().find(|target| target.kpi == kpi.key())?;
    let wanted = wanted(targets, kpi, period)?;
    let is_met = value.figure().map(|figure| match kpi.better() {
        Better::Higher => figure.central >= wanted,
        Better::Lower | Better::Neither => figure.central <= wanted,
    });
    Some(TargetView { value: Shown::exact(wanted, kpi.unit()), is_met, by: target.set_by.clone(), at: target.set_at })
}

/// The targets that a page can hold its figures against: what is wanted of the whole of a sum says nothing of a part of it, nor
/// of what is counted otherwise.
pub(super) fn fitting(targets: Vec<Target>, filter: &Filter) -> Vec<Target> {
    let fits = |target: &Target| match Kpi::parse(&target.kpi) {
        Some(kpi) if kpi.is_sum() && filter.narrows() => false,
        Some(Kpi::Cost) => filter.basis.cost == CostBasis::List,
        Some(Kpi::Emissions) => filter.basis.has_usual_emissions(),
        Some(_) => true,
        None => filter.basis.is_usual(),
    };
    targets.into_iter().filter(fits).collect()
}

/// What a figure is wanted to be over a period: of a sum, the part of its days.
pub(super) fn wanted(targets: &[Target], kpi: Kpi, period: Period) -> Option<f64> {
    let target = targets.iter().find(|target| target.kpi == kpi.key())?;
    Some(if kpi.is_sum() { a_day(target) * days(period) } else { target.target })
}

fn a_day(target: &Target) -> f64 {
    target.target / 7.0
}

fn days(period: Period) -> f64 {
    u32::try_from(period.each_day().count()).map_or(0.0, f64::from)
}

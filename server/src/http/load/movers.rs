//! The resources that matter most and those that changed most.

use app::parts::number;
use app::view::{ChangeRow, Figure, Shown, TopRow, Unit};
use footprint::units::Grams;
use footprint::{Change, compare};

use super::figures::{self, Sums, slug};
use super::overview::shown;
use crate::http::lens::Lens;
use crate::kind::{Kind, Section as List};
use crate::store::overview::Mover;
use crate::store::selection::{Electricity, Hardware, Measure};

/// Places of a top list.
pub(super) const TOP: i64 = 8;
/// Changes that are named.
pub(super) const CHANGED: i64 = 10;

/// What it is, by the period in which it ran.
pub(super) fn kind_of(mover: &Mover) -> Option<Kind> {
    mover.current.first().or(mover.before.first()).map(|part| part.kind)
}

fn href(mover: &Mover, filtered: &str) -> String {
    let list = kind_of(mover).map_or(List::Jobs, Kind::section);
    format!("/{}/{}?{filtered}", list.as_str(), slug(&mover.name, mover.resource_id))
}

/// The places of a list, with the share of the period's sum.
pub(super) fn top(
    lens: &Lens,
    movers: &[Mover],
    list: List,
    (all, measure): (&Sums, Measure),
    filtered: &str,
) -> Vec<TopRow> {
    let mut chosen: Vec<&Mover> = movers
        .iter()
        .filter(|mover| {
            kind_of(mover).is_some_and(|kind| kind.section() == list) && mover.place.is_some_and(|place| place <= TOP)
        })
        .collect();
    chosen.sort_by_key(|mover| mover.place);
    let amount = |sums: &Sums| shown(measure, sums).figure().map(|figure| figure.central);
    let whole = amount(all).filter(|whole| *whole > 0.0);
    let row = |mover: &Mover| {
        let sums = figures::sum_closed(lens, &mover.current);
        let share = amount(&sums).zip(whole).map(|(own, whole)| 100.0 * own / whole);
        TopRow {
            href: href(mover, filtered),
            name: mover.name.clone(),
            team: mover.current.iter().find_map(|part| part.team.clone()),
            instance: mover.current.first().map(|part| part.instance_type.clone()).unwrap_or_default(),
            cost: sums.cost(),
            energy: sums.energy(),
            emissions: sums.emissions(),
            share_percent: share,
        }
    };
    chosen.into_iter().map(row).collect()
}

/// The largest changes, largest first.
pub(super) fn changes(lens: &Lens, movers: &[Mover], filtered: &str) -> Vec<ChangeRow> {
    let mut chosen: Vec<&Mover> = movers.iter().filter(|mover| mover.change_place <= CHANGED).collect();
    chosen.sort_by_key(|mover| mover.change_place);
    chosen
        .into_iter()
        .map(|mover| {
            let (now, before) = (figures::sum(lens, &mover.current), figures::sum(lens, &mover.before));
            ChangeRow {
                href: href(mover, filtered),
                name: mover.name.clone(),
                kind: kind_of(mover).map(|kind| kind.as_str().to_owned()).unwrap_or_default(),
                team: mover.current.iter().chain(&mover.before).find_map(|part| part.team.clone()),
                cost: difference(now.usd(), before.usd(), Unit::Usd),
                energy: change_of(lens, &now, &before, Measure::Energy),
                emissions: change_of(lens, &now, &before, Measure::Emissions),
                reason: reason(&now, &before),
            }
        })
        .collect()
}

/// The difference with its interval: what both periods rest on is drawn once for both.
fn change_of(lens: &Lens, now: &Sums, before: &Sums, measure: Measure) -> Shown {
    if now.totals.is_none() && before.totals.is_none() {
        return Shown::Unknown("not known in either period".to_owned());
    }
    let comparison = compare(lens, &before.groups, lens, &now.groups);
    let tier = figures::tier(comparison.worst_tier);
    let grams = |change: Change<Grams>| {
        let (central, low, high) = (change.central.get(), change.low.get(), change.high.get());
        Figure::estimated(central, low, high, Unit::GramsCo2e, tier)
    };
    Shown::Ready(match (measure, lens.basis.electricity, lens.basis.hardware) {
        (Measure::Energy, _, _) => {
            let Change { central, low, high, .. } = comparison.energy;
            Figure::estimated(central.get(), low.get(), high.get(), Unit::KilowattHours, tier)
        }
        (_, Electricity::Location, Hardware::Counted) => grams(comparison.emissions),
        (_, Electricity::Location, Hardware::LeftOut) => grams(comparison.operational),
        (_, Electricity::Market, hardware) => match (comparison.market.map(grams), hardware) {
            (Some(market), Hardware::LeftOut) => market,
            (Some(market), Hardware::Counted) => figures::together(&market, &grams(comparison.embodied)),
            (None, _) => return Shown::Unknown("no market-based factor is known for all of it".to_owned()),
        },
    })
}

/// What did not run in a period cost nothing there; what has no price in either is unknown.
fn difference(now: Option<f64>, before: Option<f64>, unit: Unit) -> Shown {
    match (now, before) {
        (None, None) => Shown::Unknown("not known in either period".to_owned()),
        (now, before) => Shown::exact(now.unwrap_or(0.0) - before.unwrap_or(0.0), unit),
    }
}

fn reason(now: &Sums, before: &Sums) -> String {
    match (now.seconds.unwrap_or(0.0), before.seconds.unwrap_or(0.0)) {
        (now, 0.0) if now > 0.0 => "new in this period".to_owned(),
        (0.0, _) => "did not run in this period".to_owned(),
        (now, before) => format!("{} instance-hours", number::signed_nearest((now - before) / 3600.0)),
    }
}

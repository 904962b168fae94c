//! The overview: the period beside the one it is compared with.

use app::parts::{figure, number};
use app::view::{
    Better, Coverage, DailyChart, FindingRow, KpiCard, Lead, Loaded, MarkRow, Mass, Movers, OverviewView, PageState,
    Preset, Remark, ReviewCard, Shown, ToDo, Unit,
};
use chrono::{Datelike as _, Days, NaiveDate};
use footprint::{Comparison, compare};
use rust_decimal::prelude::ToPrimitive as _;

use super::ahead;
use super::bars::Bars;
use super::changed::{self, Frozen};
use super::compared::{self, Compared};
use super::done::{self, Done};
use super::figures::{self, Sums, to_f64};
use super::kpi::Kpi;
use super::movers::{self, CHANGED, TOP};
use super::reviews::figure as frozen_figure;
use super::{findings, health, kpis, lists, trends};
use crate::advise::portfolio::Potential;
use crate::http::Problem;
use crate::http::desk::Desk;
use crate::http::lens::Lens;
use crate::http::query::Query;
use crate::kind::{Kind, Section as List};
use crate::review::Snapshot;
use crate::review::snapshot::Measure as Frozenable;
use crate::store::Origin;
use crate::store::day_note::{self, Marked, OnDays};
use crate::store::filter::AskedWork;
use crate::store::overview::{self, Day, Mover, Now};
use crate::store::part::Part;
use crate::store::selection::{Basis, CostBasis, Dimension, Electricity, Filter, Hardware, Measure, Period};
use crate::store::worked::{self, Worked};

/// Events beyond which new configurations are left to the trends.
const MOST_EVENTS: usize = 8;

/// What is told of the days beside their sums. Without it no day counts as read whole.
pub(super) const ON_DAYS: &str = "which days were read whole and what stands on them";

/// Loads the overview.
///
/// # Errors
/// When the database refuses.
pub async fn load(desk: &mut Desk, query: &Query) -> Result<OverviewView, Problem> {
    let filter = desk.filter(query);
    let period = filter.period;
    let Some(estimate_id) = desk.estimate.as_ref().map(|estimate| estimate.estimate_id) else {
        return Ok(OverviewView { state: PageState::NoSource, ..OverviewView::default() });
    };
    let compared = compared::find(desk, query).await?;
    let by = stacked_by(query);
    let today = desk.today();
    let history = ahead::history(period, today);
    let others: Vec<Period> = compared.before.into_iter().chain(history).collect();
    let days = overview::days(desk.connection(), estimate_id, &filter, &others, by).await?;
    let origin = desk.scope.origin();
    let on_days = day_note::within(desk.connection(), origin, &filter, Some(estimate_id), since(period, history)).await;
    let (OnDays { marked, read }, _) = desk.part(ON_DAYS, on_days).await?.parted();
    let marks = trends::marks(told(marked));
    let measure = query.metric.of_lists();
    // Beside a signed review nothing was signed of work.
    let worked_before = compared.before.filter(|_| compared.signed.is_none());
    let Beside { movers, standing, open, done } =
        beside(desk, estimate_id, &filter, (measure, compared.before, worked_before)).await?;
    let (targets, units) =
        standing.ready().map_or_else(Default::default, |now| (now.targets.clone(), now.units.clone()));
    let targets = kpis::fitting(targets, &filter);
    let factors = desk.factors.clone();
    let now = figures::sum(&factors, in_period(&days, period));
    let before_parts = || compared.before.into_iter().flat_map(|before| in_period(&days, before));
    let before = figures::sum(&factors, before_parts());
    let filtered = query.filter_string(period);
    let said = |name: &str| by.map_or_else(String::new, |by| trends::called(desk, by, name));
    let bars = Bars::of(&factors, period, &days, &marks, (&read, today));
    let stack = by.map(|_| bars.heaviest(measure, &said));
    let mut cards = cards(&factors, &days, &bars, (period, compared.before), (&now, &before), &filtered, origin);
    if let Some(signed) = &compared.signed {
        cards.iter_mut().for_each(|card| as_signed(card, signed, query.mass));
    }
    for card in &mut cards {
        let kpi = Kpi::ALL.into_iter().find(|kpi| kpi.label() == card.label);
        card.target = kpi.and_then(|kpi| kpis::of(&targets, kpi, period, &card.value));
    }
    let done = match (&done, &standing) {
        (Loaded::Ready(days), Loaded::Ready(_)) => Some(Done { units: &units, days, period, before: worked_before }),
        _ => None,
    };
    let per_unit = done.as_ref().map_or_else(done::unread, |done| done.card(&factors, &targets, &filtered));
    cards.insert(cards.len() - 1, per_unit);
    cards.push(potential(open.ready().map(|(_, together)| together), &filtered));
    let mut changed = {
        let after: Vec<&Part> = in_period(&days, period).collect();
        changed::explain(query.basis, &before_parts().collect::<Vec<_>>(), &after, frozen(&compared))
    };
    changed.sort_by_key(|each| each.unit != unit_of(measure));
    let moved =
        |measure: Measure| changed.iter().find(|each| each.unit == unit_of(measure)).and_then(changed::in_words);
    Ok(OverviewView {
        state: lists::state(desk, query, None, in_period(&days, period).chain(before_parts()).next().is_none()).await?,
        period: spoken(period),
        compared_with: compared.words.clone(),
        remark: remark(&compared, before_parts().next().is_some()),
        cards,
        first: match measure {
            Measure::Cost => Lead::Cost,
            Measure::Energy => Lead::Energy,
            Measure::Emissions | Measure::Intensity => Lead::Emissions,
        },
        stacked_by: offered(query, period, by),
        marks: marks.iter().map(|mark| MarkRow { remove_action: None, ..mark.clone() }).collect(),
        work: done.filter(|_| query.metric == Measure::Intensity).and_then(|done| done.chart(&factors, &targets)),
        charts: leading(measure)
            .into_iter()
            .map(|measure| DailyChart {
                hrefs: if period.days() > 1 { bars.hrefs(|days| query.permalink(days)) } else { Vec::new() },
                change: moved(measure),
                ..bars.chart(
                    &now,
                    stack.as_deref(),
                    (measure, kpis::wanted(&targets, kpi_of(measure), bars.whole(period))),
                )
            })
            .collect(),
        changed,
        movers: movers.map(|all| Movers {
            changes: match compared.before {
                Some(_) => movers::changes(&factors, &all, &filtered),
                None => Vec::new(),
            },
            top_jobs: movers::top(&factors, &all, List::Jobs, (&now, measure), &filtered),
            top_endpoints: movers::top(&factors, &all, List::Endpoints, (&now, measure), &filtered),
        }),
        to_do: open.map(|(findings, _)| ToDo {
            open: findings.len() as u64,
            findings: findings.into_iter().take(5).collect(),
        }),
        review: standing.as_ref().map(|standing| review_card(&standing.review, last_week(today))),
        health: standing.as_ref().map(|standing| health::view(&standing.health, &filtered)),
        coverage: coverage(&days, period, &now),
        query_string: filtered,
    })
}

/// What stands beside the figures of the days; each may be missing without the others.
struct Beside {
    movers: Loaded<Vec<Mover>>,
    standing: Loaded<Now>,
    open: Loaded<(Vec<FindingRow>, Potential)>,
    done: Loaded<Vec<Worked>>,
}

async fn beside(
    desk: &mut Desk,
    estimate_id: i32,
    filter: &Filter,
    (measure, before, worked_before): (Measure, Option<Period>, Option<Period>),
) -> Result<Beside, Problem> {
    let (origin, now, today) = (desk.scope.origin(), desk.now, desk.today());
    let places = (TOP, if before.is_some() { CHANGED } else { 0 });
    let movers = overview::movers(desk.connection(), estimate_id, filter, before, measure, places).await;
    let movers = desk.part("what matters most", movers).await?;
    let standing = overview::now(desk.connection(), (origin, estimate_id), filter, &last_week(today), now).await;
    let standing = desk.part("what is wanted and what needs somebody now", standing).await?;
    let open = findings::open(desk, filter).await;
    let open = desk.part("what to do", open).await?;
    let from = worked_before.map_or(filter.period.from, |before| before.from.min(filter.period.from));
    let asked = AskedWork { estimate_id, origin, filter, from, today, with_resources: false };
    let done = worked::days(desk.connection(), asked).await;
    let done = desk.part("work", done).await?;
    Ok(Beside { movers, standing, open, done })
}

/// Where much stands on the days, what people wrote and what failed; trends tell all of it.
fn told(mut marked: Vec<Marked>) -> Vec<Marked> {
    if marked.len() > MOST_EVENTS {
        marked.retain(|each| each.configurations == 0);
    }
    marked
}

/// The parameter that says what bars are stacked by.
pub const STACKED_BY: &str = "by";

/// What bars are stacked by; `None` is by phase, which has colours of its own.
fn stacked_by(query: &Query) -> Option<Dimension> {
    let (_, word) = query.own.iter().find(|(key, _)| *key == STACKED_BY)?;
    STACKS.into_iter().find(|dimension| dimension.as_str() == word && *dimension != Dimension::Phase)
}

/// What bars can be stacked by.
pub const STACKS: [Dimension; 4] = [Dimension::Phase, Dimension::Team, Dimension::Region, Dimension::Kind];

fn offered(query: &Query, period: Period, by: Option<Dimension>) -> Vec<Preset> {
    let preset = |dimension: Dimension| {
        let own = (dimension != Dimension::Phase).then(|| (STACKED_BY, dimension.as_str().to_owned()));
        Preset {
            label: dimension.label().to_owned(),
            href: Query { own: own.into_iter().collect(), ..query.clone() }.permalink(period),
            current: by.unwrap_or(Dimension::Phase) == dimension,
        }
    };
    STACKS.into_iter().map(preset).collect()
}

/// What the reader must know of the comparison.
fn remark(compared: &Compared, ran: bool) -> Option<Remark> {
    if compared.before.is_some() && !ran {
        let text = format!("Nothing ran in {} under these filters, so there is no change to show.", compared.words);
        return Some(Remark { text, link: None });
    }
    compared.remark.clone()
}

/// The figure that a review froze, of the same kind as a card.
fn frozen_of(label: &str, signed: &Snapshot) -> Option<Shown> {
    let measure = match label {
        "Cost" => Frozenable::CostList,
        "Energy" => Frozenable::Energy,
        "Emissions" => Frozenable::Emissions,
        "Idle endpoint hours" => Frozenable::IdleShare,
        _ => return None,
    };
    Some(frozen_figure(signed, measure)).filter(|shown| shown.figure().is_some())
}

/// Puts the frozen figure in the place of the ledger's, and says where the two have parted.
fn as_signed(card: &mut KpiCard, signed: &Snapshot, mass: Mass) {
    let Some(frozen) = frozen_of(&card.label, signed) else { return };
    let ledger = std::mem::replace(&mut card.previous, frozen);
    let parted = figure::change_percent(&ledger, &card.previous).is_some_and(|percent| percent.abs() >= 0.05);
    if parted {
        let now = figure::text_in(mass, &ledger);
        let then = figure::text_in(mass, &card.previous);
        let note = format!("The review froze {then}; the ledger of its week now says {now}");
        card.note = Some(card.note.take().map_or_else(|| note.clone(), |known| format!("{known}. {note}")));
    }
}

/// Where the explanation of each sum begins.
fn frozen(compared: &Compared) -> Frozen {
    let Some(signed) = &compared.signed else { return Frozen::default() };
    let central = |label| frozen_of(label, signed).and_then(|shown| shown.figure().map(|figure| figure.central));
    Frozen { usd: central("Cost"), kilowatt_hours: central("Energy"), grams: central("Emissions") }
}

/// The first day of which a page must know whether it was read.
pub(super) fn since(period: Period, history: Option<Period>) -> NaiveDate {
    history.map_or(period.from, |history| history.from.min(period.from))
}

fn in_period(days: &[Day], period: Period) -> impl Iterator<Item = &Part> {
    days.iter().filter(move |each| period.holds(each.day)).map(|each| &each.part)
}

/// ISO week that ended last.
pub fn last_week(today: NaiveDate) -> String {
    let week = (today - Days::new(7)).iso_week();
    format!("{}-W{:02}", week.year(), week.week())
}

/// A period in words.
pub fn spoken(period: Period) -> String {
    format!("{} to {}", period.from.format("%-d %b"), period.to.format("%-d %b %Y"))
}

/// What the open recommendations would save.
fn potential(together: Option<&Potential>, filtered: &str) -> KpiCard {
    KpiCard {
        label: "Open potential".to_owned(),
        value: together.map_or_else(|| Shown::Unknown("what to do could not be read".to_owned()), findings::usd),
        better: Better::Neither,
        note: Some("each thing counted once".to_owned()),
        href: Some(format!("/recommendations?{filtered}")),
        ..KpiCard::default()
    }
}

fn review_card(review: &overview::ReviewStanding, week: String) -> ReviewCard {
    ReviewCard {
        href: "/reviews".to_owned(),
        text: review_text(review),
        signed: review.signed_by.is_some(),
        open_actions: u64::try_from(review.open_actions).unwrap_or_default(),
        overdue_actions: u64::try_from(review.overdue_actions).unwrap_or_default(),
        due: None,
        week,
    }
}

fn review_text(review: &overview::ReviewStanding) -> String {
    match (&review.revision, &review.signed_by) {
        (None, _) => "Not frozen yet.".to_owned(),
        (Some(_), None) => "Frozen, waiting for a signature.".to_owned(),
        (Some(_), Some(name)) => format!("Signed by {name}."),
    }
}

/// Every measure, one of them first.
fn leading(first: Measure) -> Vec<Measure> {
    let others = [Measure::Cost, Measure::Emissions, Measure::Energy].into_iter().filter(|each| *each != first);
    std::iter::once(first).chain(others).collect()
}

const fn unit_of(measure: Measure) -> Unit {
    match measure {
        Measure::Cost => Unit::Usd,
        Measure::Energy => Unit::KilowattHours,
        Measure::Emissions | Measure::Intensity => Unit::GramsCo2e,
    }
}

const fn kpi_of(measure: Measure) -> Kpi {
    match measure {
        Measure::Cost => Kpi::Cost,
        Measure::Energy => Kpi::Energy,
        Measure::Emissions | Measure::Intensity => Kpi::Emissions,
    }
}

/// The figure of a measure.
pub(super) fn shown(measure: Measure, sums: &Sums) -> Shown {
    match measure {
        Measure::Cost => sums.cost(),
        Measure::Emissions | Measure::Intensity => sums.emissions(),
        Measure::Energy => sums.energy(),
    }
}

/// The central value alone: exact sums need no draws.
pub(super) fn central<'a>(basis: Basis, measure: Measure, parts: impl IntoIterator<Item = &'a Part>) -> Option<f64> {
    let mut sum: Option<f64> = None;
    for part in parts {
        let each = match measure {
            Measure::Cost => part.usd(basis.cost).and_then(|cost| cost.to_f64()),
            Measure::Emissions | Measure::Intensity => part.emissions(basis).map(|grams| to_f64(grams.0) / 1e6),
            Measure::Energy => part.footprint.as_ref().map(|(_, sums)| to_f64(sums.facility.0) / 1e9),
        };
        // Where some of the electricity has no market-based factor, what is known of the rest is no figure of the whole.
        if each.is_none() && measure.of_lists() == Measure::Emissions && part.footprint.is_some() {
            return None;
        }
        sum = match (sum, each) {
            (Some(a), Some(b)) => Some(a + b),
            (a, b) => a.or(b),
        };
    }
    sum
}

fn cards(
    factors: &Lens,
    days: &[Day],
    bars: &Bars<'_>,
    (period, compared): (Period, Option<Period>),
    (now, before): (&Sums, &Sums),
    filtered: &str,
    origin: Origin,
) -> Vec<KpiCard> {
    let points = |measure: Measure| bars.central(measure);
    let endpoints =
        |period: Period| figures::sum(factors, in_period(days, period).filter(|part| part.kind == Kind::Endpoint));
    let idle = endpoints(period);
    let card = |label: &str, value: Shown, previous: Shown, points: Vec<Option<f64>>, note: Option<String>| KpiCard {
        label: label.to_owned(),
        value,
        previous,
        better: Better::Lower,
        points,
        note,
        ..KpiCard::default()
    };
    let basis = factors.basis;
    let billed = now.billed_share().map(|share| format!("covering {share:.0} % of instance-hours"));
    let priced = match basis.cost {
        CostBasis::List => now.price_basis(origin),
        _ => billed.as_ref().map(|covering| format!("{}, {covering}", basis.cost.label())),
    };
    let embodied = match (now.embodied(), basis.hardware) {
        (Shown::Ready(figure), Hardware::Counted) => {
            Some(format!("of it {} for making the hardware", number::print_in(factors.mass, &figure).text()))
        }
        (_, Hardware::LeftOut) => Some("without making the hardware".to_owned()),
        _ => None,
    };
    let embodied = match (embodied, basis.electricity) {
        (note, Electricity::Location) => note,
        (Some(note), Electricity::Market) => Some(format!("{}, {note}", Electricity::Market.label())),
        (None, Electricity::Market) => Some(Electricity::Market.label().to_owned()),
    };
    let mut cards = vec![
        card("Cost", now.cost(), before.cost(), points(Measure::Cost), priced),
        card("Emissions", now.emissions(), before.emissions(), points(Measure::Emissions), embodied),
        card("Energy", now.energy(), before.energy(), points(Measure::Energy), None),
        card("Grid intensity", now.grid_intensity(), before.grid_intensity(), Vec::new(), Some(now.resolution())),
        card(
            "Idle endpoint hours",
            idle.idle_share(),
            match compared {
                Some(before) => endpoints(before).idle_share(),
                None => Shown::default(),
            },
            Vec::new(),
            Some(match idle.idle_share() {
                Shown::Ready(_) => {
                    format!("{} instance-hours served nothing", number::nearest(idle.idle_seconds / 3600.0))
                }
                _ => "No metrics tell what the endpoints served".to_owned(),
            }),
        ),
    ];
    if let Some(covering) = billed.filter(|_| basis.cost == CostBasis::List) {
        let note = format!("AWS' bill, {covering}; list cost stands beside it");
        cards.insert(1, card("Billed", now.billed_cost(), before.billed_cost(), Vec::new(), Some(note)));
    }
    let change = compare(factors, &before.groups, factors, &now.groups);
    for card in &mut cards {
        card.is_clear = match card.value.figure().map(|figure| figure.unit) {
            Some(Unit::GramsCo2e) => is_clear(&change, basis),
            Some(Unit::KilowattHours) => Some(change.energy.is_significant),
            _ => None,
        };
    }
    for card in &mut cards {
        let page = if card.label == "Idle endpoint hours" { "/endpoints" } else { "/why" };
        card.href = Some(format!("{page}?{filtered}"));
    }
    cards
}

/// Whether emissions rose, or fell, in nearly all draws; `None` where the sum of two is not drawn.
fn is_clear(change: &Comparison, basis: Basis) -> Option<bool> {
    match (basis.electricity, basis.hardware) {
        (Electricity::Location, Hardware::Counted) => Some(change.emissions.is_significant),
        (Electricity::Location, Hardware::LeftOut) => Some(change.operational.is_significant),
        (Electricity::Market, Hardware::LeftOut) => change.market.map(|market| market.is_significant),
        (Electricity::Market, Hardware::Counted) => None,
    }
}

fn coverage(days: &[Day], period: Period, now: &Sums) -> Coverage {
    let mut tiers: Vec<(app::view::Tier, f64)> = Vec::new();
    let (mut seconds, mut metric, mut cost, mut estimated) = (0.0, 0.0, 0.0, 0.0);
    for part in in_period(days, period) {
        let own = part.cost.and_then(|cost| cost.to_f64()).unwrap_or(0.0);
        seconds += part.instance_seconds.unwrap_or(0.0);
        metric += part.metric_seconds;
        cost += own;
        if let Some((tier, _)) = &part.footprint {
            estimated += own;
            let tier = figures::tier(*tier);
            match tiers.iter_mut().find(|(known, _)| *known == tier) {
                Some((_, sum)) => *sum += own,
                None => tiers.push((tier, own)),
            }
        }
    }
    let share = |part: f64, of: f64, what: &str| match of > 0.0 {
        true => Shown::exact(100.0 * part / of, Unit::Percent),
        false => Shown::Unknown(format!("no {what} in this period")),
    };
    tiers.retain(|(_, sum)| *sum > 0.0);
    tiers.sort_by_key(|(tier, _)| tier.as_str());
    Coverage {
        estimated_cost: share(estimated, cost, "cost"),
        data_completeness: share(metric, seconds, "instance-hours"),
        attributed: share(now.attributed_cost.to_f64().unwrap_or(0.0), cost, "cost"),
        tiers: tiers.into_iter().map(|(tier, sum)| (tier, 100.0 * sum / cost)).collect(),
    }
}

//! The ledger over time, by group: one statement, drawn, summed and exported.

pub mod asked;
mod labels;
mod multiples;
mod order;
mod picture;
mod pile;

pub use order::SORTS;
pub(super) use picture::placed;

use app::parts::{figure, number};
use app::view::{Drawn, Figure, Forecast, FormState, GroupRow, GroupTable, Listing, MarkRow, Shown, TrendsView, Unit};
use chrono::NaiveDate;
use rust_decimal::prelude::ToPrimitive as _;

use super::ahead::{self, Ahead};
use super::compared::{self, Compared};
use super::figures::{self, Sums};
use super::kpi::Kpi;
use super::{kpis, lists, overview};
use crate::http::Problem;
use crate::http::desk::Desk;
use crate::http::filter_bar::account_word;
use crate::http::lens::Lens;
use crate::http::query::{NO_TEAM, Query, Words};
use crate::kind::{Kind, Phase};
use crate::store::Origin;
use crate::store::day_note::{self, Marked, OnDays, Read};
use crate::store::filter::NAMED;
use crate::store::part::Part;
use crate::store::selection::{Dimension, Filter, Period};
use crate::store::step::{Bucket, Step};
use crate::store::target;
use crate::store::trend::{self, Cell};
use crate::trend::{Amount, Metric};
use asked::{Asked, Drawing};
use labels::labels;
use pile::{Group, Heaped, Name, Pile};

/// Where the page and its notes are.
pub const PATH: &str = "/trends";

/// Loads the page.
///
/// # Errors
/// When the database refuses.
pub async fn load(desk: &mut Desk, query: &Query, asked: &Asked, note: FormState) -> Result<TrendsView, Problem> {
    let filter = desk.filter(query);
    let period = filter.period;
    let buckets = asked.step.buckets(period, desk.now);
    let origin = desk.scope.origin();
    let compared = match desk.estimate {
        Some(_) => compared::find(desk, query).await?,
        None => Compared::default(),
    };
    let cells = cells(desk, &filter, asked, compared.before).await?;
    let estimate_id = desk.estimate.as_ref().map(|estimate| estimate.estimate_id);
    // Days are forecast from days; of an hour to come nothing is said.
    let history = ahead::history(period, desk.today()).filter(|_| asked.step != Step::Hour);
    let since = overview::since(period, history);
    let on_days = day_note::within(desk.connection(), origin, &filter, estimate_id, since).await;
    let (OnDays { marked, read }, _) = desk.part(overview::ON_DAYS, on_days).await?.parted();
    let ahead = match history {
        Some(history) => ahead(desk, asked.metric, &filter, history, &read).await?,
        None => None,
    };
    let target = wanted(desk, asked.metric, &filter, &buckets).await?;
    let heaped = pile::heaped(asked.metric, &cells, buckets.len(), |cell| place(&buckets, cell));
    let state = lists::state(desk, query, None, cells.iter().all(|cell| cell.is_before)).await?;
    let marks = marks(marked);
    let names = |name: &Name, dimension| said(desk, dimension, name);
    let is_read: Vec<bool> = buckets.iter().map(|bucket| read.holds(bucket)).collect();
    let labels = labels(desk, (query, asked), &buckets, &heaped, &read);
    let total = shown(asked.metric, &figures::sum(&desk.factors, heaped.whole.parts()), heaped.whole.now);
    let against = compared.before.map(|_| compared.words);
    let table = table(desk, query, asked, &heaped, total.clone(), &filter, against.clone());
    let placed = placed(&marks, &buckets.iter().map(|bucket| bucket.days).collect::<Vec<_>>());
    let drawn = match asked.drawing {
        Drawing::Bars => Some(Drawn::Bars),
        Drawing::Area => Some(Drawn::Area),
        Drawing::Lines => Some(Drawn::Lines),
        Drawing::Heat | Drawing::Week => None,
    };
    let (multiples, without_chart) = match drawn.filter(|_| asked.second.is_some()) {
        Some(drawn) => multiples::Multiples {
            asked,
            cells: &cells,
            heaped: &heaped,
            read: &is_read,
            labels: &labels,
            marks: &placed,
            names: &names,
            factors: &desk.factors,
        }
        .draw(drawn, |cell| place(&buckets, cell)),
        None => (Vec::new(), None),
    };
    let mut picture = picture::Picture {
        target,
        asked,
        heaped: &heaped,
        cells: &cells,
        place: &|cell| place(&buckets, cell),
        read: &is_read,
        labels,
        forecast: ahead.and_then(|ahead| forecast(ahead, asked.metric, period, &buckets, &heaped)),
        change: against.as_ref().and_then(|against| change(desk, asked, &heaped, against)),
        total,
        marks: placed,
        names: &names,
        factors: &desk.factors,
        before: against,
    }
    .draw();
    if asked.drawing == Drawing::Week
        && let Some(estimate_id) = estimate_id
    {
        let hours = trend::week_hours(desk.connection(), estimate_id, &filter).await?;
        picture = picture::week(asked.metric, &hours, period.days(), table.total.clone());
    }
    Ok(TrendsView {
        state,
        choosers: asked.choosers(),
        carried: query.carried_without(period, &asked::PARAMETERS),
        remarks: remarks(asked, origin, &marks),
        remark: compared.remark,
        plot: Some(picture),
        multiples,
        without_chart,
        groups: table,
        marks,
        note,
        address: query.permalink(period),
        svg_href: format!("/trends.svg?{}", query.own_string(period)),
    })
}

/// What is shown otherwise than asked for, and what hours do not tell.
fn remarks(asked: &Asked, origin: Origin, marks: &[MarkRow]) -> Vec<String> {
    let mut remarks = asked.remarks.clone();
    if asked.step == Step::Hour {
        if origin == Origin::Upload {
            remarks.push(
                "Bills say how long something ran on a day and not when: their hours stand at its begin.".to_owned(),
            );
        }
        if !marks.is_empty() {
            remarks.push("Notes and events stand at the first hour of their day.".to_owned());
        }
    }
    remarks
}

/// What days to come will hold; nothing for what no days add up to.
async fn ahead(
    desk: &mut Desk,
    metric: Metric,
    filter: &Filter,
    history: Period,
    read: &Read,
) -> Result<Option<Ahead>, Problem> {
    let today = desk.today();
    let Some(estimate) = desk.estimate.as_ref().filter(|_| metric.is_nothing_zero()) else { return Ok(None) };
    let before = Filter { period: history, ..filter.clone() };
    let estimate_id = estimate.estimate_id;
    let days = crate::store::overview::days(desk.connection(), estimate_id, &before, &[], None).await?;
    let held = |day: NaiveDate| {
        let own = || days.iter().filter(move |each| each.day == day && metric.concerns(each.part.kind));
        let mut amount = Amount::default();
        own().for_each(|each| amount.add(Amount::of(metric, &each.part)));
        own().next().map(|_| amount.drawn(metric))
    };
    Ok(Ahead::of(filter.period, today, read, held))
}

/// What buckets that are not over will come to.
fn forecast(ahead: Ahead, metric: Metric, period: Period, buckets: &[Bucket], heaped: &Heaped) -> Option<Forecast> {
    let held = |amount: Amount| amount.drawn(metric).unwrap_or(0.0);
    let of = |(bucket, pile): (&Bucket, &Pile)| ahead.figure(bucket.days, held(pile.now), metric.unit());
    Some(Forecast {
        values: buckets.iter().zip(&heaped.buckets).map(of).collect(),
        total: ahead.figure(period, held(heaped.whole.now), metric.unit())?,
        days: ahead.days(),
    })
}

/// What each bucket is wanted to be at most; empty where nobody wants anything. Of a sum an hour has its part of the day.
async fn wanted(desk: &mut Desk, metric: Metric, filter: &Filter, buckets: &[Bucket]) -> Result<Vec<f64>, Problem> {
    let kpi = match metric {
        Metric::Cost => Kpi::Cost,
        Metric::Energy => Kpi::Energy,
        Metric::Emissions => Kpi::Emissions,
        Metric::OperationalLocation => Kpi::OperationalLocation,
        Metric::OperationalMarket => Kpi::OperationalMarket,
        Metric::Embodied => Kpi::Embodied,
        Metric::Grid => Kpi::GridIntensity,
        Metric::Idle => Kpi::IdleShare,
        Metric::Billed
        | Metric::Effective
        | Metric::Water
        | Metric::MarketEmissions
        | Metric::Hours
        | Metric::Requests
        | Metric::PerThousand => return Ok(Vec::new()),
    };
    let origin = desk.scope.origin();
    let targets = kpis::fitting(target::current(desk.connection(), origin).await?, filter);
    let share = |bucket: &Bucket| if bucket.is_hour && kpi.is_sum() { 1.0 / 24.0 } else { 1.0 };
    let wanted = |bucket: &Bucket| Some(kpis::wanted(&targets, kpi, bucket.days)? * share(bucket));
    Ok(buckets.iter().filter_map(wanted).collect())
}

/// The cells of a filter; none before the first import.
///
/// # Errors
/// When the database refuses.
pub async fn cells(
    desk: &mut Desk,
    filter: &Filter,
    asked: &Asked,
    before: Option<Period>,
) -> Result<Vec<Cell>, Problem> {
    let Some(estimate_id) = desk.estimate.as_ref().map(|estimate| estimate.estimate_id) else {
        return Ok(Vec::new());
    };
    let (first, second) = (asked.group, asked.second);
    let wanted = trend::Asked { estimate_id, filter, step: asked.step, before, first, second };
    Ok(trend::cells(desk.connection(), wanted).await?)
}

fn place(buckets: &[Bucket], cell: &Cell) -> Option<usize> {
    buckets.binary_search_by_key(&cell.start, |bucket| bucket.start).ok()
}

/// The figure of a selection: exact in the middle, as the ledger adds up, with the interval that `footprint` draws.
fn shown(metric: Metric, sums: &Sums, amount: Amount) -> Shown {
    let shown = match metric {
        Metric::Cost => sums.list_cost(),
        Metric::Billed => sums.billed_cost(),
        Metric::Effective => sums.effective_cost(),
        Metric::Energy => sums.energy(),
        Metric::Water => sums.water(),
        Metric::Emissions => sums.total_emissions(),
        Metric::MarketEmissions => sums.market_emissions(),
        Metric::OperationalLocation => sums.operational(),
        Metric::OperationalMarket => sums.operational_market(),
        Metric::Embodied => sums.embodied(),
        Metric::Grid => sums.grid_intensity(),
        Metric::Hours => sums.hours(),
        Metric::Idle => sums.idle_share(),
        Metric::Requests => match sums.requests {
            Some(requests) => Shown::exact(requests, Unit::Count),
            None => Shown::Unknown("no metrics tell what was served".to_owned()),
        },
        Metric::PerThousand => lists::per_thousand(sums),
    };
    match (shown, amount.drawn(metric)) {
        (Shown::Ready(figure), Some(central)) if figure.has_interval() => {
            Shown::Ready(Figure { central, low: figure.low.min(central), high: figure.high.max(central), ..figure })
        }
        (Shown::Ready(figure), Some(central)) => {
            Shown::Ready(Figure { central, low: central, high: central, ..figure })
        }
        (shown, _) => shown,
    }
}

/// The figure of a group or bucket: its interval comes from moments, without draws.
fn shown_closed<'a>(
    metric: Metric,
    factors: &Lens,
    parts: impl IntoIterator<Item = &'a Part>,
    amount: Amount,
) -> Shown {
    shown(metric, &figures::sum_closed(factors, parts), amount)
}

/// A row of the export: the exact amount and its figure with interval.
#[must_use]
pub fn figure_of(metric: Metric, factors: &Lens, cells: &[Cell]) -> (Amount, Shown) {
    let parts = || cells.iter().map(|cell| &cell.part);
    let mut amount = Amount::default();
    parts().for_each(|part| amount.add(Amount::of(metric, part)));
    (amount, shown_closed(metric, factors, parts(), amount))
}

fn before(metric: Metric, amount: Amount) -> Shown {
    match amount.drawn(metric) {
        Some(value) => Shown::exact(value, metric.unit()),
        None => Shown::Unknown("not known in the period compared with".to_owned()),
    }
}

fn table(
    desk: &Desk,
    query: &Query,
    asked: &Asked,
    heaped: &Heaped,
    total: Shown,
    filter: &Filter,
    compared_with: Option<String>,
) -> GroupTable {
    let metric = asked.metric;
    let whole = heaped.whole.now.value(metric).filter(|value| !value.is_zero() && !metric.is_ratio());
    let row = |pile: &Pile, label: String, href, colour, is_part| GroupRow {
        label,
        href,
        colour,
        is_part,
        value: shown_closed(metric, &desk.factors, pile.parts(), pile.now),
        before: before(metric, pile.before),
        share_percent: whole
            .zip(pile.now.value(metric))
            .and_then(|(whole, part)| (part * rust_decimal::Decimal::ONE_HUNDRED).checked_div(whole)?.to_f64()),
        points: pile.over_time.iter().map(|amount| amount.drawn(metric)).collect(),
    };
    let mut blocks: Vec<Vec<GroupRow>> = Vec::new();
    for (group, place) in heaped.groups.iter().zip(1_u8..) {
        let colour = if matches!(group.name, Name::Value(_)) { place } else { 0 };
        let href = narrowed(desk, query, asked, group, filter);
        let mut rows = vec![row(&group.pile, said(desk, asked.group, &group.name), href, Some(colour), false)];
        if asked.second.is_some() {
            let within = group.within.iter();
            rows.extend(within.map(|each| row(&each.pile, said(desk, asked.second, &each.name), None, None, true)));
        }
        blocks.push(rows);
    }
    // Ratios come by what they are divided by, unless somebody asks otherwise.
    let usual = if metric.is_ratio() { "" } else { "-total" };
    let sort = query.sort.as_deref().unwrap_or(usual).to_owned();
    GroupTable {
        title: asked.title(),
        head: asked.group.map_or("All together", Dimension::label).to_owned(),
        compared_with,
        rows: order::sorted(blocks, query.sort.as_deref()),
        listing: Listing { base: query.base(filter.period), sort, ..Listing::default() },
        total,
        before: before(metric, heaped.whole.before),
        has_shares: !metric.is_ratio(),
    }
}

/// The same page with nothing but a group, seen by what it was grouped by next; only for dimensions the filter has.
fn narrowed(desk: &Desk, query: &Query, asked: &Asked, group: &Group, filter: &Filter) -> Option<String> {
    let (Name::Value(value), Some(dimension)) = (&group.name, asked.group) else { return None };
    let mut rest = query.clone();
    let only = |word: &str| Words { any_of: vec![word.to_owned()], none_of: Vec::new() };
    match dimension.attribute() {
        Some(attribute) if value.is_empty() => rest.put(attribute, only(NO_TEAM)),
        Some(attribute) => rest.put(attribute, only(value)),
        None if dimension == Dimension::Account => {
            let account = desk.accounts.iter().find(|each| each.account_id.to_string() == *value)?;
            rest.account = only(account_word(account));
        }
        None => return None,
    }
    rest.own = asked.clone().within();
    Some(rest.permalink(filter.period))
}

/// What a group is called on the page.
fn said(desk: &Desk, dimension: Option<Dimension>, name: &Name) -> String {
    let value = match name {
        Name::Others(1) => return "1 other".to_owned(),
        Name::Others(others) => return format!("{} others", number::count(*others)),
        Name::Value(value) => value.as_str(),
    };
    dimension.map_or_else(|| "All together".to_owned(), |dimension| called(desk, dimension, value))
}

/// What a value of a dimension is called on a page.
pub(super) fn called(desk: &Desk, dimension: Dimension, value: &str) -> String {
    match dimension {
        Dimension::Account => value.parse().map_or_else(|_| value.to_owned(), |number| desk.account_name(number)),
        Dimension::Kind => Kind::parse(value).map_or_else(|| value.to_owned(), |kind| kind.label().to_owned()),
        Dimension::Phase => Phase::parse(value).map_or_else(|| value.to_owned(), |phase| phase.label().to_owned()),
        Dimension::HostingOption if value.is_empty() => "Not hosting".to_owned(),
        Dimension::HostingOption => value.replace('_', "-"),
        Dimension::InstanceType if value.is_empty() => "Unknown type".to_owned(),
        _ if value.is_empty() => format!("No {}", dimension.label().to_lowercase()),
        _ => value.to_owned(),
    }
}

/// How the whole changed, and the group that moved it most: `Fell 12 % against 2–8 Nov 2026, mostly vision`.
fn change(desk: &Desk, asked: &Asked, heaped: &Heaped, against: &str) -> Option<String> {
    let metric = asked.metric;
    let value = |amount: Amount| amount.drawn(metric);
    let (now, then) = (value(heaped.whole.now)?, value(heaped.whole.before)?);
    let moved = figure::moved(&Shown::exact(now, metric.unit()), &Shown::exact(then, metric.unit()))?;
    // A ratio of the whole is no sum of ratios.
    let of = |group: &Group| value(group.pile.now).unwrap_or(0.0) - value(group.pile.before).unwrap_or(0.0);
    let most = heaped.groups.iter().filter(|group| of(group) * (now - then) > 0.0);
    let most = most.max_by(|a, b| of(a).abs().total_cmp(&of(b).abs()));
    let mostly = match most.filter(|_| heaped.groups.len() > 1 && !metric.is_ratio()) {
        Some(group) => format!(", mostly {}", said(desk, asked.group, &group.name)),
        None => String::new(),
    };
    Some(format!("{moved} against {against}{mostly}"))
}

/// Notes and events in order of their days.
pub(super) fn marks(marked: Vec<Marked>) -> Vec<MarkRow> {
    marked
        .into_iter()
        .zip(1_usize..)
        .map(|(each, number)| MarkRow {
            number: number.to_string(),
            day: each.day,
            text: match each.configurations {
                0 if each.failed > 0 => {
                    let (failed, ended) = (number::count(each.failed), number::count(each.ended));
                    format!("{failed} of {ended} jobs that ended failed, most often {}", each.text)
                }
                0 => each.text,
                1 => format!("New endpoint configuration: {}", each.text),
                many if many > NAMED => {
                    format!(
                        "{} new endpoint configurations: {} and {} more",
                        number::count(many),
                        each.text,
                        number::count(many - NAMED)
                    )
                }
                many => format!("{many} new endpoint configurations: {}", each.text),
            },
            author: each.author,
            remove_action: each.note_id.map(|note_id| format!("{PATH}/notes/{note_id}/remove")),
        })
        .collect()
}

/// What a group is called in a file: as the ledger has it, and accounts by AWS' number.
#[must_use]
pub fn written(desk: &Desk, dimension: Option<Dimension>, value: &str) -> String {
    let account = (dimension == Some(Dimension::Account)).then(|| value.parse().ok()).flatten();
    account.map_or_else(|| value.to_owned(), |number| desk.aws_account(number))
}

/// Where a picture comes from, in a line below it.
#[must_use]
pub fn source(desk: &Desk, query: &Query) -> String {
    let period = query.period(desk.today());
    let mut parts = vec!["Wattledger".to_owned(), format!("{} UTC", overview::spoken(period))];
    for (label, words) in query.facets() {
        parts.extend(words.any_of.iter().map(|word| format!("{label} {word}")));
        parts.extend(words.none_of.iter().map(|word| format!("not {label} {word}")));
    }
    if desk.scope.origin() == Origin::Demo {
        parts.push("demo data from a simulated fleet".to_owned());
    }
    if let Some(estimate) = &desk.estimate {
        parts.push(format!("factor set {}, method {}", estimate.label, estimate.method_version));
    }
    parts.join(" · ")
}

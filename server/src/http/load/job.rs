//! One job or notebook.

use std::collections::BTreeMap;

use app::view::{JobLoad, JobView, Ledger, Line, Loaded, Shown, TimeChart, Unit};
use chrono::{DateTime, Duration, DurationRound as _, NaiveDate, Utc};
use footprint::FactorSet;
use rust_decimal::prelude::ToPrimitive as _;

use super::figures::{self, number};
use super::{
    busy, configuration, detail, family, findings, guards, inputs, lists, overview, phases, rates, uncertainty,
};
use crate::aws::facts::Component;
use crate::estimate::price::{self as list_price, Machine};
use crate::http::Problem;
use crate::http::desk::Desk;
use crate::http::query::Query;
use crate::kind::{Kind, Section};
use crate::store::part::Part;
use crate::store::price::PriceList;
use crate::store::resource::{self, Resource, Span, Usage};
use crate::store::selection::Period;
use crate::store::sheet::{self, Load, Sheet};

/// Loads a resource of a list by the last segment of its address.
///
/// # Errors
/// [`Problem::NoSuchThing`] for what is not there or lies outside the scope, by the same way.
pub async fn load(desk: &mut Desk, section: Section, slug: &str, query: &Query) -> Result<JobView, Problem> {
    Ok(with_resource(desk, section, slug, query).await?.1)
}

/// The same with what it is shown of.
pub(super) async fn with_resource(
    desk: &mut Desk,
    section: Section,
    slug: &str,
    query: &Query,
) -> Result<(Resource, JobView), Problem> {
    let missing = || figures::missing(section);
    let estimate_id = desk.estimate.as_ref().map(|estimate| estimate.estimate_id).ok_or_else(missing)?;
    let id = number(slug).ok_or_else(missing)?;
    let origin = desk.scope.origin();
    let sheet = sheet::find(desk.connection(), origin, section, id).await?.ok_or_else(missing)?;
    let Sheet { resource: job, spans, prices, twins, .. } = sheet;
    if !figures::names(slug, &job.name) {
        return Err(missing());
    }
    let period = query.period(desk.today());
    let days = resource::days(desk.connection(), estimate_id, &job).await?;
    let (from, to) = life(&job, &spans, desk.now);
    let filtered = query.filter_string(period);
    let steps = (detail::step_hours(from, to), busy::step_s(from, to));
    let load = sheet::load_by_host(desk.connection(), &job, (from, to), steps.0, steps.1).await;
    let ((Load { usage, hosts }, loads), load) = desk.part("its load", load).await?.parted();
    let findings = findings::of_resource(desk, id).await;
    let findings = desk.part("what to do", findings).await?;
    let is_job = section == Section::Jobs;
    let (mut part_of, mut family) = (Loaded::default(), Loaded::default());
    if is_job {
        let read = configuration::of_job(desk, &job, &filtered).await;
        part_of = desk.part("what it was part of", read).await?;
        let read = family::around(desk, estimate_id, &job, query).await;
        family = desk.part("the runs of its family", read).await?;
    }
    let search = part_of.ready().and_then(|part_of| part_of.early_stopping);
    let guards = part_of.as_ref().and(family.as_ref()).map(|(_, is_followed)| match is_job {
        true => guards::rows(&job, guards::Around { search, is_followed: *is_followed, now: desk.now }),
        false => Vec::new(),
    });
    let factors = desk.factors.clone();
    let today = desk.today();
    let parts: Vec<_> = days.iter().map(|each| &each.part).collect();
    let whole = figures::sum(&factors, parts.iter().copied());
    let share = figures::sum(&factors, detail::within(&days, period));
    let (chart, by_host) = busy::charts(&factors, &spans, &loads);
    let life = Period { from: from.date_naive(), to: to.date_naive() };
    let resource = job.clone();
    let view = JobView {
        account: desk.account_name(job.account_id),
        team: days.iter().rev().find_map(|each| each.part.team.clone()),
        owner: days.iter().rev().find_map(|each| each.owner.clone()),
        status: lists::status(&job.status),
        created_at: Some(job.created_at),
        started_at: job.started_at,
        ended_at: job.ended_at,
        instance_type: instance_type(&spans, &parts),
        instance_count: instance_count(&spans),
        spot: job.is_spot.unwrap_or(false),
        period: overview::spoken(period),
        in_period: detail::footprint_of(&share),
        lifetime: detail::footprint_of(&whole),
        max_exposure: max_exposure(&Prices { list: &prices, factors: &factors, day: today }, &job, &spans),
        days: detail::day_rows(&factors, &days, life, |day| detail::why_href(section.as_str(), &job, day, query)),
        load: load.as_ref().map(|()| JobLoad {
            over_time: chart.or_else(|| hourly(&usage)),
            by_host,
            hosts: detail::host_rows(&factors, &spans, &hosts),
        }),
        billable: lists::billable(job.billable_seconds),
        phases: is_job.then(|| phases::of(&job, desk.now)),
        inputs: is_job.then(|| inputs::of(&job, twins.as_deref(), &filtered)),
        guards,
        rates: match section {
            Section::Jobs => rates::of(&whole, &rates::of_job(&job, desk.now, life)),
            _ => Vec::new(),
        },
        ledger: Ledger {
            gain: uncertainty::largest_gain(&factors, &whole.groups),
            why_href: Some(detail::why_href(section.as_str(), &job, life, query)),
            ..detail::ledger(&factors, &job, &whole, &parts, load.ready().map(|()| usage.as_slice()))
        },
        spans: detail::span_rows(&spans, working(section)),
        findings,
        family: family.map(|(family, _)| family),
        part_of: part_of.map(|part_of| part_of.rows),
        final_metrics: final_metrics(&job),
        tags: job.tag_keys.iter().cloned().zip(job.tag_values.iter().cloned()).collect(),
        failure_reason: job.failure_reason,
        kind: Kind::parse(&job.kind).map(|kind| kind.label().to_owned()).unwrap_or_default(),
        name: job.name,
        arn: job.arn,
        region: job.region,
    };
    Ok((resource, view))
}

/// What its instances do while they are neither kept nor on their way.
const fn working(section: Section) -> &'static str {
    match section {
        Section::Jobs => "training",
        Section::Endpoints | Section::Notebooks | Section::Workloads => "serving",
    }
}

/// From the first hour it can have used to the end of the last, its warm pool included.
fn life(job: &Resource, spans: &[Span], now: DateTime<Utc>) -> (DateTime<Utc>, DateTime<Utc>) {
    let from = job.started_at.unwrap_or(job.created_at).min(job.created_at);
    let released = spans.iter().map(|span| span.to_at.unwrap_or(now)).max().unwrap_or(from);
    let to = job.ended_at.unwrap_or(now).max(from).max(released) + Duration::hours(1);
    let from = from - Duration::hours(1);
    // Buckets begin at the full hour, or their times would be those of its creation.
    (from.duration_trunc(Duration::hours(1)).unwrap_or(from), to)
}

fn instance_type(spans: &[Span], parts: &[&Part]) -> String {
    let mut types: Vec<&str> = spans.iter().map(|span| span.instance_type.as_str()).collect();
    types.extend(parts.iter().map(|part| part.instance_type.as_str()).filter(|name| !name.is_empty()));
    types.sort_unstable();
    types.dedup();
    types.join(", ")
}

/// Instances at the same time: the most of every group.
fn instance_count(spans: &[Span]) -> u32 {
    let mut most: BTreeMap<&str, i32> = BTreeMap::new();
    for span in spans {
        let known = most.entry(span.member.as_str()).or_default();
        *known = (*known).max(span.instance_count);
    }
    u32::try_from(most.values().sum::<i32>()).unwrap_or_default().max(1)
}

/// Where a price is looked up.
struct Prices<'a> {
    list: &'a PriceList,
    factors: &'a FactorSet,
    day: NaiveDate,
}

fn max_exposure(prices: &Prices<'_>, job: &Resource, spans: &[Span]) -> Shown {
    let Some(seconds) = job.max_runtime_s else {
        return Shown::Unknown("AWS did not say how long it may run".to_owned());
    };
    let mut hourly = 0.0;
    let mut seen: Vec<&str> = Vec::new();
    for span in spans {
        if seen.contains(&span.member.as_str()) {
            continue;
        }
        seen.push(&span.member);
        let machine = Machine {
            region: &job.region,
            component: Component::of(Kind::parse(&job.kind).unwrap_or(Kind::Training), &job.hosting_option),
            instance_type: &span.instance_type,
        };
        match list_price::hourly(prices.list, prices.factors, machine, prices.day).and_then(|price| price.usd.to_f64())
        {
            Some(usd) => hourly += usd * f64::from(span.instance_count),
            None => {
                return Shown::Unknown(format!("no list price is known for {} in {}", span.instance_type, job.region));
            }
        }
    }
    if seen.is_empty() {
        return Shown::Unknown("AWS gave no times".to_owned());
    }
    Shown::exact(hourly * seconds / 3600.0, Unit::Usd)
}

/// Mean load of all its instances hour by hour, for where no points are kept; nothing where no series came.
fn hourly(usage: &[Usage]) -> Option<TimeChart> {
    let buckets: Vec<&[Usage]> = usage.chunk_by(|a, b| a.at == b.at).collect();
    let line = |label: &str, of: fn(&Usage) -> Option<f64>| {
        let values: Vec<Option<f64>> = buckets.iter().map(|bucket| mean(bucket, of)).collect();
        values.iter().any(Option::is_some).then(|| Line { label: label.to_owned(), values, band: Vec::new() })
    };
    let lines: Vec<Line> =
        [line("Accelerators", |each| each.gpu), line("Processors", |each| each.cpu)].into_iter().flatten().collect();
    (!lines.is_empty()).then(|| TimeChart {
        id: "utilisation-over-time".to_owned(),
        title: "Over the run".to_owned(),
        unit: Unit::Percent,
        times: buckets.iter().filter_map(|bucket| bucket.first()).map(|each| each.at).collect(),
        lines,
        scale_to: Some(100.0),
    })
}

fn mean(bucket: &[Usage], of: fn(&Usage) -> Option<f64>) -> Option<f64> {
    let known = bucket.iter().filter_map(|each| of(each).map(|value| (value, each.instance_seconds)));
    let (sum, seconds) = known.fold((0.0, 0.0), |(sum, all), (value, seconds)| (sum + value * seconds, all + seconds));
    (seconds > 0.0).then(|| 100.0 * sum / seconds)
}

pub(super) fn final_metrics(job: &Resource) -> Vec<(String, f64)> {
    let reported = job.attributes.pointer("/training/final_metrics").and_then(serde_json::Value::as_array);
    let pair = |each: &serde_json::Value| Some((each.get(0)?.as_str()?.to_owned(), each.get(1)?.as_f64()?));
    reported.into_iter().flatten().filter_map(pair).collect()
}

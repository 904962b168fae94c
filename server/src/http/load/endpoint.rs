//! One endpoint with its variants.

use app::view::{
    Bar, DailyChart, EndpointAround, EndpointLoad, EndpointView, Figure, FormState, Ledger, Line, PinView, Series,
    SeriesKind, Shown, TimeChart, Unit, VariantRow, ZeroRow,
};
use chrono::{DateTime, NaiveDate, Utc};
use footprint::units::Fraction;
use footprint::{HourInput, Measured, WorkloadKind};
use rust_decimal::prelude::ToPrimitive as _;
use serde_json::Value;

use super::figures::{self, Sums, number, to_f64};
use super::work::{self, Tally};
use super::{alarms, components, configuration, detail, findings, observed, overview, rates, required, uncertainty};
use crate::aws::facts::{ItemKind, is_serverless};
use crate::http::Problem;
use crate::http::desk::Desk;
use crate::http::lens::Lens;
use crate::http::query::Query;
use crate::ingest::forecast;
use crate::kind::Section;
use crate::store::capacity::Purchase;
use crate::store::configuration::Item;
use crate::store::endpoint::{self as surroundings, Around};
use crate::store::part::Part;
use crate::store::price::PriceList;
use crate::store::resource::{self, DayPart, Life, Resource, Span, Usage};
use crate::store::selection::Period;
use crate::store::sheet::{self, Load, Sheet};
use crate::store::work_unit::Unit as WorkUnit;

mod answers;
mod coverage;
mod demand;
mod safety;
mod scaling;

const MISSING: Problem = figures::missing(Section::Endpoints);

/// Loads an endpoint by the last segment of its address; `form` brings back what was wrong with a request to pin it.
///
/// # Errors
/// [`Problem::NoSuchThing`] for what is not there or lies outside the scope, by the same way.
pub async fn load(desk: &mut Desk, slug: &str, query: &Query, form: FormState) -> Result<EndpointView, Problem> {
    let estimate_id = desk.estimate.as_ref().map(|estimate| estimate.estimate_id).ok_or(MISSING)?;
    let id = number(slug).ok_or(MISSING)?;
    let origin = desk.scope.origin();
    let sheet = sheet::find(desk.connection(), origin, Section::Endpoints, id).await?.ok_or(MISSING)?;
    let pin = pin_view(&sheet, slug, form);
    let Sheet { resource: endpoint, spans, unit, prices, .. } = sheet;
    if !figures::names(slug, &endpoint.name) {
        return Err(MISSING);
    }
    let period = query.period(desk.today());
    let (from, to) = resource::bounds(period);
    let step_hours = demand::step_hours(period);
    let life = resource::life(desk.connection(), estimate_id, &endpoint, period).await?;
    let load = sheet::load(desk.connection(), &endpoint, from, to, step_hours).await;
    let (Load { usage, hosts }, load) = desk.part("its load", load).await?.parted();
    let findings = findings::of_resource(desk, id).await;
    let findings = desk.part("what to do", findings).await?;
    let items = configuration::of_endpoint(desk, &endpoint).await;
    let (items, configured) = desk.part("its configuration", items).await?.parted();
    let around = surroundings::around(desk.connection(), &endpoint, (from, to), step_hours, alarms::MOST).await;
    let (around, surrounded) = desk.part("what goes on around it", around).await?.parted();
    let factors = desk.factors.clone();
    let days = &life.days;
    // A rule over tags knows better than the name of a tag.
    let owner = days.iter().rev().find_map(|each| each.owner.clone());
    let own: Vec<&Part> = detail::within(days, period).collect();
    let share = figures::sum(&factors, own.iter().copied());
    let told = Told { endpoint: &endpoint, items: &items, spans: &spans, around, bounds: (from, to), now: desk.now };
    Ok(EndpointView {
        account: desk.account_name(endpoint.account_id),
        team: team(&life),
        told: with_owner(&endpoint, owner),
        status: endpoint.status.clone(),
        created_at: Some(endpoint.created_at),
        deleted_at: endpoint.gone_at,
        period: overview::spoken(period),
        in_period: detail::footprint_of(&share),
        lifetime: detail::footprint_of(&figures::sum(&factors, life.parts().map(|(_, part)| part))),
        invocations: requests(&share),
        idle_share: share.idle_share(),
        work: unit.map(|unit| done(&factors, &unit, &own).figures()),
        variants: variants(&factors, (&endpoint, configured.ready().map(|()| items.as_slice())), days, &spans, period),
        components: components::rows(&factors, &items, days, &spans, period, desk.now),
        load: load.as_ref().map(|()| EndpointLoad {
            last_invoked_at: usage.iter().filter_map(|each| each.last_request_at).max(),
            demand: demand::chart(&factors, &told, &usage, days, step_hours),
            instance_counts: instance_counts(&usage),
            at_zero: at_zero(&factors, &endpoint, &life, &spans, &usage, (period, desk.now)),
            busy: answers::busy(&factors, &told, &usage),
            hosts: detail::host_rows(&factors, &spans, &hosts),
        }),
        idle: Some(idle(days, period)),
        days: detail::day_rows(&factors, days, period, |day| detail::why_href("endpoints", &endpoint, day, query)),
        around: configured.clone().and(surrounded).map(|()| around_it(&factors, &prices, &told)),
        rates: rates::of(&share, &rates::of_endpoint(&share)),
        ledger: Ledger {
            gain: uncertainty::largest_gain(&factors, &share.groups),
            why_href: Some(detail::why_href("endpoints", &endpoint, period, query)),
            ..detail::ledger(&factors, &endpoint, &share, &own, load.ready().map(|()| usage.as_slice()))
        },
        spans: detail::span_rows(&spans, "serving"),
        findings,
        pin,
        configuration: configured.map(|()| items.iter().map(configuration::row).collect()),
        tags: endpoint.tag_keys.iter().cloned().zip(endpoint.tag_values.iter().cloned()).collect(),
        name: endpoint.name.clone(),
        arn: endpoint.arn.clone(),
        region: endpoint.region.clone(),
    })
}

/// How it is scaled, watched and guarded, and how it answers.
fn around_it(factors: &Lens, prices: &PriceList, told: &Told<'_>) -> EndpointAround {
    EndpointAround {
        scaling: scaling::view(told),
        waits: answers::waits(&told.around.waits),
        answers: answers::view(&told.around.answers),
        alarms: coverage::view(factors, told),
        security: safety::security(told),
        resilience: safety::resilience(factors, prices, told),
        alarm_changes: alarms::rows(&told.around.alarm_changes),
        observed: observed::rows(&told.around.observed),
    }
}

/// What the panels about an endpoint are told from.
struct Told<'a> {
    endpoint: &'a Resource,
    items: &'a [Item],
    spans: &'a [Span],
    around: Around,
    /// The instants the period lies between.
    bounds: (DateTime<Utc>, DateTime<Utc>),
    now: DateTime<Utc>,
}

impl Told<'_> {
    /// What is configured now, of a kind.
    fn standing(&self, kind: ItemKind) -> impl Iterator<Item = &Item> {
        self.items.iter().filter(move |item| item.kind == kind.as_str() && item.valid_to.is_none())
    }

    /// Why something is not known; `None` where it was read.
    fn unread(&self, feature: &str) -> Option<String> {
        let probe = self.around.probes.iter().find(|probe| probe.feature == feature);
        required::unread(feature, probe.map(|probe| probe.state.as_str()))
    }

    /// The endpoint configuration in force, if it is known.
    fn config(&self) -> Option<&Item> {
        let name = configuration::text(&self.endpoint.attributes, "config");
        self.standing(ItemKind::EndpointConfig).find(|item| name.is_none_or(|name| item.name == name))
    }

    /// What the configuration in force says of a variant.
    fn configured(&self, variant: &str) -> Option<&Value> {
        let document = &self.config()?.document;
        let all = configuration::list(document, "variants").iter().chain(configuration::list(document, "shadows"));
        all.into_iter().find(|each| configuration::text(each, "name") == Some(variant))
    }

    /// Whether a variant is served copies of requests only.
    fn is_shadow(&self, variant: &str) -> bool {
        required::is_shadow(configuration::list(&self.endpoint.attributes, "weights"), variant)
    }
}

/// Names of variants, in the order of the alphabet.
fn members(spans: &[Span]) -> Vec<&str> {
    let mut names: Vec<&str> = spans.iter().map(|span| span.member.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// Of the last day that says it, or else of its life.
fn team(life: &Life) -> Option<String> {
    let last = life.days.iter().rev().find_map(|each| each.part.team.clone());
    last.or_else(|| life.rest.iter().find_map(|(_, part)| part.team.clone()))
}

/// The same, with the owner that a rule over tags names in the place of the tag's.
fn with_owner(endpoint: &Resource, owner: Option<String>) -> Vec<(&'static str, String)> {
    let mut told = told_by_tags(endpoint);
    if let Some(owner) = owner {
        told.retain(|(label, _)| *label != "Owner");
        told.insert(0, ("Owner", owner));
    }
    told
}

/// What tags say of the owner, the objective and the lifecycle, under the names that are in use for them.
fn told_by_tags(endpoint: &Resource) -> Vec<(&'static str, String)> {
    const WORDS: [(&str, &[&str]); 3] = [
        ("Owner", &["owner", "owned-by", "contact"]),
        ("Service level objective", &["slo", "sla", "service-level"]),
        ("Lifecycle", &["lifecycle", "lifecycle-stage", "stage"]),
    ];
    let tags = || endpoint.tag_keys.iter().zip(&endpoint.tag_values);
    let said = |words: &[&str]| {
        let own = |key: &str| key.rsplit([':', '/']).next().unwrap_or(key).to_ascii_lowercase().replace('_', "-");
        tags().find(|(key, value)| words.contains(&own(key).as_str()) && !value.is_empty())
    };
    WORDS.into_iter().filter_map(|(label, words)| said(words).map(|(_, value)| (label, value.clone()))).collect()
}

/// How often the endpoint is read; nothing of what AWS no longer has.
fn pin_view(sheet: &Sheet, slug: &str, form: FormState) -> Option<PinView> {
    if sheet.resource.gone_at.is_some() {
        return None;
    }
    let mut open: Vec<&str> =
        sheet.spans.iter().filter(|span| span.to_at.is_none()).map(|span| span.member.as_str()).collect();
    open.sort_unstable();
    open.dedup();
    let variants = i64::try_from(open.len()).unwrap_or(i64::MAX);
    Some(PinView {
        action: format!("/endpoints/{slug}/pin"),
        pinned: sheet.pin.clone().map(|pin| (pin.by, pin.at)),
        read_to: sheet.followed_to,
        usd_a_month: forecast::pinned_usd_a_month(variants),
        form,
    })
}

/// Requests of a selection; a series that is missing is not a zero.
fn requests(sums: &Sums) -> Shown {
    match sums.requests {
        Some(requests) => Shown::exact(requests, Unit::Count),
        None if sums.idle_seconds > 0.0 => Shown::exact(0.0, Unit::Count),
        None => Shown::Unknown("no invocation metrics were read".to_owned()),
    }
}

/// What the endpoint did in its unit, and what a unit took: of the days of which CloudWatch tells.
fn done(factors: &Lens, unit: &WorkUnit, own: &[&Part]) -> Tally {
    let is_known = |part: &Part| part.requests.is_some() || part.idle_seconds > 0.0;
    let requests: f64 = own.iter().filter_map(|part| part.requests).sum();
    work::of_parts(factors, unit, own.iter().map(|part| (is_known(part), *part)), requests / unit.scale, false)
}

fn variants(
    factors: &Lens,
    (endpoint, items): (&Resource, Option<&[Item]>),
    days: &[DayPart],
    spans: &[Span],
    period: Period,
) -> Vec<VariantRow> {
    let mut names: Vec<&str> =
        days.iter().map(|each| each.member.as_str()).chain(spans.iter().map(|span| span.member.as_str())).collect();
    names.sort_unstable();
    names.dedup();
    let row = |name: &str| {
        let own = days.iter().filter(|each| each.member == name && period.holds(each.day)).map(|each| &each.part);
        let sums = figures::sum(factors, own);
        let last = spans.iter().rev().find(|span| span.member == name);
        let now: i32 = spans
            .iter()
            .filter(|span| span.member == name && span.to_at.is_none())
            .map(|span| span.instance_count)
            .sum();
        let (min_capacity, max_capacity, scaling) = items.map_or_else(
            || (None, None, "could not be read".to_owned()),
            |items| configuration::scaling_of(items, &endpoint.name, name),
        );
        VariantRow {
            name: name.to_owned(),
            hosting: endpoint.hosting_option.replace('_', "-"),
            instance_type: last.map(|span| span.instance_type.clone()).filter(|name| !name.is_empty()),
            instances_now: u32::try_from(now).ok(),
            min_capacity,
            max_capacity,
            scaling,
            invocations: requests(&sums),
            instance_hours: sums.hours(),
            cost: sums.cost(),
            energy: sums.energy(),
            emissions: sums.emissions(),
        }
    };
    names.into_iter().map(row).collect()
}

/// How long a variant that can do without instances did, and what one that waits would have used.
fn at_zero(
    factors: &Lens,
    endpoint: &Resource,
    life: &Life,
    spans: &[Span],
    usage: &[Usage],
    (period, now): (Period, DateTime<Utc>),
) -> Vec<ZeroRow> {
    let (from, to) = resource::bounds(period);
    let (from, to) = (from.max(endpoint.created_at), to.min(endpoint.gone_at.unwrap_or(now)));
    let in_service = (to - from).as_seconds_f64().max(0.0) / 3_600.0;
    let can_be_gone = matches!(endpoint.hosting_option.as_str(), "serverless" | "async");
    if !can_be_gone || in_service <= 0.0 {
        return Vec::new();
    }
    let row = |variant: &str| {
        let own = || spans.iter().filter(|span| span.member == variant);
        // What is held ready is never at zero.
        let last = own().next_back().filter(|span| span.purchase != Purchase::Provisioned.as_str())?;
        let machine = last.instance_type.clone();
        // A share of a machine is there in the seconds in which it answers.
        let there = if is_serverless(&machine) {
            usage.iter().filter(|each| each.member == variant).map(|each| each.instance_seconds / 3_600.0).sum()
        } else {
            let hours = |span: &Span| {
                let (begin, end) = (span.from_at.max(from), span.to_at.unwrap_or(to).min(to));
                if span.instance_count > 0 { (end - begin).as_seconds_f64().max(0.0) / 3_600.0 } else { 0.0 }
            };
            own().map(hours).sum::<f64>()
        };
        let zero = (in_service - there).max(0.0);
        let idle = HourInput {
            instance_type: &machine,
            region: &endpoint.region,
            kind: WorkloadKind::Endpoint,
            instance_seconds: zero * 3_600.0,
            cpu: Some(Fraction::ZERO),
            gpu: Some(Fraction::ZERO),
            measured: Measured::default(),
            storage_gb: None,
            network_gb: None,
        };
        let avoided = footprint::estimate_hour(factors, &idle).ok();
        let sums =
            figures::sum_closed(factors, life.parts().filter(|(member, _)| *member == variant).map(|(_, part)| part));
        let an_hour = sums.cost.and_then(|cost| cost.to_f64()).zip(sums.seconds.filter(|seconds| *seconds > 0.0));
        let unknown = || Shown::Unknown("nothing is known of such a machine".to_owned());
        Some(ZeroRow {
            variant: variant.to_owned(),
            hours: Shown::exact(zero, Unit::Hours),
            share: Shown::exact(100.0 * zero / in_service, Unit::Percent),
            energy: avoided
                .map_or_else(unknown, |parts| Shown::exact(to_f64(parts.facility.0) / 1e9, Unit::KilowattHours)),
            emissions: avoided.map_or_else(unknown, |parts| {
                let grams = parts.operational.0 + parts.embodied_host.0 + parts.embodied_accelerator.0;
                Shown::exact(to_f64(grams) / 1e6, Unit::GramsCo2e)
            }),
            cost: an_hour.map_or_else(
                || Shown::Unknown("no price is known".to_owned()),
                |(cost, seconds)| Shown::exact(cost / seconds * 3_600.0 * zero, Unit::Usd),
            ),
        })
    };
    members(spans).into_iter().filter_map(row).collect()
}

/// Mean instances over time, one line a variant; of one alone the demand against it tells.
fn instance_counts(usage: &[Usage]) -> Option<TimeChart> {
    let mut times: Vec<_> = usage.iter().map(|each| each.at).collect();
    times.dedup();
    let mut names: Vec<&str> = usage.iter().map(|each| each.member.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    let lines = names
        .iter()
        .map(|name| Line {
            label: (*name).to_owned(),
            values: times.iter().map(|at| count_at(usage, *at, name)).collect(),
            band: Vec::new(),
        })
        .collect();
    (names.len() > 1).then(|| TimeChart {
        id: "instances-over-time".to_owned(),
        title: "Instances".to_owned(),
        unit: Unit::Count,
        times,
        lines,
        scale_to: None,
    })
}

fn count_at(usage: &[Usage], at: DateTime<Utc>, member: &str) -> Option<f64> {
    let found = usage.iter().find(|each| each.at == at && each.member == member)?;
    (found.hours > 0).then(|| found.instance_seconds / 3600.0 / to_f64(found.hours))
}

fn idle(days: &[DayPart], period: Period) -> DailyChart {
    let dates: Vec<NaiveDate> = period.each_day().collect();
    let series = |kind: SeriesKind, label: &str, of: fn(&Part) -> Option<f64>| Series {
        kind,
        label: label.to_owned(),
        values: dates.iter().map(|day| sum_of(days, *day, of)).collect(),
    };
    let hours = |day: &NaiveDate| sum_of(days, *day, |part| part.instance_seconds.map(|seconds| seconds / 3600.0));
    let total: Option<f64> = dates.iter().filter_map(hours).reduce(|a, b| a + b);
    DailyChart {
        bar: Bar::Day,
        marks: Vec::new(),
        target: None,
        id: "idle-by-day".to_owned(),
        title: "Busy and idle instance-hours by day".to_owned(),
        unit: Unit::Hours,
        series: vec![
            series(SeriesKind::Busy, "Busy", |part| {
                part.instance_seconds.map(|all| (all - part.idle_seconds).max(0.0) / 3600.0)
            }),
            series(SeriesKind::Idle, "Idle", |part| part.instance_seconds.map(|_| part.idle_seconds / 3600.0)),
        ],
        totals: dates.iter().map(|day| hours(day).map(|hours| Figure::exact(hours, Unit::Hours))).collect(),
        partial: Vec::new(),
        total: total.map(|hours| Figure::exact(hours, Unit::Hours)),
        hrefs: Vec::new(),
        change: None,
        forecast: None,
        days: dates,
    }
}

/// A sum over a day's parts; `None` where none of them says anything.
fn sum_of(days: &[DayPart], day: NaiveDate, of: fn(&Part) -> Option<f64>) -> Option<f64> {
    days.iter().filter(|each| each.day == day).filter_map(|each| of(&each.part)).reduce(|a, b| a + b)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::endpoint::Probed;

    /// So many hours into a Monday.
    pub(super) fn at(hour: i64) -> DateTime<Utc> {
        NaiveDate::from_ymd_opt(2026, 11, 16).unwrap().and_time(chrono::NaiveTime::MIN).and_utc()
            + chrono::Duration::hours(hour)
    }

    pub(super) fn endpoint(hosting: &str) -> Resource {
        Resource {
            account_id: 1,
            resource_id: 1,
            arn: "arn:aws:sagemaker:us-east-1:111122223333:endpoint/chat".to_owned(),
            kind: "endpoint".to_owned(),
            name: "chat".to_owned(),
            region: "us-east-1".to_owned(),
            status: "InService".to_owned(),
            failure_reason: None,
            hosting_option: hosting.to_owned(),
            created_at: at(0),
            started_at: None,
            ended_at: None,
            gone_at: None,
            is_spot: None,
            max_runtime_s: None,
            training_seconds: None,
            billable_seconds: None,
            attributes: serde_json::json!({}),
            tag_keys: Vec::new(),
            tag_values: Vec::new(),
        }
    }

    pub(super) fn span(member: &str, from: i64, to: Option<i64>, count: i32) -> Span {
        Span {
            member: member.to_owned(),
            from_at: at(from),
            to_at: to.map(at),
            instance_type: "ml.g5.xlarge".to_owned(),
            instance_count: count,
            purchase: "on_demand".to_owned(),
            state: if count > 0 { "serving" } else { "provisioning" }.to_owned(),
            source: "scaling_activity".to_owned(),
        }
    }

    pub(super) fn item(kind: ItemKind, parent: &str, document: Value) -> Item {
        Item {
            kind: kind.as_str().to_owned(),
            identifier: format!("{} {parent}", kind.as_str()),
            name: kind.as_str().to_owned(),
            region: "us-east-1".to_owned(),
            parent: parent.to_owned(),
            created_at: None,
            valid_from: at(0),
            valid_to: None,
            document,
        }
    }

    /// Two days of an endpoint in a region of which everything was read.
    pub(super) fn told<'a>(endpoint: &'a Resource, items: &'a [Item], spans: &'a [Span]) -> Told<'a> {
        let granted = |feature: &str| Probed { feature: feature.to_owned(), state: "granted".to_owned() };
        let features = ItemKind::ALL.map(ItemKind::plural).into_iter().chain(["scaling activities"]);
        let around = Around {
            alarm_changes: Vec::new(),
            activities: Vec::new(),
            probes: features.map(granted).collect(),
            answers: Vec::new(),
            observed: Vec::new(),
            waits: Vec::new(),
        };
        Told { endpoint, items, spans, around, bounds: (at(0), at(48)), now: at(100) }
    }

    #[test]
    fn owner_objective_and_lifecycle_are_found_under_usual_names() {
        let mut endpoint = endpoint("real_time");
        endpoint.tag_keys = ["CostCentre", "acme:Owner", "lifecycle_stage", "slo"].map(str::to_owned).to_vec();
        endpoint.tag_values = ["7", "search", "production", "p99 under 200 ms"].map(str::to_owned).to_vec();
        assert_eq!(
            told_by_tags(&endpoint),
            [
                ("Owner", "search".to_owned()),
                ("Service level objective", "p99 under 200 ms".to_owned()),
                ("Lifecycle", "production".to_owned())
            ]
        );
    }
}

//! Why a figure is what it is: the chain from usage to emissions, every factor, and the windows of metrics behind it.

use std::collections::BTreeMap;

use app::parts::number::count;
use app::view::{ChainRow, FactorRow, Figure, Shown, Unit, WhyView, WindowRow};
use footprint::units::{Fraction, Grams, KilowattHours, Litres, Micrograms};
use footprint::{FactorSet, FactorUse, Tier, Workload, estimate_workload, measured_in};

use super::figures::{self, Sums, number};
use super::rates::{self, Work};
use super::{detail, overview, uncertainty};
use crate::export::why::{Account, EstimateUsed, Figures, Link, Rate, Subject, Window, Windows};
use crate::http::Problem;
use crate::http::desk::Desk;
use crate::http::lens::Lens;
use crate::http::query::Query;
use crate::kind::{Kind, Section};
use crate::store::coverage::{self, MetricWindow, WindowsOf};
use crate::store::intensity::{self, SeriesUsed};
use crate::store::part::Part;
use crate::store::selection::Period;
use crate::store::{list, resource, sheet};

/// Windows that a page and a document list; more are only counted.
const MOST_WINDOWS: i64 = 200;

/// What is asked about.
#[derive(Debug, Clone, Copy)]
pub enum About<'a> {
    /// Everything the filter leaves.
    Selection,
    /// A resource of a list, by the last segment of its address.
    Resource(Section, &'a str),
}

/// The account of a figure and the page about it.
pub struct Why {
    /// For machines.
    pub account: Account,
    /// For people.
    pub view: WhyView,
}

/// Loads the account of a figure; `json_href` is where it is served as JSON.
///
/// # Errors
/// [`Problem::NoSuchThing`] for a job or endpoint that is not there, and when the database refuses.
pub async fn load(desk: &mut Desk, about: About<'_>, query: &Query, json_href: String) -> Result<Why, Problem> {
    let period = query.period(desk.today());
    let factors = desk.factors.clone();
    let Found { subject, accounts, parts, mut work } = match about {
        About::Selection => selection(desk, query).await?,
        About::Resource(section, slug) => one_resource(desk, section, slug, period).await?,
    };
    let parts = merged(&parts);
    let sums = figures::sum(&factors, &parts);
    if let About::Resource(Section::Endpoints, _) = about {
        work.extend(rates::of_endpoint(&sums));
    }
    let (own_work, own) = rates::own(query);
    work.extend(own);
    let scores = rates::scores(&sums, &work);
    let shares = footprint::shares(&factors, &sums.groups);
    let gains = footprint::gains(&factors, &sums.groups);
    let (from, to) = resource::bounds(period);
    let mut regions: Vec<String> = parts.iter().map(|part| part.region.clone()).collect();
    regions.dedup();
    let of = WindowsOf { accounts: &accounts, regions: &regions, from, to };
    let (count, complete, windows) = coverage::metric_windows(desk.connection(), of, MOST_WINDOWS).await?;
    let mut hourly: Vec<String> =
        parts.iter().filter(|part| part.hourly.0 > 0).map(|part| part.region.clone()).collect();
    hourly.dedup();
    let series = intensity::used(desk.connection(), &hourly, from, to).await?;
    let used: Vec<Vec<FactorUse>> = parts.iter().map(|part| used(&factors, part)).collect();
    let references: Vec<&Part> = parts.iter().collect();
    let left_out = detail::warnings(&sums, &references);
    let all = once(used.iter().flatten());
    let view = WhyView {
        subject: subject.name.clone(),
        footprint: detail::footprint_of(&sums),
        market: market(&parts),
        chain: parts.iter().map(|part| chain_row(&factors, part)).collect(),
        parts: detail::part_rows(&factors, &references),
        factors: all.iter().cloned().map(FactorRow::from).collect(),
        windows: windows.iter().map(|window| window_row(desk, window)).collect(),
        windows_count: u64::try_from(count).unwrap_or_default(),
        windows_complete: u64::try_from(complete).unwrap_or_default(),
        left_out: left_out.clone(),
        resolution: sums.resolution(),
        series: series.iter().map(spoken).collect(),
        shares: uncertainty::share_rows(&shares),
        gains: uncertainty::gain_rows(&shares, &gains),
        rates: rates::rows(&sums, &scores),
        own_work,
        own_work_action: query.path.clone(),
        own_work_carries: query.carried_without(period, &rates::PARAMETERS),
        json_href,
    };
    let estimate = desk.estimate.as_ref();
    let account = Account {
        origin: desk.scope.origin().as_str(),
        subject,
        period: [period.from, period.to],
        estimate: EstimateUsed {
            method_version: estimate.map(|each| each.method_version.clone()).unwrap_or_default(),
            factor_set: factors.label().to_owned(),
            factor_set_sha256: factors.sha256_hex(),
        },
        figures: figures_of(&sums, &parts),
        chain: parts.iter().zip(&used).map(|(part, used)| link(&factors, part, used)).collect(),
        intensity_series: series,
        factors: all,
        shares,
        gains,
        sci: scores.into_iter().map(|(work, score)| Rate { amount: work.amount, score }).collect(),
        windows: Windows {
            count: view.windows_count,
            complete: view.windows_complete,
            listed: windows.into_iter().map(|window| window_of(desk, window)).collect(),
        },
        left_out,
    };
    Ok(Why { account, view })
}

fn spoken(series: &SeriesUsed) -> String {
    let SeriesUsed { region, source, licence, hours } = series;
    format!("{region}: {} hours from {source} ({licence})", count(*hours))
}

struct Found {
    subject: Subject,
    accounts: Vec<i32>,
    parts: Vec<Part>,
    /// Work that AWS counted.
    work: Vec<Work>,
}

async fn selection(desk: &mut Desk, query: &Query) -> Result<Found, Problem> {
    let filter = desk.filter(query);
    let mut parts = Vec::new();
    if let Some(estimate_id) = desk.estimate.as_ref().map(|estimate| estimate.estimate_id) {
        for section in Section::ALL {
            parts.extend(list::total(desk.connection(), estimate_id, &filter, section).await?);
        }
    }
    let name = format!("Everything selected, {}", overview::spoken(filter.period));
    let subject = Subject { kind: "selection", name, arn: None };
    Ok(Found { subject, accounts: filter.accounts.any_of, parts, work: Vec::new() })
}

async fn one_resource(desk: &mut Desk, section: Section, slug: &str, period: Period) -> Result<Found, Problem> {
    let missing = figures::missing(section);
    let estimate_id = desk.estimate.as_ref().map(|estimate| estimate.estimate_id);
    let (Some(estimate_id), Some(id)) = (estimate_id, number(slug)) else {
        return Err(missing);
    };
    let origin = desk.scope.origin();
    let found = sheet::find(desk.connection(), origin, section, id).await?.map(|sheet| sheet.resource);
    let Some(found) = found.filter(|found| figures::names(slug, &found.name)) else {
        return Err(missing);
    };
    let days = resource::days(desk.connection(), estimate_id, &found).await?;
    let parts = detail::within(&days, period).cloned().collect();
    let (work, kind) = match section {
        Section::Jobs => (rates::of_job(&found, desk.now, period), "job"),
        Section::Endpoints => (Vec::new(), "endpoint"),
        Section::Notebooks => (Vec::new(), "notebook"),
        Section::Workloads => (Vec::new(), "workload"),
    };
    let subject = Subject { kind, name: found.name, arn: Some(found.arn) };
    Ok(Found { subject, accounts: vec![found.account_id], parts, work })
}

/// One part per instance type, region, kind and tier.
fn merged(parts: &[Part]) -> Vec<Part> {
    let mut lines: BTreeMap<(String, String, Kind, Option<Tier>), Part> = BTreeMap::new();
    for part in parts {
        let tier = part.footprint.map(|(tier, _)| tier);
        let key = (part.region.clone(), part.instance_type.clone(), part.kind, tier);
        match lines.get_mut(&key) {
            Some(line) => line.add(part),
            None => _ = lines.insert(key, part.clone()),
        }
    }
    lines.into_values().collect()
}

/// The coefficients that a part rests on; none where its type or region is unknown.
fn used(factors: &FactorSet, part: &Part) -> Vec<FactorUse> {
    let Some((tier, _)) = part.footprint else {
        return Vec::new();
    };
    // The load itself is a fact, not a coefficient; only whether there was one decides which coefficients are used.
    let load = (tier < Tier::T3).then_some(Fraction::ONE);
    let workload = Workload {
        instance_type: part.instance_type.clone(),
        count: 1,
        hours: 1.0,
        region: part.region.clone(),
        kind: part.kind.workload(),
        cpu: load,
        gpu: load,
        measured: part.group().map(|(key, sums)| measured_in(factors, &key, &sums)).unwrap_or_default(),
    };
    estimate_workload(factors, &workload).map(|estimate| estimate.factors).unwrap_or_default()
}

fn once<'a>(used: impl Iterator<Item = &'a FactorUse>) -> Vec<FactorUse> {
    let mut all: Vec<FactorUse> = Vec::new();
    for factor in used {
        if !all.iter().any(|known| known.id == factor.id) {
            all.push(factor.clone());
        }
    }
    all
}

/// The means of a line: a quotient of sums, or nothing where its divisor is nothing.
struct Means {
    hours: Option<f64>,
    it: Option<f64>,
    facility: Option<f64>,
    operational: Option<f64>,
    embodied: Option<f64>,
    water: Option<f64>,
}

impl Means {
    fn of(part: &Part) -> Self {
        let sums = part.footprint.map(|(_, sums)| sums);
        Self {
            hours: part.instance_seconds.map(|seconds| seconds / 3_600.0),
            it: sums.map(|sums| KilowattHours::from(sums.it()).get()),
            facility: sums.map(|sums| KilowattHours::from(sums.facility).get()),
            operational: sums.map(|sums| Grams::from(sums.operational).get()),
            embodied: sums.map(|sums| Grams::from(sums.embodied()).get()),
            water: sums.map(|sums| Litres::from(sums.water).get()),
        }
    }

    fn power(&self) -> Option<f64> {
        quotient(self.it.map(|kwh| kwh * 1_000.0), self.hours)
    }

    fn pue(&self) -> Option<f64> {
        quotient(self.facility, self.it)
    }

    fn intensity(&self) -> Option<f64> {
        quotient(self.operational, self.facility)
    }
}

fn quotient(above: Option<f64>, below: Option<f64>) -> Option<f64> {
    above.zip(below.filter(|below| *below > 0.0)).map(|(above, below)| above / below)
}

fn link(factors: &FactorSet, part: &Part, used: &[FactorUse]) -> Link {
    let means = Means::of(part);
    let waters = detail::waters(factors, part);
    Link {
        instance_type: part.instance_type.clone(),
        region: part.region.clone(),
        kind: part.kind.as_str(),
        tier: part.footprint.map(|(tier, _)| tier),
        power_w: means.power(),
        pue: means.pue(),
        intensity_g_per_kwh: means.intensity(),
        hourly_kwh: KilowattHours::from(part.hourly).get(),
        instance_hours: means.hours,
        it_kwh: means.it,
        facility_kwh: means.facility,
        operational_g: means.operational,
        market_g: part.market.map(|market| Grams::from(market).get()),
        embodied_g: means.embodied,
        water_l: means.water,
        water_on_site_l: waters.map(|[on_site, _]| on_site),
        water_off_site_l: waters.map(|[_, off_site]| off_site),
        cost_usd: part.cost.map(|cost| cost.to_string()),
        factor_ids: used.iter().map(|factor| factor.id.clone()).collect(),
    }
}

fn chain_row(factors: &Lens, part: &Part) -> ChainRow {
    let (means, sums) = (Means::of(part), figures::sum(factors, [part]));
    let exact = |value: Option<f64>, unit: Unit| match value {
        Some(value) if part.is_partial => Shown::Ready(Figure::exact(value, unit).lower_bound()),
        Some(value) => Shown::exact(value, unit),
        None => Shown::Unknown(format!("{} is not in the factor tables", part.instance_type)),
    };
    ChainRow {
        instance_type: part.instance_type.clone(),
        place: format!("{} · {}", part.region, part.kind.as_str()),
        tier: part.footprint.map(|(tier, _)| figures::tier(tier)),
        hours: sums.hours(),
        power: exact(means.power(), Unit::Watts),
        it: exact(means.it, Unit::KilowattHours),
        pue: exact(means.pue(), Unit::Ratio),
        energy: exact(means.facility, Unit::KilowattHours),
        intensity: exact(means.intensity(), Unit::GramsPerKilowattHour),
        operational: exact(means.operational, Unit::GramsCo2e),
        embodied: exact(means.embodied, Unit::GramsCo2e),
        water: exact(means.water, Unit::Litres),
        cost: sums.cost(),
    }
}

/// Market-based emissions; unknown as soon as one region has no such figure.
fn market_grams(parts: &[Part]) -> Option<f64> {
    let estimated = parts.iter().filter(|part| part.footprint.is_some());
    let known: Option<Vec<Micrograms>> = estimated.map(|part| part.market).collect();
    known.filter(|known| !known.is_empty()).map(|known| Grams::from(known.into_iter().sum::<Micrograms>()).get())
}

fn market(parts: &[Part]) -> Shown {
    match market_grams(parts) {
        Some(grams) => Shown::exact(grams, Unit::GramsCo2e),
        None => Shown::Unknown("no market-based figure is published for every region of it".to_owned()),
    }
}

fn figures_of(sums: &Sums, parts: &[Part]) -> Figures {
    let totals = sums.totals.as_ref();
    Figures {
        instance_hours: sums.seconds.map(|seconds| seconds / 3_600.0),
        cost_usd: sums.cost.map(|cost| cost.to_string()),
        energy_kwh: totals.map(|totals| totals.energy.map(|energy| energy.get())),
        operational_g: totals.map(|totals| totals.operational.map(|grams| grams.get())),
        embodied_g: totals.map(|totals| totals.embodied.map(|grams| grams.get())),
        emissions_g: totals.map(|totals| totals.emissions.map(|grams| grams.get())),
        market_g: market_grams(parts),
        water_l: totals.map(|totals| totals.water.map(|litres| litres.get())),
        is_lower_bound: sums.is_lower_bound(),
    }
}

fn window_row(desk: &Desk, window: &MetricWindow) -> WindowRow {
    WindowRow {
        place: format!("{} · {}", desk.account_name(window.account_id), window.region),
        start: window.start,
        end: window.end,
        state: window.state.clone(),
        completed_at: window.completed_at,
        expected_series: window.expected_series.and_then(|series| u32::try_from(series).ok()),
        received_series: window.received_series.and_then(|series| u32::try_from(series).ok()),
        points: window.received_points.and_then(|points| u64::try_from(points).ok()),
    }
}

fn window_of(desk: &Desk, window: MetricWindow) -> Window {
    Window {
        account: desk.aws_account(window.account_id),
        region: window.region,
        start: window.start,
        end: window.end,
        state: window.state,
        completed_at: window.completed_at,
        expected_series: window.expected_series,
        received_series: window.received_series,
        received_points: window.received_points,
    }
}

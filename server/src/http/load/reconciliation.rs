//! The ledger of whole months beside what AWS reports of them.

use std::collections::{BTreeMap, BTreeSet};

use app::view::{Compared, Figure, ReconciledMonth, ReconciledRow, ReconciliationView, ReportedGrid, Shown, Unit};
use chrono::{Datelike as _, Months, NaiveDate};
use footprint::FactorSet;
use footprint::units::{Grams, Micrograms};

use super::cost_check;
use super::figures::{self, Sums};
use crate::export::reconciliation::Line;
use crate::http::Problem;
use crate::http::desk::Desk;
use crate::http::lens::Lens;
use crate::http::query::escape;
use crate::ingest::explored;
use crate::ingest::reported::{FEATURE, first_of_month};
use crate::store::coverage;
use crate::store::part::Part;
use crate::store::reported::{self, DaysRead, Reported};

/// Whole months that are compared.
const MONTHS: u32 = 13;
const GRAMS_PER_TONNE: f64 = 1e6;

/// The page, and its rows for a file.
pub struct Reconciliation {
    /// For people.
    pub view: ReconciliationView,
    /// For machines.
    pub lines: Vec<Line>,
}

/// A month, an account of AWS and a region.
type Key = (NaiveDate, String, String);

#[derive(Default)]
struct Entry {
    parts: Vec<Part>,
    days_read: i64,
    reported: Vec<Reported>,
}

/// Loads the last thirteen whole months.
///
/// # Errors
/// When the database refuses.
pub async fn load(desk: &mut Desk) -> Result<Reconciliation, Problem> {
    let to = first_of_month(desk.today());
    let from = to.checked_sub_months(Months::new(MONTHS)).unwrap_or(to);
    let theirs = reported::months(desk.connection(), from, to).await?;
    let ours = match desk.estimate.as_ref().map(|estimate| estimate.estimate_id) {
        Some(estimate_id) => reported::own(desk.connection(), estimate_id, from, to).await?,
        None => Vec::new(),
    };
    let days = reported::days_read(desk.connection(), from, to).await?;
    let refusals = coverage::refusals(desk.connection()).await?;
    let cost = cost_check::load(desk).await?;
    let factors = desk.factors.clone();
    let lines = lines(desk, &factors, ours, &days, &theirs);
    let in_the_way = refusals
        .into_iter()
        .filter(|refusal| [FEATURE, explored::FEATURE].contains(&refusal.feature.as_str()))
        .map(|refusal| format!("{}: {}. {}", desk.account_name(refusal.account_id), refusal.message, refusal.remedy))
        .collect();
    let view = ReconciliationView {
        months: months(&lines),
        grids: grids(&factors, &theirs),
        in_the_way,
        csv_href: "/reconciliation.csv".to_owned(),
        cost: cost.view,
    };
    Ok(Reconciliation { view, lines: lines.into_iter().map(|(line, _)| line).collect() })
}

fn lines(
    desk: &Desk,
    factors: &Lens,
    ours: Vec<(NaiveDate, i32, Part)>,
    days: &[DaysRead],
    theirs: &[Reported],
) -> Vec<(Line, Sums)> {
    let mut entries: BTreeMap<Key, Entry> = BTreeMap::new();
    for (month, account_id, part) in ours {
        let key = (month, desk.aws_account(account_id), part.region.clone());
        entries.entry(key).or_default().parts.push(part);
    }
    let services: BTreeMap<NaiveDate, Vec<String>> = theirs
        .iter()
        .map(|row| row.month)
        .collect::<BTreeSet<_>>()
        .into_iter()
        .map(|month| (month, services(theirs.iter().filter(|row| row.month == month))))
        .collect();
    for row in theirs {
        // A region that nobody here works in has nothing to be compared with.
        let key = (row.month, row.usage_account.clone(), row.region.clone());
        let chosen = services.get(&row.month).is_some_and(|services| services.contains(&row.service));
        if let Some(entry) = entries.get_mut(&key).filter(|_| chosen) {
            entry.reported.push(row.clone());
        }
    }
    for read in days {
        let key = (read.month, desk.aws_account(read.account_id), read.region.clone());
        if let Some(entry) = entries.get_mut(&key) {
            entry.days_read = read.days;
        }
    }
    let name = |aws: &str| {
        let found = desk.accounts.iter().find(|account| account.aws_account_id.as_deref() == Some(aws));
        found.map_or_else(|| aws.to_owned(), |account| account.name.clone())
    };
    let line =
        |((month, account, region), entry): (Key, Entry)| line(factors, name(&account), month, account, region, &entry);
    entries.into_iter().rev().map(line).collect()
}

/// The names under which AWS files SageMaker: its own where it has one, else the rest; all where there is neither.
fn services<'a>(rows: impl Iterator<Item = &'a Reported>) -> Vec<String> {
    let all: BTreeSet<&str> = rows.map(|row| row.service.as_str()).collect();
    let own: Vec<&str> = all.iter().copied().filter(|name| name.to_lowercase().contains("sagemaker")).collect();
    let rest: Vec<&str> = all.iter().copied().filter(|name| name.eq_ignore_ascii_case("other")).collect();
    let chosen = [own, rest].into_iter().find(|names| !names.is_empty());
    chosen.unwrap_or_else(|| all.into_iter().collect()).into_iter().map(str::to_owned).collect()
}

fn line(
    factors: &Lens,
    account_name: String,
    month: NaiveDate,
    account: String,
    region: String,
    entry: &Entry,
) -> (Line, Sums) {
    let sums = figures::sum(factors, &entry.parts);
    let sum = |of: fn(&Reported) -> Option<f64>| {
        let known: Vec<f64> = entry.reported.iter().filter_map(of).collect();
        (!known.is_empty()).then(|| known.iter().sum::<f64>() * GRAMS_PER_TONNE)
    };
    let joined = |of: fn(&Reported) -> &String| {
        let all: BTreeSet<&str> = entry.reported.iter().map(|row| of(row).as_str()).collect();
        all.into_iter().collect::<Vec<_>>().join(", ")
    };
    let market: Option<Vec<Micrograms>> =
        entry.parts.iter().filter(|part| part.footprint.is_some()).map(|part| part.market).collect();
    let line = Line {
        month,
        account,
        account_name,
        region,
        days_read: entry.days_read,
        days: i64::from(month.num_days_in_month()),
        services: joined(|row| &row.service),
        model_version: joined(|row| &row.model_version),
        market_g: market
            .filter(|known| !known.is_empty())
            .map(|known| Grams::from(known.into_iter().sum::<Micrograms>()).get()),
        totals: sums.totals,
        scope_2_location_g: sum(|row| row.scope_2_location_t),
        scope_2_market_g: sum(|row| row.scope_2_market_t),
        scope_3_g: sum(|row| row.scope_3_location_t),
    };
    (line, sums)
}

fn months(lines: &[(Line, Sums)]) -> Vec<ReconciledMonth> {
    lines
        .chunk_by(|(a, _), (b, _)| a.month == b.month)
        .filter_map(|lines| {
            let (first, _) = lines.first()?;
            let known = lines.iter().map(|(line, _)| line).find(|line| !line.services.is_empty()).unwrap_or(first);
            Some(ReconciledMonth {
                month: first.month,
                services: known.services.clone(),
                model_version: known.model_version.clone(),
                rows: lines.iter().map(|(line, sums)| row(line, sums)).collect(),
            })
        })
        .collect()
}

fn row(line: &Line, sums: &Sums) -> ReconciledRow {
    let market = match line.market_g {
        Some(grams) => {
            let figure = Figure::exact(grams, Unit::GramsCo2e);
            Shown::Ready(if sums.is_lower_bound() { figure.lower_bound() } else { figure })
        }
        None => Shown::Unknown("no market-based figure is known for this region".to_owned()),
    };
    ReconciledRow {
        account: line.account_name.clone(),
        region: line.region.clone(),
        days_read: u32::try_from(line.days_read).unwrap_or_default(),
        days: u32::try_from(line.days).unwrap_or_default(),
        electricity: compared(sums.operational(), sums.operational_g(), line.scope_2_location_g),
        market: compared(market, line.market_g, line.scope_2_market_g),
        hardware: compared(sums.embodied(), sums.embodied_g(), line.scope_3_g),
    }
}

fn compared(ours: Shown, grams: Option<f64>, theirs: Option<f64>) -> Compared {
    let missing = || Shown::Unknown("AWS has published nothing for it".to_owned());
    Compared {
        residual: match grams.zip(theirs) {
            Some((ours, theirs)) => Shown::exact(theirs - ours, Unit::GramsCo2e),
            None => Shown::Unknown("one of the two is not known".to_owned()),
        },
        theirs: theirs.map_or_else(missing, |grams| Shown::exact(grams, Unit::GramsCo2e)),
        ours,
    }
}

/// Market-based over location-based scope 2 of all services in a region, by month.
fn grids(factors: &FactorSet, theirs: &[Reported]) -> Vec<ReportedGrid> {
    let mut regions: BTreeMap<&str, BTreeMap<NaiveDate, (f64, f64)>> = BTreeMap::new();
    for row in theirs {
        if let Some((location, market)) = row.scope_2_location_t.zip(row.scope_2_market_t) {
            let sums = regions.entry(&row.region).or_default().entry(row.month).or_default();
            *sums = (sums.0 + location, sums.1 + market);
        }
    }
    let version = theirs.iter().map(|row| row.model_version.as_str()).max().unwrap_or_default();
    regions.into_iter().filter_map(|(region, months)| grid(factors, region, &months, version)).collect()
}

fn grid(
    factors: &FactorSet,
    region: &str,
    months: &BTreeMap<NaiveDate, (f64, f64)>,
    version: &str,
) -> Option<ReportedGrid> {
    let known = factors.region(region).ok()?;
    let (first, last) = (months.keys().next()?, months.keys().next_back()?);
    let (location, market) = months.values().fold((0.0, 0.0), |sum, each| (sum.0 + each.0, sum.1 + each.1));
    let ratios = months.values().filter(|(location, _)| *location > 0.0).map(|(location, market)| market / location);
    let (low, high) = ratios.fold((f64::MAX, 0.0), |(low, high): (f64, f64), ratio| (low.min(ratio), high.max(ratio)));
    let share = (location > 0.0).then(|| market / location)?;
    let intensity = known.intensity.as_ref()?.value();
    let [value, low, high] = [share, low.min(share), high.max(share)].map(|ratio| ratio * intensity);
    let span = format!("{} to {}", first.format("%Y-%m"), last.format("%Y-%m"));
    let reason = format!("AWS Sustainability API, model {version}, {span}: market-based over location-based scope 2");
    let propose = format!(
        "/methodology/sets?factor=market_intensity:{region}&value={value:.4}&low={low:.4}&high={high:.4}&reason={}#propose",
        escape(&reason)
    );
    let unit = Unit::GramsPerKilowattHour;
    Some(ReportedGrid {
        region: region.to_owned(),
        months: span,
        share: Shown::exact(100.0 * share, Unit::Percent),
        implied: Shown::Ready(Figure { low, high, ..Figure::exact(value, unit) }),
        in_force: known.market_intensity.as_ref().map_or_else(
            || Shown::Unknown("no market-based figure is published for this region".to_owned()),
            |factor| Shown::exact(factor.value(), unit),
        ),
        propose_href: Some(propose),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reported(month: u32, service: &str, location: f64, market: f64) -> Reported {
        Reported {
            month: NaiveDate::from_ymd_opt(2026, month, 1).unwrap(),
            usage_account: "111122223333".to_owned(),
            region: "us-east-1".to_owned(),
            service: service.to_owned(),
            model_version: "v3.0.0".to_owned(),
            scope_1_t: Some(0.0),
            scope_2_location_t: Some(location),
            scope_2_market_t: Some(market),
            scope_3_location_t: Some(0.0),
        }
    }

    #[test]
    fn sagemaker_is_where_aws_files_it() {
        for (names, expected) in [
            (vec!["AmazonEC2", "AmazonSageMaker", "Other"], vec!["AmazonSageMaker"]),
            (vec!["AmazonEC2", "Other"], vec!["Other"]),
            (vec!["AmazonEC2", "AmazonS3"], vec!["AmazonEC2", "AmazonS3"]),
        ] {
            let rows: Vec<Reported> = names.into_iter().map(|name| reported(9, name, 1.0, 1.0)).collect();
            assert_eq!(services(rows.iter()), expected);
        }
    }

    #[test]
    fn what_was_not_estimated_is_unknown_and_not_zero() {
        let factors = Lens::builtin();
        let part = Part {
            instance_type: "ml.z9.large".to_owned(),
            region: "us-east-1".to_owned(),
            kind: crate::kind::Kind::Training,
            footprint: None,
            market: None,
            hourly: footprint::units::MicroWattHours(0),
            is_partial: true,
            instance_seconds: Some(3_600.0),
            is_untimed: false,
            idle_seconds: 0.0,
            metric_seconds: 0.0,
            requests: None,
            cost: None,
            priced_seconds: 0.0,
            indicative_seconds: 0.0,
            cost_billed: None,
            cost_effective: None,
            billed_seconds: 0.0,
            attributed_cost: rust_decimal::Decimal::ZERO,
            team: None,
        };
        let entry = Entry { parts: vec![part], days_read: 30, reported: vec![reported(9, "Other", 1.0, 0.1)] };
        let month = NaiveDate::from_ymd_opt(2026, 9, 1).unwrap();
        let (line, sums) = line(&factors, "a".into(), month, "111122223333".into(), "us-east-1".into(), &entry);
        let shown = row(&line, &sums);
        for ours in [shown.electricity.ours, shown.market.ours, shown.hardware.ours, shown.market.residual] {
            assert!(matches!(ours, Shown::Unknown(_)), "{ours:?}");
        }
        assert_eq!(shown.electricity.theirs.figure().unwrap().central.to_bits(), 1e6_f64.to_bits());
    }

    #[test]
    fn the_market_based_share_is_that_of_all_services_with_the_range_of_the_months() {
        let factors = Lens::builtin();
        let rows = [
            reported(9, "Other", 1.0, 0.1),
            reported(9, "AmazonEC2", 3.0, 0.3),
            reported(10, "Other", 4.0, 1.2),
            Reported { region: "nowhere-1".to_owned(), ..reported(10, "Other", 4.0, 1.2) },
        ];
        let grids = grids(&factors, &rows);
        assert_eq!(grids.len(), 1, "a region without factors has nothing to be multiplied with");
        let intensity = factors.region("us-east-1").unwrap().intensity.as_ref().unwrap().value();
        let implied = grids[0].implied.figure().unwrap();
        for (got, share) in [(implied.central, 0.2), (implied.low, 0.1), (implied.high, 0.3)] {
            assert!((got - share * intensity).abs() < 1e-9, "{got}");
        }
        let href = grids[0].propose_href.as_deref().unwrap();
        assert!(href.contains("factor=market_intensity:us-east-1&value=") && href.contains("2026-09"), "{href}");
    }
}

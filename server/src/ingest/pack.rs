//! Points into packed hours.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};

use super::asked::Plan;
use crate::aws::facts::{Metric, Series};
use crate::store::metric::{Figures, HourRow, StatsRow};

/// The family a row of `metric_hour` belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Family {
    /// What the hosts were doing.
    Utilisation,
    /// What was asked of them.
    Invocation,
}

impl Family {
    /// The letter stored in `metric_hour.family`.
    pub fn letter(self) -> char {
        match self {
            Self::Utilisation => 'u',
            Self::Invocation => 'i',
        }
    }
}

/// The family and the name under which a metric's hourly statistics are kept.
pub fn place(metric: Metric) -> (Family, &'static str) {
    match metric {
        Metric::Cpu => (Family::Utilisation, "cpu_pct"),
        Metric::Memory => (Family::Utilisation, "memory_pct"),
        Metric::Gpu => (Family::Utilisation, "gpu_pct"),
        Metric::GpuMemory => (Family::Utilisation, "gpu_memory_pct"),
        Metric::Disk => (Family::Utilisation, "disk_pct"),
        Metric::Samples => (Family::Utilisation, "samples"),
        Metric::Invocations | Metric::Processed => (Family::Invocation, "invocations"),
        Metric::Errors4xx => (Family::Invocation, "errors_4xx"),
        Metric::Errors5xx => (Family::Invocation, "errors_5xx"),
        Metric::Latency => (Family::Invocation, "latency_us"),
        Metric::Power => (Family::Utilisation, "power_w"),
    }
}

/// One hour of one host and family: an array of cells per metric.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Hour {
    /// Cells by metric; `None` is a cell without a point.
    pub cells: BTreeMap<Metric, Vec<Option<f64>>>,
}

/// Packed hours of one entity, by host, family and start of the hour.
pub type Hours = BTreeMap<(String, Family, DateTime<Utc>), Hour>;

/// Adds the points of one series; points outside `[from, to)` or off the grid of `period_s` are dropped and counted.
pub fn add(
    hours: &mut Hours,
    host: &str,
    metric: Metric,
    points: &[(i64, f64)],
    window: (DateTime<Utc>, DateTime<Utc>),
    period_s: i32,
) -> usize {
    let period = i64::from(period_s.max(1));
    let cells_an_hour = usize::try_from(3600 / period).unwrap_or(1).max(1);
    let family = place(metric).0;
    let within = window.0.timestamp()..window.1.timestamp();
    let fits = |(seconds, value): &(i64, f64)| {
        within.contains(seconds) && seconds.rem_euclid(3600) % period == 0 && value.is_finite()
    };
    let mut kept = 0;
    // Points come in the order of time, so that each hour is looked up once.
    for points in points.chunk_by(|(a, _), (b, _)| a.div_euclid(3600) == b.div_euclid(3600)) {
        let mut fitting = points.iter().filter(|point| fits(point)).peekable();
        let first = fitting.peek().map(|(seconds, _)| seconds - seconds.rem_euclid(3600));
        let Some(hour) = first.and_then(|seconds| DateTime::from_timestamp(seconds, 0)) else { continue };
        let row = hours.entry((host.to_owned(), family, hour)).or_default();
        let cells = row.cells.entry(metric).or_insert_with(|| vec![None; cells_an_hour]);
        for (seconds, value) in fitting {
            kept += 1;
            let cell = usize::try_from(seconds.rem_euclid(3600) / period).unwrap_or(usize::MAX);
            if let Some(slot) = cells.get_mut(cell) {
                *slot = Some(*value);
            }
        }
    }
    points.len() - kept
}

/// Seconds of answering in each cell: requests times their mean latency; nothing where either is missing.
pub fn busy_seconds(hour: &Hour) -> Vec<Option<f64>> {
    let requests = hour.cells.get(&Metric::Invocations).or_else(|| hour.cells.get(&Metric::Processed));
    let Some((requests, latency)) = requests.zip(hour.cells.get(&Metric::Latency)) else {
        return Vec::new();
    };
    requests.iter().zip(latency).map(|(requests, us)| Some((*requests)? * (*us)? / 1e6)).collect()
}

/// Statistics of the cells that hold a point, percentiles by nearest rank; `None` without any.
pub fn stats(cells: &[Option<f64>]) -> Option<Figures> {
    let mut values: Vec<f64> = cells.iter().flatten().copied().collect();
    values.sort_by(f64::total_cmp);
    let rank = |percent: usize| values.get((values.len() * percent).div_ceil(100).saturating_sub(1)).copied();
    Some(Figures {
        n: i32::try_from(values.len()).ok()?,
        sum: values.iter().sum(),
        spread: [*values.first()?, *values.last()?, rank(50)?, rank(95)?, rank(99)?],
    })
}

/// Packs what was answered to a plan in `[from, to)`; measured watts are kept elsewhere.
pub(super) fn pack_all(
    plan: &Plan,
    answers: &[Series],
    span: (DateTime<Utc>, DateTime<Utc>),
    period_s: i32,
) -> BTreeMap<i64, Hours> {
    let mut packed: BTreeMap<i64, Hours> = BTreeMap::new();
    let series = plan.requests.iter().zip(&plan.owners).zip(answers);
    for ((request, (entity_id, host)), answer) in series.filter(|((request, _), _)| request.metric != Metric::Power) {
        let hours = packed.entry(*entity_id).or_default();
        add(hours, host, request.metric, &answer.points, span, period_s);
    }
    packed
}

/// The sample counts of each entity in the cells of `[from, to)`.
pub(super) fn sample_counts(
    packed: &BTreeMap<i64, Hours>,
    (from, to): (DateTime<Utc>, DateTime<Utc>),
    period_s: i32,
) -> HashMap<i64, Vec<Option<f64>>> {
    let period = i64::from(period_s.max(1));
    let hour_of = |seconds: i64| seconds.div_euclid(3600);
    let times: Vec<i64> = (from.timestamp()..to.timestamp()).step_by(usize::try_from(period).unwrap_or(1)).collect();
    let of = |hours: &Hours| {
        let mut counts = Vec::with_capacity(times.len());
        for times in times.chunk_by(|a, b| hour_of(*a) == hour_of(*b)) {
            let start = times.first().and_then(|seconds| DateTime::from_timestamp(hour_of(*seconds) * 3600, 0));
            let hour = start.and_then(|start| hours.get(&(String::new(), Family::Utilisation, start)));
            let cells = hour.and_then(|hour| hour.cells.get(&Metric::Samples));
            counts.extend(times.iter().map(|seconds| {
                let cell = usize::try_from(seconds.rem_euclid(3600) / period).unwrap_or(usize::MAX);
                cells.and_then(|cells| cells.get(cell).copied().flatten())
            }));
        }
        counts
    };
    packed.iter().map(|(entity_id, hours)| (*entity_id, of(hours))).collect()
}

/// The rows of packed hours, and of their statistics.
pub(super) fn rows_of(packed: BTreeMap<i64, Hours>) -> (Vec<HourRow>, Vec<StatsRow>) {
    let mut rows = Vec::new();
    let mut told = Vec::new();
    for (entity_id, hours) in packed {
        for ((host, family, hour), content) in hours {
            let mut cells = Vec::with_capacity(content.cells.len());
            let busy = stats(&busy_seconds(&content)).map(|figures| ("busy_s", figures));
            let mut of: Vec<_> = busy.into_iter().collect();
            for (metric, values) in content.cells {
                let name = place(metric).1;
                of.extend(stats(&values).map(|figures| (name, figures)));
                cells.push((name, values));
            }
            let family = family.letter();
            if !of.is_empty() {
                told.push(StatsRow { entity_id, host: host.clone(), family, hour, of });
            }
            rows.push(HourRow { entity_id, host, family, hour, cells });
        }
    }
    (rows, told)
}

#[cfg(test)]
mod tests {
    use chrono::Duration;

    use super::*;

    #[test]
    fn an_answer_keeps_its_machine_busy_for_its_latency() {
        let cells = |values: &[Option<f64>]| values.to_vec();
        let mut hour = Hour::default();
        assert!(busy_seconds(&hour).is_empty());
        hour.cells.insert(Metric::Invocations, cells(&[Some(10.0), None, Some(4.0)]));
        hour.cells.insert(Metric::Latency, cells(&[Some(250_000.0), Some(9.0), None]));
        assert_eq!(busy_seconds(&hour), [Some(2.5), None, None]);
    }

    #[test]
    fn points_land_in_their_cell_and_strangers_are_dropped() {
        let start = DateTime::from_timestamp(1_790_000_000 / 3600 * 3600, 0).unwrap();
        let window = (start, start + Duration::hours(2));
        let s = start.timestamp();
        let points = [
            (s, 1.0),
            (s + 300, 2.0),
            (s + 3900, 3.0),
            (s - 300, 9.0),
            (s + 7200, 9.0),
            (s + 10, 9.0),
            (s + 600, f64::NAN),
        ];
        let mut hours = Hours::new();
        assert_eq!(add(&mut hours, "algo-1", Metric::Cpu, &points, window, 300), 4);
        let first = &hours[&("algo-1".to_owned(), Family::Utilisation, start)].cells[&Metric::Cpu];
        assert_eq!(first[..3], [Some(1.0), Some(2.0), None]);
        assert_eq!(first.len(), 12);
        let second =
            &hours[&("algo-1".to_owned(), Family::Utilisation, start + Duration::hours(1))].cells[&Metric::Cpu];
        assert_eq!(second[1], Some(3.0));
    }

    #[test]
    fn statistics_skip_empty_cells() {
        assert_eq!(stats(&[None, None]), None);
        let s = stats(&[Some(4.0), None, Some(1.0), Some(2.0), Some(3.0)]).unwrap();
        assert_eq!((s.n, s.sum, s.spread), (4, 10.0, [1.0, 4.0, 2.0, 4.0, 4.0]));
    }
}

//! Which series are asked of what stood in a window.

use std::ops::Range;

use chrono::{DateTime, Duration, Utc};

use super::pack;
use crate::aws::facts::{Hosting, Metric, SeriesRequest, Subject};
use crate::kind::Kind;
use crate::store::metric::Alive;

pub(super) const HOST_METRICS: [Metric; 5] =
    [Metric::Cpu, Metric::Memory, Metric::Gpu, Metric::GpuMemory, Metric::Disk];
/// CloudWatch has no disk of batch transform hosts.
pub(super) const TRANSFORM_METRICS: [Metric; 4] = [Metric::Cpu, Metric::Memory, Metric::Gpu, Metric::GpuMemory];
pub(super) const VARIANT_METRICS: [Metric; 10] = [
    Metric::Cpu,
    Metric::Memory,
    Metric::Gpu,
    Metric::GpuMemory,
    Metric::Disk,
    Metric::Samples,
    Metric::Invocations,
    Metric::Errors4xx,
    Metric::Errors5xx,
    Metric::Latency,
];
/// Requests to an asynchronous endpoint are counted when they are processed; as many metrics as of any variant.
pub(super) const ASYNC_METRICS: [Metric; 10] = [
    Metric::Cpu,
    Metric::Memory,
    Metric::Gpu,
    Metric::GpuMemory,
    Metric::Disk,
    Metric::Samples,
    Metric::Processed,
    Metric::Errors4xx,
    Metric::Errors5xx,
    Metric::Latency,
];

/// Nobody sees the machine behind a serverless variant but for its memory.
pub(super) const SERVERLESS_METRICS: [Metric; 5] =
    [Metric::Memory, Metric::Invocations, Metric::Errors4xx, Metric::Errors5xx, Metric::Latency];

/// What is asked of a variant of an endpoint.
pub(super) fn variant_metrics(hosting_option: &str) -> &'static [Metric] {
    match hosting_option {
        option if option == Hosting::Asynchronous.as_str() => &ASYNC_METRICS,
        option if option == Hosting::Serverless.as_str() => &SERVERLESS_METRICS,
        _ => &VARIANT_METRICS,
    }
}

/// Five-minute points live 63 days; older hours come by the hour.
pub(super) fn period(start: DateTime<Utc>, now: DateTime<Utc>) -> i32 {
    if start > now - Duration::days(63) { 300 } else { 3600 }
}

/// The series of a window, and which entity and host each belongs to.
pub(super) struct Plan {
    pub(super) requests: Vec<SeriesRequest>,
    /// The entity of each, and its host.
    pub(super) owners: Vec<(i64, String)>,
}

impl Plan {
    pub(super) fn of(entities: &[Alive], with_power: bool) -> Self {
        let mut plan = Self { requests: Vec::new(), owners: Vec::new() };
        for entity in entities {
            match Kind::parse(&entity.kind) {
                Some(kind @ (Kind::Training | Kind::Processing)) => {
                    for host in entity.first_host..entity.first_host + entity.instances {
                        plan.add_host(entity, kind, &format!("algo-{host}"), &HOST_METRICS, with_power);
                    }
                }
                Some(kind @ Kind::Transform) => {
                    for host in &entity.hosts {
                        plan.add_host(entity, kind, host, &TRANSFORM_METRICS, with_power);
                    }
                }
                Some(Kind::Endpoint) => {
                    let subject = Subject::Variant { endpoint: entity.name.clone(), variant: entity.part.clone() };
                    plan.add(entity.entity_id, "", &subject, variant_metrics(&entity.hosting_option), with_power);
                }
                // AWS publishes nothing of them.
                Some(Kind::Notebook | Kind::App | Kind::Cluster) | None => {}
            }
        }
        plan
    }

    /// The most points that can come of so many periods.
    pub(super) fn points(&self, cells: usize) -> usize {
        cells.saturating_mul(self.requests.len())
    }

    fn add_host(&mut self, entity: &Alive, kind: Kind, host: &str, metrics: &[Metric], with_power: bool) {
        let subject = Subject::Host { kind, host: format!("{}/{host}", entity.name) };
        self.add(entity.entity_id, host, &subject, metrics, with_power);
    }

    fn add(&mut self, entity_id: i64, host: &str, subject: &Subject, metrics: &[Metric], with_power: bool) {
        let power = with_power.then_some(&Metric::Power);
        for metric in metrics.iter().chain(power) {
            self.requests.push(SeriesRequest { subject: subject.clone(), metric: *metric });
            self.owners.push((entity_id, host.to_owned()));
        }
    }
}

/// The entities in slices, each with no more than `most` points in `cells` periods unless one entity alone has.
pub(super) fn slices(entities: &[Alive], with_power: bool, cells: usize, most: usize) -> Vec<Range<usize>> {
    let mut slices: Vec<Range<usize>> = Vec::new();
    let mut points = 0;
    for (index, entity) in entities.iter().enumerate() {
        let own = Plan::of(std::slice::from_ref(entity), with_power).points(cells);
        match slices.last_mut() {
            Some(slice) if points + own <= most => {
                slice.end = index + 1;
                points += own;
            }
            _ => {
                slices.push(index..index + 1);
                points = own;
            }
        }
    }
    slices
}

/// What an operator knows a series by.
pub(super) fn series_name(request: &SeriesRequest) -> String {
    let metric = pack::place(request.metric).1;
    match &request.subject {
        Subject::Host { host, .. } => format!("{host} {metric}"),
        Subject::Variant { endpoint, variant } => format!("{endpoint}/{variant} {metric}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slices_hold_whole_entities_and_everything_once() {
        let entity = |entity_id| Alive {
            entity_id,
            kind: Kind::Endpoint.as_str().to_owned(),
            hosting_option: String::new(),
            name: format!("endpoint-{entity_id}"),
            part: "main".to_owned(),
            first_host: 1,
            instances: 1,
            hosts: Vec::new(),
            instance_type: "ml.m5.large".to_owned(),
        };
        let entities: Vec<Alive> = (0..150).map(entity).collect();
        let slices = |cells| slices(&entities, false, cells, 200_000);
        let day = slices(24 * 12);
        let most = 200_000 / (24 * 12 * VARIANT_METRICS.len());
        assert!(day.len() > 2 && day.iter().all(|slice| slice.len() <= most));
        assert_eq!((day[0].start, day.last().unwrap().end), (0, entities.len()));
        assert!(day.windows(2).all(|pair| pair[0].end == pair[1].start));
        assert_eq!(slices(12).len(), 1, "an hour of so few is one slice");
        // Ten years are more than a slice for a single entity; it stays whole all the same.
        assert_eq!(slices(24 * 3_650).len(), entities.len());
        assert!(super::slices(&[], false, 12, 200_000).is_empty());
    }
}

//! The usage of one entity on one day, from facts alone.

use chrono::{DateTime, Duration, NaiveDate, Utc};
use footprint::FactorSet;

use crate::aws::facts::is_serverless;
use crate::kind::Kind;
use crate::store::capacity::{Purchase, State};
use crate::store::load::Load;
use crate::store::usage::{CapacityRow, HourMeans, Subject, UsageHour};

/// Everything known of an entity that bears on one day.
pub(super) struct Day<'a> {
    pub(super) day: NaiveDate,
    pub(super) subject: &'a Subject,
    pub(super) capacity: &'a [CapacityRow],
    pub(super) means: &'a [HourMeans],
    /// What a file tells of its load, in order.
    pub(super) loads: &'a [Load],
    /// Stretches that were read whole for this entity.
    pub(super) whole: &'a [(DateTime<Utc>, DateTime<Utc>)],
}

impl Day<'_> {
    /// Hours in which the entity had instances; `factors` lends the number of cores and accelerators of a type.
    pub(super) fn usage(&self, factors: &FactorSet) -> Vec<UsageHour> {
        let midnight = self.day.and_time(chrono::NaiveTime::MIN).and_utc();
        let mut rows: Vec<UsageHour> = Vec::new();
        for hour in (0..24).map(|hour| midnight + Duration::hours(hour)) {
            for span in self.capacity {
                if is_serverless(&span.instance_type) {
                    for row in self.serverless_of(span, hour) {
                        merge(&mut rows, row);
                    }
                } else if let Some(row) = self.hour_of(span, hour, factors) {
                    merge(&mut rows, row);
                }
            }
        }
        rows
    }

    /// Seconds of an hour in which a span was there; an open one reaches as far as AWS was last seen to show it.
    fn seconds_of(&self, span: &CapacityRow, hour: DateTime<Utc>) -> f64 {
        let end = span.to.unwrap_or(self.subject.last_seen_at);
        overlap(span.from, end, hour, hour + Duration::hours(1))
    }

    fn is_whole(&self, hour: DateTime<Utc>) -> bool {
        self.whole.iter().any(|(start, end)| *start <= hour && hour + Duration::hours(1) <= *end)
    }

    /// A share of a machine that is there while it answers: no answer, no use. What is held ready is there all the time, and
    /// is kept warm where it does not answer; AWS bills all of it, and the answers besides.
    fn serverless_of(&self, span: &CapacityRow, hour: DateTime<Utc>) -> Vec<UsageHour> {
        let seconds = self.seconds_of(span, hour);
        if seconds <= 0.0 || span.count <= 0 {
            return Vec::new();
        }
        let means = self.means.iter().find(|means| means.hour == hour);
        // The answers of an hour belong to all that stood in it.
        let stood: f64 = self.capacity.iter().map(|each| self.seconds_of(each, hour)).sum();
        let busy = means.and_then(|means| means.busy_seconds).map_or(0.0, |busy| busy * seconds / stood);
        let held = if span.purchase == Purchase::Provisioned { seconds * f64::from(span.count) } else { 0.0 };
        let row = |state: State, instance_seconds: f64, billable_seconds: f64| UsageHour {
            entity_id: self.subject.entity_id,
            hour,
            instance_type: span.instance_type.clone(),
            state: state.as_str(),
            purchase: span.purchase,
            instance_seconds,
            billable_seconds: Some(billable_seconds),
            cpu_utilisation: None,
            gpu_utilisation: None,
            requests: None,
            metrics_complete: self.is_whole(hour),
            clamped: false,
            silent: false, // nobody sees the machine behind it
        };
        let answers = (busy > 0.0).then(|| UsageHour {
            requests: means.and_then(|means| means.requests), // once, where two spans become one row
            ..row(State::Serving, busy, busy)
        });
        let warm = (held > 0.0)
            .then(|| UsageHour { cpu_utilisation: Some(0.0), ..row(State::Retained, (held - busy).max(0.0), held) });
        answers.into_iter().chain(warm).collect()
    }

    fn hour_of(&self, span: &CapacityRow, hour: DateTime<Utc>, factors: &FactorSet) -> Option<UsageHour> {
        let end = span.to.unwrap_or(self.subject.last_seen_at);
        let seconds = self.seconds_of(span, hour);
        if seconds <= 0.0 || span.count <= 0 {
            return None;
        }
        let (worked, billed) = self.shares(span);
        let means = self.means.iter().find(|means| means.hour == hour);
        let instance_seconds = seconds * f64::from(span.count) * worked;
        let (cpu, gpu, clamped) = match span.state {
            // Nobody measures a warm pool; that it does nothing is what makes it one.
            State::Retained => (Some(0.0), Some(0.0), false),
            _ => {
                let (cpu, gpu, clamped) = utilisation(means, &span.instance_type, factors);
                let (from, to) = (span.from.max(hour), end.min(hour + Duration::hours(1)));
                let (told_cpu, told_gpu) = self.told(from, to, &span.instance_type, factors);
                (cpu.or(told_cpu), gpu.or(told_gpu), clamped)
            }
        };
        let metrics_complete = self.is_whole(hour);
        // Nobody measures a machine that is on its way.
        let is_measured_always = self.subject.kind == Kind::Endpoint.as_str() && span.state == State::Serving;
        Some(UsageHour {
            entity_id: self.subject.entity_id,
            hour,
            instance_type: span.instance_type.clone(),
            state: span.state.as_str(),
            purchase: span.purchase,
            instance_seconds,
            billable_seconds: billed.map(|share| instance_seconds * share),
            cpu_utilisation: cpu,
            gpu_utilisation: gpu,
            requests: means.and_then(|means| means.requests),
            metrics_complete,
            clamped,
            silent: metrics_complete && is_measured_always && cpu.is_none() && gpu.is_none(),
        })
    }

    /// The means of what a file tells of processors and accelerators between two moments, over the time that it tells of.
    fn told(
        &self,
        from: DateTime<Utc>,
        to: DateTime<Utc>,
        instance_type: &str,
        factors: &FactorSet,
    ) -> (Option<f32>, Option<f32>) {
        if self.loads.is_empty() {
            return (None, None);
        }
        let accelerated = factors.instance(instance_type).is_ok_and(|instance| instance.accelerator_count() > 0);
        let mean = |of: &dyn Fn(&Load) -> Option<f32>| {
            let told = self.loads.iter().filter_map(|load| Some((overlap(load.from, load.to, from, to), of(load)?)));
            let (seconds, sum) =
                told.fold((0.0, 0.0), |(all, sum), (seconds, load)| (all + seconds, sum + seconds * f64::from(load)));
            #[expect(
                clippy::cast_possible_truncation,
                reason = "a share of 0..1 keeps seven digits in an f32, as stored"
            )]
            (seconds > 0.0).then(|| (sum / seconds) as f32)
        };
        let cpu = mean(&|load| load.cpu.or(load.whole.filter(|_| !accelerated)));
        let gpu = mean(&|load| load.gpu.or(load.whole)).filter(|_| accelerated);
        (cpu, gpu)
    }

    /// Which share of its span a job trained, and which share of the training is billed.
    ///
    /// A spot job is interrupted inside its span; on-demand training is billed as it runs until AWS says otherwise.
    fn shares(&self, span: &CapacityRow) -> (f64, Option<f64>) {
        if self.subject.kind != "training" || span.state == State::Retained {
            return (1.0, Some(1.0));
        }
        let span_seconds = span.to.map(|end| seconds_between(span.from, end)).filter(|seconds| *seconds > 0.0);
        let trained = self.subject.training_seconds.map(to_f64).filter(|seconds| *seconds > 0.0);
        let worked = trained.zip(span_seconds).map_or(1.0, |(trained, span)| (trained / span).min(1.0));
        let billed = match (self.subject.billable_seconds, trained.or(span_seconds)) {
            (Some(billable), Some(trained)) => Some(to_f64(billable) / trained),
            _ if span.purchase == Purchase::OnDemand && span.state == State::Serving => Some(1.0),
            _ => None,
        };
        (worked, billed)
    }
}

/// Two spans of one hour with the same type and state are one row.
fn merge(rows: &mut Vec<UsageHour>, row: UsageHour) {
    let same = rows
        .iter_mut()
        .find(|known| (known.hour, &known.instance_type, known.state) == (row.hour, &row.instance_type, row.state));
    match same {
        Some(known) => {
            known.cpu_utilisation = together(known, &row, |each| each.cpu_utilisation);
            known.gpu_utilisation = together(known, &row, |each| each.gpu_utilisation);
            known.silent &= row.silent;
            known.instance_seconds += row.instance_seconds;
            known.billable_seconds = known.billable_seconds.zip(row.billable_seconds).map(|(a, b)| a + b);
        }
        None => rows.push(row),
    }
}

/// The load of two rows as one, each by its instance-seconds; where one of them is not known, the other stands for both.
fn together(known: &UsageHour, row: &UsageHour, of: fn(&UsageHour) -> Option<f32>) -> Option<f32> {
    let (Some(first), Some(second)) = (of(known), of(row)) else { return of(known).or(of(row)) };
    let seconds = known.instance_seconds + row.instance_seconds;
    // What CloudWatch says of the hour holds for both rows, to the last bit.
    if first.to_bits() == second.to_bits() || seconds <= 0.0 {
        return Some(first);
    }
    let sum = f64::from(first) * known.instance_seconds + f64::from(second) * row.instance_seconds;
    #[expect(clippy::cast_possible_truncation, reason = "a share of 0..1 keeps seven digits in an f32, as stored")]
    Some((sum / seconds) as f32)
}

fn utilisation(
    means: Option<&HourMeans>,
    instance_type: &str,
    factors: &FactorSet,
) -> (Option<f32>, Option<f32>, bool) {
    let Ok(instance) = factors.instance(instance_type) else {
        return (None, None, false); // without the number of cores a sum over cores says nothing
    };
    let cpu =
        means.and_then(|means| means.cpu_pct).zip(instance.vcpu).map(|(pct, vcpu)| footprint::normalise_cpu(pct, vcpu));
    let accelerators = instance.accelerator_count();
    let gpu = means
        .and_then(|means| means.gpu_pct)
        .filter(|_| accelerators > 0)
        .map(|pct| footprint::normalise_gpu(pct, accelerators));
    let clamped = cpu.as_ref().is_some_and(|n| n.clamped) || gpu.as_ref().is_some_and(|n| n.clamped);
    #[expect(clippy::cast_possible_truncation, reason = "a share of 0..1 keeps seven digits in an f32, as stored")]
    let stored = |normalised: footprint::Normalised| normalised.value.get() as f32;
    (cpu.map(stored), gpu.map(stored), clamped)
}

fn overlap(from: DateTime<Utc>, to: DateTime<Utc>, start: DateTime<Utc>, end: DateTime<Utc>) -> f64 {
    seconds_between(from.max(start), to.min(end)).max(0.0)
}

fn seconds_between(from: DateTime<Utc>, to: DateTime<Utc>) -> f64 {
    to_f64((to - from).num_milliseconds()) / 1000.0
}

#[expect(clippy::cast_precision_loss, reason = "seconds and milliseconds of a few years are exact in an f64")]
fn to_f64(number: i64) -> f64 {
    number as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hour: f64) -> DateTime<Utc> {
        #[expect(clippy::cast_possible_truncation, reason = "test times")]
        let seconds = (hour * 3600.0) as i64;
        DateTime::from_timestamp(1_790_000_000 / 86_400 * 86_400 + seconds, 0).unwrap()
    }

    fn subject(training: Option<i64>, billable: Option<i64>) -> Subject {
        Subject {
            entity_id: 1,
            resource_id: 1,
            region: "us-east-1".to_owned(),
            kind: "training".to_owned(),
            phase: "train".to_owned(),
            hosting_option: String::new(),
            status: "Completed".to_owned(),
            created_at: at(0.0),
            started_at: None,
            ended_at: None,
            training_seconds: training,
            billable_seconds: billable,
            volume_gb: None,
            instance_type: "ml.p3.8xlarge".to_owned(),
            last_seen_at: at(30.0),
            has_capacity: true,
        }
    }

    fn span(from: f64, to: Option<f64>, count: i32, purchase: Purchase) -> CapacityRow {
        CapacityRow {
            entity_id: 1,
            from: at(from),
            to: to.map(at),
            instance_type: "ml.p3.8xlarge".to_owned(),
            count,
            purchase,
            state: State::Serving,
        }
    }

    fn usage(
        subject: &Subject,
        capacity: &[CapacityRow],
        means: &[HourMeans],
        whole: &[(DateTime<Utc>, DateTime<Utc>)],
    ) -> Vec<UsageHour> {
        let factors = FactorSet::builtin().unwrap();
        Day { day: at(0.0).date_naive(), subject, capacity, means, loads: &[], whole }.usage(&factors)
    }

    #[test]
    fn a_job_across_midnight_is_split_by_the_day() {
        let rows = usage(&subject(None, None), &[span(22.5, Some(26.0), 2, Purchase::OnDemand)], &[], &[]);
        let seconds: Vec<f64> = rows.iter().map(|row| row.instance_seconds).collect();
        assert_eq!(seconds, [3600.0, 7200.0]);
        assert!(rows.iter().all(|row| !row.metrics_complete && row.cpu_utilisation.is_none()));
    }

    #[test]
    fn training_time_drives_use_and_billable_time_drives_cost() {
        let spot = usage(&subject(Some(5_400), Some(1_800)), &[span(1.0, Some(3.0), 1, Purchase::Spot)], &[], &[]);
        let used: f64 = spot.iter().map(|row| row.instance_seconds).sum();
        let billed: f64 = spot.iter().filter_map(|row| row.billable_seconds).sum();
        assert!((used - 5_400.0).abs() < 1e-6 && (billed - 1_800.0).abs() < 1e-6);
        let untold = usage(&subject(Some(5_400), None), &[span(1.0, Some(3.0), 1, Purchase::Spot)], &[], &[]);
        assert!(untold.iter().all(|row| row.billable_seconds.is_none()), "spot billing is unknown until AWS tells");
    }

    #[test]
    fn an_open_span_ends_where_aws_was_last_seen() {
        let mut running = subject(None, None);
        running.last_seen_at = at(2.5);
        let rows = usage(&running, &[span(1.0, None, 1, Purchase::OnDemand)], &[], &[]);
        assert_eq!(rows.iter().map(|row| row.instance_seconds).collect::<Vec<_>>(), [3600.0, 1800.0]);
    }

    #[test]
    fn a_serverless_share_works_while_it_answers() {
        let mut endpoint = subject(None, None);
        endpoint.kind = "endpoint".to_owned();
        let span =
            CapacityRow { instance_type: "serverless-2048".to_owned(), ..span(0.0, None, 1, Purchase::OnDemand) };
        let means = [HourMeans {
            entity_id: 1,
            hour: at(1.0),
            cpu_pct: None,
            gpu_pct: None,
            requests: Some(1_800.0),
            busy_seconds: Some(90.0),
        }];
        let rows = usage(&endpoint, &[span], &means, &[(at(0.0), at(24.0))]);
        assert_eq!(rows.len(), 1, "hours without an answer have no use");
        assert!((rows[0].instance_seconds - 90.0).abs() < 1e-9 && rows[0].billable_seconds == Some(90.0));
    }

    #[test]
    fn what_is_held_ready_is_kept_warm_where_it_does_not_answer() {
        let mut endpoint = subject(None, None);
        endpoint.kind = "endpoint".to_owned();
        let of = |from, to, count, purchase| CapacityRow {
            instance_type: "serverless-2048".to_owned(),
            ..span(from, Some(to), count, purchase)
        };
        // Two are held from half past one on; a third has to come within the third hour.
        let spans = [of(0.0, 1.5, 1, Purchase::OnDemand), of(1.5, 4.0, 2, Purchase::Provisioned)];
        let hour = |at_hour: f64, requests: f64, busy: f64| HourMeans {
            entity_id: 1,
            hour: at(at_hour),
            cpu_pct: None,
            gpu_pct: None,
            requests: Some(requests),
            busy_seconds: Some(busy),
        };
        let means = [hour(1.0, 100.0, 600.0), hour(2.0, 200.0, 8_000.0)];
        let rows = usage(&endpoint, &spans, &means, &[(at(0.0), at(24.0))]);
        let told = |row: &UsageHour| {
            let (hour, requests) = ((row.hour - at(0.0)).num_hours(), row.requests.unwrap_or_default());
            let (there, billed) = (row.instance_seconds, row.billable_seconds.unwrap_or_default());
            format!("{hour} {}: {there} s, billed {billed} s, {requests} requests", row.state)
        };
        let expected = [
            "1 serving: 600 s, billed 600 s, 100 requests",
            "1 retained: 3300 s, billed 3600 s, 0 requests",
            "2 serving: 8000 s, billed 8000 s, 200 requests",
            "2 retained: 0 s, billed 7200 s, 0 requests",
            "3 retained: 7200 s, billed 7200 s, 0 requests",
        ];
        assert_eq!(rows.iter().map(told).collect::<Vec<_>>(), expected);
        assert!(rows.iter().all(|row| (row.state == "retained") == (row.cpu_utilisation == Some(0.0)) && !row.silent));
    }

    #[test]
    fn readings_are_sums_over_cores_and_accelerators() {
        let means = [HourMeans {
            entity_id: 1,
            hour: at(1.0),
            cpu_pct: Some(1600.0),
            gpu_pct: Some(280.0),
            requests: None,
            busy_seconds: None,
        }];
        let whole = [(at(0.0), at(24.0))];
        let rows = usage(&subject(None, None), &[span(1.0, Some(2.0), 1, Purchase::OnDemand)], &means, &whole);
        let row = &rows[0];
        assert!((row.gpu_utilisation.unwrap() - 0.70).abs() < 1e-6, "280 over four accelerators");
        assert!((row.cpu_utilisation.unwrap() - 0.50).abs() < 1e-6, "1600 over 32 cores");
        assert!(row.metrics_complete && !row.clamped);
    }

    #[test]
    fn an_hour_is_silent_only_where_no_instance_that_is_always_measured_told_anything() {
        let factors = FactorSet::builtin().unwrap();
        let mut endpoint = subject(None, None);
        endpoint.kind = Kind::Endpoint.as_str().to_owned();
        // Two spans in one hour, of which a file tells something of the second.
        let capacity = [span(1.0, Some(1.5), 1, Purchase::OnDemand), span(1.5, Some(2.0), 2, Purchase::OnDemand)];
        let load = Load { from: at(1.5), to: at(2.0), cpu: None, gpu: Some(0.5), whole: None };
        let whole = [(at(0.0), at(24.0))];
        let silent = |subject: &Subject, loads: &[Load], whole: &[(DateTime<Utc>, DateTime<Utc>)]| {
            let day = at(0.0).date_naive();
            let rows = Day { day, subject, capacity: &capacity, means: &[], loads, whole }.usage(&factors);
            rows.iter().map(|row| row.silent).collect::<Vec<_>>()
        };
        assert_eq!(silent(&endpoint, &[], &whole), [true]);
        assert_eq!(silent(&endpoint, &[load], &whole), [false], "something was told within the hour");
        assert_eq!(silent(&endpoint, &[], &[]), [false], "nobody has looked yet");
        assert_eq!(silent(&subject(None, None), &[], &whole), [false], "a job need not be measured");
    }

    #[test]
    fn what_a_file_tells_of_load_is_weighed_by_time_and_instances() {
        let load = |from: f64, to: f64, whole: f32| Load {
            from: at(from),
            to: at(to),
            cpu: None,
            gpu: None,
            whole: Some(whole),
        };
        let loads = [load(1.0, 1.25, 0.2), load(1.25, 1.5, 0.6), load(1.5, 2.0, 1.0)];
        let capacity = [span(1.0, Some(1.5), 1, Purchase::OnDemand), span(1.5, Some(3.0), 3, Purchase::OnDemand)];
        let (factors, subject) = (FactorSet::builtin().unwrap(), subject(None, None));
        let day = |means| Day {
            day: at(0.0).date_naive(),
            subject: &subject,
            capacity: &capacity,
            means,
            loads: &loads,
            whole: &[],
        };
        let rows = day(&[]).usage(&factors);
        let told: Vec<(Option<f32>, Option<f32>)> =
            rows.iter().map(|row| (row.cpu_utilisation, row.gpu_utilisation)).collect();
        // Half an hour at 0.4 on one instance, half an hour at 1 on three: of the accelerators, for there are some.
        assert_eq!(told, [(None, Some(0.85)), (None, None)], "of the last hour nothing is told");
        let means = [HourMeans {
            entity_id: 1,
            hour: at(1.0),
            cpu_pct: None,
            gpu_pct: Some(40.0),
            requests: None,
            busy_seconds: None,
        }];
        let read = day(&means).usage(&factors);
        assert!((read[0].gpu_utilisation.unwrap() - 0.1).abs() < 1e-6, "a metric is believed before a file");
    }
}

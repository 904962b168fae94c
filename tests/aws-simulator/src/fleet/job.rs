//! A training job, and how it looks at one instant of its life.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::{Tags, arn};
use crate::noise;

/// Stands in the hyperparameters and the environment of every job, to prove that no reader stores it.
pub const HYPERPARAMETER_SECRET: &str = "simulated-secret-5d1f0c7e9ab2-must-not-be-stored";

/// The four states of a training job that this simulator shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum JobStatus {
    /// Waiting for capacity, downloading or training.
    InProgress,
    /// Ended well.
    Completed,
    /// Ended with a reason.
    Failed,
    /// Ended by a person or by a limit.
    Stopped,
}

impl JobStatus {
    /// The word AWS uses.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InProgress => "InProgress",
            Self::Completed => "Completed",
            Self::Failed => "Failed",
            Self::Stopped => "Stopped",
        }
    }
}

/// The kinds of job that this simulator runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum JobKind {
    /// A training job.
    #[default]
    Training,
    /// A processing job.
    Processing,
    /// A batch transform job.
    Transform,
}

impl JobKind {
    /// The word of its ARNs.
    #[must_use]
    pub const fn arn_word(self) -> &'static str {
        match self {
            Self::Training => "training-job",
            Self::Processing => "processing-job",
            Self::Transform => "transform-job",
        }
    }
}

/// One entry of `SecondaryStatusTransitions`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transition {
    /// Starting, Downloading, Training, Uploading, then the final state.
    pub status: String,
    /// Begin of the phase.
    pub start: DateTime<Utc>,
    /// End of the phase.
    pub end: Option<DateTime<Utc>>,
    /// A sentence for people.
    pub message: String,
}

/// Mean utilisation of each part while training, as shares in 0..=1.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Load {
    /// Share of all cores.
    pub cpu: f64,
    /// Share of all GPUs.
    pub gpu: f64,
    /// Share of host memory.
    pub memory: f64,
    /// Share of GPU memory.
    pub gpu_memory: f64,
}

/// A job with its whole life, including what lies after the simulated present.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Job {
    /// What it does.
    #[serde(default)]
    pub kind: JobKind,
    /// Unique in its kind, account and region.
    pub name: String,
    /// The full resource name.
    pub arn: String,
    /// When it was submitted.
    pub created: DateTime<Utc>,
    /// When instances began to work for it; absent if it failed before.
    pub started: Option<DateTime<Utc>>,
    /// When instances were given back; absent while running and if it never started.
    pub ended: Option<DateTime<Utc>>,
    /// When AWS last touched the record.
    pub last_modified: DateTime<Utc>,
    /// The final state.
    pub status: JobStatus,
    /// Why it failed.
    pub failure_reason: Option<String>,
    /// Such as `ml.g5.xlarge`.
    pub instance_type: String,
    /// Instances side by side.
    pub instance_count: u32,
    /// `TrainingTimeInSeconds`.
    pub training_s: Option<i64>,
    /// `BillableTimeInSeconds`, per instance.
    pub billable_s: Option<i64>,
    /// Seconds for which a warm pool kept its instances after its end.
    pub retained_s: Option<i64>,
    /// Managed spot training.
    pub spot: bool,
    /// `StoppingCondition.MaxRuntimeInSeconds`.
    pub max_runtime_s: i64,
    /// Tags.
    pub tags: Tags,
    /// Phases.
    pub transitions: Vec<Transition>,
    /// Names and values as the user passed them; one of them is a secret.
    pub hyperparameters: Tags,
    /// What the instances do while training.
    pub load: Load,
}

impl Job {
    /// A job that was submitted and has not started.
    #[must_use]
    pub fn new(account: &str, region: &str, name: &str, created: DateTime<Utc>) -> Self {
        Self {
            kind: JobKind::Training,
            name: name.to_owned(),
            arn: arn(region, account, "training-job", name),
            created,
            started: None,
            ended: None,
            last_modified: created,
            status: JobStatus::InProgress,
            failure_reason: None,
            instance_type: "ml.m5.large".to_owned(),
            instance_count: 1,
            training_s: None,
            billable_s: None,
            retained_s: None,
            spot: false,
            max_runtime_s: 5 * 86_400,
            tags: Tags::new(),
            transitions: vec![phase("Starting", created, None, "Launching requested ML instances")],
            hyperparameters: vec![
                ("epochs".to_owned(), "20".to_owned()),
                ("tracking_token".to_owned(), HYPERPARAMETER_SECRET.to_owned()),
            ],
            load: Load { cpu: 0.6, gpu: 0.0, memory: 0.4, gpu_memory: 0.0 },
        }
    }

    /// Makes it another kind of job.
    #[must_use]
    pub fn doing(mut self, kind: JobKind) -> Self {
        self.arn = self.arn.replacen(self.kind.arn_word(), kind.arn_word(), 1);
        self.kind = kind;
        self
    }

    /// What CloudWatch calls one of its hosts, counted from 1: `algo-1`, or EC2's instance number in batch transform.
    #[must_use]
    pub fn host_name(&self, host: u32) -> String {
        match self.kind {
            JobKind::Training | JobKind::Processing => format!("algo-{host}"),
            JobKind::Transform => {
                format!("i-0{:016x}", noise::key(u64::from(host), &[&self.arn]))
            }
        }
    }

    /// Sets the instances.
    #[must_use]
    pub fn on(mut self, instance_type: &str, instance_count: u32) -> Self {
        instance_type.clone_into(&mut self.instance_type);
        self.instance_count = instance_count;
        self
    }

    /// Sets the tags.
    #[must_use]
    pub fn tagged(mut self, pairs: &[(&str, &str)]) -> Self {
        self.tags = super::tags(pairs);
        self
    }

    /// Sets what the instances do while training: shares of CPU and GPU.
    #[must_use]
    pub fn loaded(mut self, cpu: f64, gpu: f64) -> Self {
        self.load =
            Load { cpu, gpu, memory: 0.25 + cpu * 0.4, gpu_memory: if gpu > 0.0 { 0.3 + gpu * 0.6 } else { 0.0 } };
        self
    }

    /// Started after `wait_s` and ran for `training_s` to a good end; everything else about the end follows from it.
    #[must_use]
    pub fn ran(mut self, wait_s: i64, training_s: i64) -> Self {
        let started = self.created + TimeDelta::seconds(wait_s);
        let ended = started + TimeDelta::seconds(training_s);
        self.started = Some(started);
        self.ended = Some(ended);
        self.training_s = Some(training_s);
        self.billable_s = Some(training_s);
        self.finish(JobStatus::Completed, "Training job completed")
    }

    /// Ended with an error; call after [`ran`](Self::ran), or alone for a failure before the start.
    #[must_use]
    pub fn failed(mut self, reason: &str) -> Self {
        self.failure_reason = Some(reason.to_owned());
        if self.ended.is_none() {
            self.last_modified = self.created + TimeDelta::seconds(185);
        }
        self.finish(JobStatus::Failed, "Training job failed")
    }

    /// Was stopped; call after [`ran`](Self::ran).
    #[must_use]
    pub fn stopped(self) -> Self {
        self.finish(JobStatus::Stopped, "Training job stopped")
    }

    /// Ran on spot capacity; `billable_s` is what was charged.
    #[must_use]
    pub fn on_spot(mut self, billable_s: i64) -> Self {
        self.spot = true;
        self.billable_s = self.billable_s.map(|_| billable_s);
        self
    }

    /// Lost its spot capacity `after_s` into its training and got it back `pause_s` later, to go on from a checkpoint; call
    /// last. A training that is too short for that goes on undisturbed.
    #[must_use]
    pub fn interrupted(mut self, after_s: i64, pause_s: i64) -> Self {
        let Some(place) = self.transitions.iter().position(|t| t.status == "Training") else { return self };
        let training = self.transitions.remove(place);
        let (lost, back) = (training.start + TimeDelta::seconds(after_s), TimeDelta::seconds(pause_s));
        let (found, loaded) = (lost + back, lost + back + TimeDelta::seconds(60));
        let phases = if after_s <= 0 || training.end.is_none_or(|end| end <= loaded) {
            vec![training]
        } else {
            let again = found - back / 4;
            vec![
                Transition { end: Some(lost), ..training.clone() },
                phase("Interrupted", lost, Some(again), "Training job interrupted: spot capacity was taken back"),
                phase("Starting", again, Some(found), "Preparing the instances for training"),
                phase("Downloading", found, Some(loaded), "Downloading input data"),
                Transition { start: loaded, ..training },
            ]
        };
        self.transitions.splice(place..place, phases);
        self
    }

    /// Left its instances in a warm pool that ended after so many seconds.
    #[must_use]
    pub fn kept_warm(mut self, retained_s: i64) -> Self {
        self.retained_s = Some(retained_s);
        self
    }

    /// The job as AWS would describe it at `now`; nothing before its creation.
    #[must_use]
    pub fn seen_at(&self, now: DateTime<Utc>) -> Option<JobSeen> {
        if self.created > now {
            return None;
        }
        let over = match (self.ended, self.status) {
            (Some(ended), _) => ended <= now,
            (None, JobStatus::InProgress) => false,
            (None, _) => self.last_modified <= now,
        };
        let transitions: Vec<Transition> = self
            .transitions
            .iter()
            .filter(|t| t.start <= now)
            .map(|t| Transition { end: t.end.filter(|end| *end <= now), ..t.clone() })
            .collect();
        let secondary = transitions.last().map_or_else(|| "Starting".to_owned(), |t| t.status.clone());
        let reached = transitions.last().map_or(self.created, |t| t.start);
        Some(JobSeen {
            status: if over { self.status } else { JobStatus::InProgress },
            secondary,
            started: self.started.filter(|started| *started <= now),
            ended: self.ended.filter(|_| over),
            training_s: self.training_s.filter(|_| over),
            billable_s: self.billable_s.filter(|_| over),
            failure_reason: self.failure_reason.clone().filter(|_| over),
            last_modified: if over && self.last_modified <= now { self.last_modified } else { reached },
            transitions,
        })
    }

    fn finish(mut self, status: JobStatus, message: &str) -> Self {
        self.status = status;
        if let Some(ended) = self.ended {
            self.last_modified = ended;
        }
        self.transitions = self.phases(message);
        self
    }

    fn phases(&self, message: &str) -> Vec<Transition> {
        let last = |at| phase(self.status.as_str(), at, Some(at), message);
        let starting = |end| phase("Starting", self.created, Some(end), "Preparing the instances for training");
        let (Some(started), Some(ended)) = (self.started, self.ended) else {
            return vec![starting(self.last_modified), last(self.last_modified)];
        };
        let span = (ended - started).num_seconds();
        // A twentieth of the time goes into loading data, and half as much into storing the model.
        let download = started + TimeDelta::seconds((span.min(40) / 2).max((span / 20).min(600)));
        let upload = ended - TimeDelta::seconds((span.min(40) / 4).max((span / 40).min(300)));
        vec![
            starting(started),
            phase("Downloading", started, Some(download), "Downloading input data"),
            phase("Training", download, Some(upload), "Training image download completed. Training in progress."),
            phase("Uploading", upload, Some(ended), "Uploading generated training model"),
            last(ended),
        ]
    }
}

/// What AWS would say about a job at one instant.
#[derive(Clone, Debug, PartialEq)]
pub struct JobSeen {
    /// Primary state.
    pub status: JobStatus,
    /// The phase.
    pub secondary: String,
    /// Absent before the start.
    pub started: Option<DateTime<Utc>>,
    /// Absent while running.
    pub ended: Option<DateTime<Utc>>,
    /// Absent while running.
    pub training_s: Option<i64>,
    /// Absent while running.
    pub billable_s: Option<i64>,
    /// Only after a failure.
    pub failure_reason: Option<String>,
    /// The last change so far.
    pub last_modified: DateTime<Utc>,
    /// The phases so far; the current one has no end.
    pub transitions: Vec<Transition>,
}

fn phase(status: &str, start: DateTime<Utc>, end: Option<DateTime<Utc>>, message: &str) -> Transition {
    Transition { status: status.to_owned(), start, end, message: message.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn a_job_is_absent_then_running_then_over() {
        let job = Job::new("111122223333", "us-east-1", "j", at("2026-11-20T10:00:00Z")).ran(100, 600);
        assert_eq!(job.seen_at(at("2026-11-20T09:59:59Z")), None);

        let waiting = job.seen_at(at("2026-11-20T10:01:00Z")).unwrap();
        assert_eq!(
            (waiting.status, waiting.started, waiting.secondary.as_str()),
            (JobStatus::InProgress, None, "Starting")
        );

        let running = job.seen_at(at("2026-11-20T10:05:00Z")).unwrap();
        assert_eq!((running.secondary.as_str(), running.ended, running.billable_s), ("Training", None, None));
        assert_eq!(running.transitions.last().unwrap().end, None);
        assert_eq!(running.last_modified, at("2026-11-20T10:02:10Z"));

        let over = job.seen_at(at("2026-11-20T10:11:40Z")).unwrap();
        assert_eq!(
            (over.status, over.training_s, over.last_modified),
            (JobStatus::Completed, Some(600), at("2026-11-20T10:11:40Z"))
        );
    }

    #[test]
    fn phases_follow_each_other_from_creation_to_end_interruptions_too() {
        let job = Job::new("111122223333", "us-east-1", "j", at("2026-11-20T10:00:00Z")).ran(100, 6_000).on_spot(1_800);
        let words = |job: &Job| job.transitions.iter().map(|t| t.status.clone()).collect::<Vec<_>>().join(" ");
        let interrupted = job.clone().interrupted(2_400, 600);
        assert_eq!(
            words(&interrupted),
            "Starting Downloading Training Interrupted Starting Downloading Training Uploading Completed"
        );
        for job in [&job, &interrupted] {
            assert!(job.transitions.windows(2).all(|pair| pair[0].end == Some(pair[1].start)), "{:?}", job.transitions);
            assert_eq!(job.transitions[0].start, job.created);
            assert_eq!(job.transitions.last().and_then(|t| t.end), job.ended);
        }
        assert_eq!(words(&job.clone().interrupted(5_900, 600)), words(&job), "there is no time left for it");
    }

    #[test]
    fn a_failure_before_the_start_has_no_times() {
        let job = Job::new("111122223333", "us-east-1", "j", at("2026-11-20T10:00:00Z")).failed("CapacityError");
        assert_eq!(job.seen_at(at("2026-11-20T10:01:00Z")).unwrap().status, JobStatus::InProgress);
        let over = job.seen_at(at("2026-11-20T10:10:00Z")).unwrap();
        assert_eq!((over.status, over.started, over.ended, over.billable_s), (JobStatus::Failed, None, None, None));
        assert_eq!(over.failure_reason.as_deref(), Some("CapacityError"));
    }
}

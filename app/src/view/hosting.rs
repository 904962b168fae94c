//! How an endpoint scales, answers, is watched over, is protected, and what a failure would take from it.

use super::{Shown, TimeChart};
use chrono::{DateTime, Utc};

/// How the layers of an endpoint scale, and what was scaled.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ScalingView {
    /// Variants, then components.
    pub layers: Vec<ScalingLayer>,
    /// What was scaled up to the end of the period, newest first.
    pub activities: Vec<ScalingActivityRow>,
    /// Why nobody knows what was scaled; empty where it was read.
    pub unread: String,
}

/// Something that has a number of its own: a variant its instances, a component its copies.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ScalingLayer {
    /// For example `Variant main`.
    pub layer: String,
    /// For example `Application Auto Scaling, target tracking`.
    pub mechanism: String,
    /// As AWS names it; empty where nothing is scaled.
    pub dimension: String,
    /// The least and the most.
    pub limits: Option<(u32, u32)>,
    /// One sentence each, for example `InvocationsPerInstance held at 500`.
    pub policies: Vec<String>,
    pub verdict: ScalingVerdict,
    /// Why it is so, in a few words.
    pub why: String,
    /// How often its number changed in the period.
    pub moved: Shown,
}

/// Whether a layer scales.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ScalingVerdict {
    /// Something changes its number.
    Scales,
    /// Nothing does.
    Fixed,
    /// Nobody could look, or what was seen does not tell.
    #[default]
    NotEvaluated,
}

/// Something that Application Auto Scaling did.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ScalingActivityRow {
    /// When it began.
    pub at: Option<DateTime<Utc>>,
    /// For example `Variant main`.
    pub layer: String,
    /// AWS' own sentence.
    pub what: String,
    /// The same.
    pub cause: String,
    /// As AWS says it, in words.
    pub result: String,
}

/// The alarms that an endpoint of its kind should have, against those that are there.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AlarmCoverage {
    /// Required ones that are there, percent.
    pub share: Shown,
    pub present: u32,
    pub required: u32,
    pub rows: Vec<RequiredAlarm>,
    /// Alarms beyond those that are required.
    pub others: Vec<FoundAlarm>,
}

/// An alarm that should be there.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RequiredAlarm {
    /// Of what, for example `Variant main`.
    pub of: String,
    /// What it watches for, in words.
    pub watches: String,
    /// CloudWatch's metric, for example `Invocation5XXErrors`.
    pub metric: String,
    /// Those that do.
    pub found: Vec<FoundAlarm>,
    /// A command that makes one; empty where one is there or nobody could look.
    pub command: String,
    /// Whether nobody could look.
    pub is_unread: bool,
}

/// An alarm that is there.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FoundAlarm {
    pub name: String,
    pub state: AlarmState,
    /// For example `Sum of Invocation5XXErrors above 25`.
    pub says: String,
    /// Whether it tells somebody.
    pub acts: bool,
}

/// The state of an alarm.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AlarmState {
    InOrder,
    InAlarm,
    #[default]
    TooLittleData,
}

/// How variants answered in the period.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AnswersView {
    /// Milliseconds.
    pub latency: Option<TimeChart>,
    /// Percent of the requests; `None` where none failed or none is known.
    pub errors: Option<TimeChart>,
    pub rows: Vec<AnswerRow>,
}

/// How one variant answered.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AnswerRow {
    pub variant: String,
    pub requests: Shown,
    pub errors_4xx: Shown,
    pub errors_5xx: Shown,
    /// Both, of the requests, percent.
    pub error_share: Shown,
    /// Over the requests, milliseconds.
    pub mean_latency: Shown,
    /// The largest of CloudWatch's five-minute means, milliseconds.
    pub slowest: Shown,
}

/// What is known of how an endpoint is protected.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SecurityFact {
    /// For example `Volume encrypted with a KMS key`.
    pub label: String,
    /// In words.
    pub says: String,
    pub standing: Standing,
}

/// Whether a fact is as it should be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Standing {
    Good,
    /// Worth a look.
    Weak,
    /// Neither good nor bad.
    Plain,
    #[default]
    Unknown,
}

/// Whether a variant would survive the loss of an instance or of an Availability Zone.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ResilienceRow {
    pub variant: String,
    /// For example `1 × ml.g5.xlarge`.
    pub instances: String,
    pub standing: Standing,
    /// In words.
    pub says: String,
    /// What a second instance would cost and cause in a month; `None` where none is needed.
    pub second: Option<SecondInstance>,
}

/// One more instance for a month of 730 hours that adds no load: the same requests are shared by more machines.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SecondInstance {
    pub cost: Shown,
    pub energy: Shown,
    pub emissions: Shown,
}

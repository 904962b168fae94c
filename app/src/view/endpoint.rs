use super::{
    AlarmChangeRow, AlarmCoverage, AnswersView, CapacityChart, ConfigurationRow, DailyChart, DayRow, FindingRow,
    Footprint, FormState, Ledger, Listing, Loaded, ObservedRow, PageState, RateRow, ResilienceRow, ScalingView,
    SecurityFact, Shown, SpanRow, TimeChart, Totals, UtilisationRow, WorkFigures,
};
use chrono::{DateTime, Utc};

/// The list of endpoints with usage in the period.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EndpointsView {
    pub state: PageState,
    pub totals: Totals,
    pub rows: Vec<EndpointRow>,
    /// Sort keys: `name`, `invocations`, `hours`, `idle`, `kwh`, `co2e`, `cost`.
    pub listing: Listing,
}

/// One endpoint; figures are its share inside the period.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EndpointRow {
    pub href: String,
    pub name: String,
    pub account: String,
    pub region: String,
    pub team: Option<String>,
    /// As AWS says it, for example `InService`; `Deleted` once it is gone.
    pub status: String,
    /// For example `real-time` or `serverless`.
    pub hosting: String,
    pub variants: u32,
    /// For example `2 × ml.g5.xlarge`, or `mixed`.
    pub instances: String,
    /// Alarms on it, and how many of them are in alarm.
    pub alarms: u32,
    pub alarms_firing: u32,
    /// The busiest hour of its processors or accelerators, percent.
    pub busiest: Shown,
    /// Mean over the requests, milliseconds.
    pub latency: Shown,
    /// Hours in which an instance stood by, whoever called.
    pub hours_on: Shown,
    pub invocations_day: Shown,
    pub instance_hours: Shown,
    /// Share of instance-hours without an invocation, percent.
    pub idle_share: Shown,
    pub cost: Shown,
    pub energy: Shown,
    pub emissions: Shown,
    /// Grams per thousand invocations.
    pub per_thousand: Shown,
    pub findings: u32,
}

/// One endpoint with its variants.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EndpointView {
    pub name: String,
    pub arn: String,
    pub account: String,
    pub region: String,
    pub team: Option<String>,
    /// What its tags say of its owner, its objective and its lifecycle, by a name for people.
    pub told: Vec<(&'static str, String)>,
    pub status: String,
    pub created_at: Option<DateTime<Utc>>,
    pub deleted_at: Option<DateTime<Utc>>,
    pub period: String,
    pub in_period: Footprint,
    pub lifetime: Footprint,
    pub invocations: Shown,
    pub idle_share: Shown,
    /// What a unit of its work took; `None` where none is set for it.
    pub work: Option<WorkFigures>,
    pub variants: Vec<VariantRow>,
    /// Inference components with their share, and what none of them holds.
    pub components: Vec<ComponentRow>,
    pub load: Loaded<EndpointLoad>,
    /// Instance-hours a day, busy and idle.
    pub idle: Option<DailyChart>,
    pub days: Vec<DayRow>,
    pub around: Loaded<EndpointAround>,
    /// Emissions per unit of work in the period.
    pub rates: Vec<RateRow>,
    pub ledger: Ledger,
    pub spans: Vec<SpanRow>,
    /// Configurations, scaling, components, alarms and monitors around it.
    pub configuration: Loaded<Vec<ConfigurationRow>>,
    pub findings: Loaded<Vec<FindingRow>>,
    /// How often it is read; `None` for what AWS no longer has.
    pub pin: Option<PinView>,
    pub tags: Vec<(String, String)>,
}

/// What CloudWatch says of an endpoint's load in the period.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EndpointLoad {
    pub last_invoked_at: Option<DateTime<Utc>>,
    pub demand: Option<CapacityChart>,
    /// Instances over time, one line a variant; only where there are several.
    pub instance_counts: Option<TimeChart>,
    /// Variants that can do without instances.
    pub at_zero: Vec<ZeroRow>,
    /// How busy each variant was.
    pub busy: Vec<TimeChart>,
    pub hosts: Vec<UtilisationRow>,
}

/// How an endpoint is scaled, watched and guarded, and how it answers.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EndpointAround {
    pub scaling: ScalingView,
    /// Its queue and the start of new copies, where they are.
    pub waits: Vec<TimeChart>,
    pub answers: AnswersView,
    /// `None` for what AWS no longer has.
    pub alarms: Option<AlarmCoverage>,
    pub security: Vec<SecurityFact>,
    pub resilience: Vec<ResilienceRow>,
    /// What became of its alarms, newest first.
    pub alarm_changes: Vec<AlarmChangeRow>,
    /// What else CloudWatch says of it in the period.
    pub observed: Vec<ObservedRow>,
}

/// One production variant.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct VariantRow {
    pub name: String,
    /// For example `real-time` or `serverless`.
    pub hosting: String,
    pub instance_type: Option<String>,
    pub instances_now: Option<u32>,
    /// Scaling limits, if any are registered.
    pub min_capacity: Option<u32>,
    pub max_capacity: Option<u32>,
    /// One of `none`, `target without a policy`, `active`, or why it is unknown.
    pub scaling: String,
    pub invocations: Shown,
    pub instance_hours: Shown,
    pub cost: Shown,
    pub energy: Shown,
    pub emissions: Shown,
}

/// Whether an endpoint is read every five minutes instead of every hour.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PinView {
    /// Where the form goes.
    pub action: String,
    /// Who pinned it and when.
    pub pinned: Option<(String, DateTime<Utc>)>,
    /// End of the last five minutes that were read.
    pub read_to: Option<DateTime<Utc>>,
    /// What AWS asks a month for it, US dollars.
    pub usd_a_month: f64,
    pub form: FormState,
}

/// What an inference component holds of its endpoint in the period.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ComponentRow {
    /// Empty for what no component reserves.
    pub name: String,
    pub variant: String,
    /// For example `2 × 1 accelerator`.
    pub needs: String,
    /// Of what the instances of its variant had, percent.
    pub share: Shown,
    pub energy: Shown,
    pub emissions: Shown,
    pub cost: Shown,
}

/// How long a variant stood at zero, and what one waiting instance would have used meanwhile.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ZeroRow {
    pub variant: String,
    pub hours: Shown,
    /// Of the time in service, percent.
    pub share: Shown,
    pub energy: Shown,
    pub emissions: Shown,
    pub cost: Shown,
}

//! View models: everything a page shows, loaded before rendering starts. Plain data with typed values; no HTML, SQL, HTTP or AWS types.

pub mod accounts;
pub mod calculator;
pub mod chart;
pub mod compared;
pub mod configuration;
pub mod conflict;
pub mod endpoint;
pub mod error;
pub mod factor_set;
pub mod family;
pub mod figure;
pub mod filter;
pub mod finding;
pub mod frame;
pub mod gap;
pub mod hosting;
pub mod imports;
pub mod job;
pub mod kpi;
mod ledger;
pub mod list;
mod loaded;
pub mod methodology;
pub mod notebook;
pub mod onboarding;
pub mod overview;
pub mod pipeline;
pub mod practice;
pub mod reach;
pub mod recommendation;
pub mod reconciliation;
pub mod review;
pub mod run;
pub mod saved_view;
pub mod search;
pub mod storage;
pub mod teams;
pub mod trend;
pub mod tuning;
pub mod version;
mod why;
mod work;
pub mod working_hours;

pub use accounts::{AccountOrigin, AccountRow, AccountsView, PermissionGap, ReadAs};
pub use calculator::{Alternative, CalculatorView, Column, Comparison, Measures};
pub use chart::{
    Bar, BestSoFarChart, BestSoFarTrial, CapacityChart, DailyChart, Forecast, Line, Partial, RunBar, RunMeasure,
    RunsChart, ScatterChart, ScatterPoint, Series, SeriesKind, TimeChart, TrialPlace, Unused,
};
pub use compared::{ComparedJob, ComparedJobs, SettingRow};
pub use configuration::{AlarmChangeRow, ConfigurationKind, ConfigurationRow, ConfigurationView, ObservedRow};
pub use conflict::ConflictView;
pub use endpoint::{
    ComponentRow, EndpointAround, EndpointLoad, EndpointRow, EndpointView, EndpointsView, PinView, VariantRow, ZeroRow,
};
pub use error::ErrorView;
pub use factor_set::{
    Computing, EffectRow, FactorSetRow, FactorSetsView, OverrideRow, ProposalRow, ProposalState, ProposalView,
};
pub use family::{FamiliesView, FamilyRow, FamilyView};
pub use figure::{Better, Completeness, Figure, Mass, Shown, Tier, Unit};
pub use filter::{Chip, Choice, FacetView, FilterView, Preset, Remark};
pub use finding::{Confidence, FindingRow, FindingStatus, Verdict};
pub use frame::{
    Appearance, Banner, BannerKind, Crumb, EstimateLabel, Frame, FreshnessItem, FreshnessState, IngestProgress,
    Section, Theme,
};
pub use gap::{Gap, GapDay, GapNote, GapRegion, GapState, GapsView};
pub use hosting::{
    AlarmCoverage, AlarmState, AnswerRow, AnswersView, FoundAlarm, RequiredAlarm, ResilienceRow, ScalingActivityRow,
    ScalingLayer, ScalingVerdict, ScalingView, SecondInstance, SecurityFact, Standing,
};
pub use imports::{
    BillRow, DayState, ExportRow, ImportError, ImportsView, IntensityRow, ListedRow, MeterRow, MissingPermission,
    SentFileRow, SentOutcome, SourceGroup, SourceRow, StripDay,
};
pub use job::{
    GuardRow, GuardState, InputsView, JobLoad, JobPhaseKind, JobPhaseRow, JobPhases, JobRow, JobStatus, JobView,
    JobsView, TwinsView,
};
pub use kpi::{KpiRow, KpisView, TargetView};
pub use ledger::{
    DayRow, Equation, FactorRow, Footprint, GainRow, Ledger, PartRow, RateRow, ShareRow, SpanRow, UtilisationRow,
};
pub use list::{Field, FormState, Listing, PageState, Paging, Totals, TotalsBefore};
pub use loaded::Loaded;
pub use methodology::{
    AcceleratorRow, CoefficientRow, FactorSetInfo, InstanceRow, MethodologyView, Outcome, Quantity, RegionRow,
    SourceNote, TierRow, ToolRow, ValidationGroup, ValidationRow,
};
pub use notebook::{AutoStop, NotebookView, NotebooksView, WeekPart, WeekView};
pub use onboarding::{
    DemoRemovalView, OnboardingStep, OnboardingView, OwnRow, PermissionRow, PermissionState, StepState,
};
pub use overview::{
    ChangeRow, ChangeTerm, Changed, Coverage, HealthRow, HealthView, KpiCard, Lead, Movers, OverviewView, ReviewCard,
    ToDo, TopRow,
};
pub use pipeline::{
    ExecutionRow, ExecutionStatus, ExecutionView, Named, Outcomes, PipelineRow, PipelineView, PipelinesView,
    StepJobRow, StepRow, StepView,
};
pub use practice::{Feature, FeatureUse, ImageRow, MachineRow, PracticeRow, PracticeView};
pub use reach::{Reach, Refused};
pub use recommendation::{
    EvidenceRow, HistoryRow, RecommendationView, RecommendationsView, ReferenceRow, Remediation, Tab, ThresholdRow,
};
pub use reconciliation::{
    CheckedCost, CheckedMonth, CheckedTag, Compared, CostCheck, ReconciledMonth, ReconciledRow, ReconciliationView,
    ReportedGrid,
};
pub use review::{
    ActionRow, ActionStatus, NewReview, ReviewFinding, ReviewKpi, ReviewPair, ReviewPairRow, ReviewRow, ReviewSide,
    ReviewStatus, ReviewView, ReviewsView, SignOff,
};
pub use run::{
    BackfillView, CallRow, LiveView, PhaseRow, PhaseState, PlaceRow, ReaderView, RunProblem, RunRow, RunState, RunView,
    WaitingRow,
};
pub use saved_view::{SavedViewRow, SavedViewsView};
pub use search::{SearchGroup, SearchRow, SearchView};
pub use storage::{BucketRow, FeatureGroupRow, LogGroupRow, Note, NoteWeight, StorageSummary, StorageView, TwinRow};
pub use teams::{PreviewRow, RulePreview, RuleRow, TeamsView};
pub use trend::{
    BeforeLine, BucketLabel, Choices, Chooser, Drawn, GroupRow, GroupTable, HeatChart, HeatRow, MarkRow, TrendChart,
    TrendPlot, TrendSeries, TrendsView,
};
pub use tuning::{EarlyStopping, EffortRow, PatienceRow, PatienceView, TrialRow, TuningRow, TuningView, TuningsView};
pub use version::{ChangeKind, Difference, StepChange, StepGraph, StepNode, VersionRow, VersionsView};
pub use why::{ChainRow, WhyView, WindowRow};
pub use work::{UnitPreview, UnitPreviewRow, UnitRow, UnitsView, WorkFigures};
pub use working_hours::{SetHours, WorkingHoursView};

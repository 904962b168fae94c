use super::{Crumb, FormState, Shown};

/// How somebody begins: three doors, and how far one has come.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OnboardingView {
    /// What is to be done, in order.
    pub steps: Vec<OnboardingStep>,
    /// What costs most of one's own, once something of one's own is known.
    pub own: Vec<OwnRow>,
    /// What each permission is for and whether it is there.
    pub permissions: Vec<PermissionRow>,
    /// The policy of the role, as IAM takes it.
    pub policy: String,
    /// A file of accounts.
    pub accounts_file: String,
    /// Names of the demo's accounts; empty where there are none.
    pub demo: Vec<String>,
    /// Whether the demo is what pages show.
    pub shows_demo: bool,
    /// Whether its removal goes on.
    pub is_removing: bool,
}

/// One line of the list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OnboardingStep {
    /// For example `Connect an account`.
    pub label: String,
    pub state: StepState,
    /// What is known of it, in one sentence.
    pub text: String,
    /// Where it is done.
    pub link: Crumb,
}

/// How far a step is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum StepState {
    Done,
    Begun,
    #[default]
    Open,
}

/// A resource of one's own.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OwnRow {
    /// For example `Costliest job`.
    pub label: String,
    pub name: String,
    pub href: String,
    pub cost: Shown,
    pub emissions: Shown,
}

/// A part of the policy.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PermissionRow {
    /// The statement's name in the policy.
    pub name: String,
    pub actions: Vec<String>,
    /// What is lost without it.
    pub without: String,
    pub state: PermissionState,
    /// Where it is missing: account and region.
    pub places: Vec<String>,
    /// What mends it.
    pub remedy: String,
}

/// What the last use of a permission showed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PermissionState {
    /// It worked wherever it was used.
    Granted,
    /// It was refused, or failed, somewhere.
    Missing,
    /// Nobody has used it.
    #[default]
    Unused,
}

/// What is about to be removed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DemoRemovalView {
    /// Names of the demo's accounts; empty where there are none.
    pub accounts: Vec<String>,
    pub form: FormState,
}

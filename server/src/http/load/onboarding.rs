//! How far somebody has come who begins here.

use app::parts::number;
use app::view::{Crumb, OnboardingStep, OnboardingView, OwnRow, PermissionRow, PermissionState, StepState};

use super::figures::{self, slug};
use super::movers::kind_of;
use crate::aws::{policy, template};
use crate::http::Problem;
use crate::http::desk::Desk;
use crate::http::query::Query;
use crate::kind::Section as List;
use crate::store::account::Account;
use crate::store::onboarding::{self, Probe, Progress};
use crate::store::selection::{Filter, Measure, Period};
use crate::store::{Origin, overview};

/// Loads the page; `all` are the accounts of every origin.
///
/// # Errors
/// When the database refuses, or the policy cannot be written.
pub async fn load(desk: &mut Desk, all: &[Account], is_removing: bool) -> Result<OnboardingView, Problem> {
    let origin = desk.scope.origin();
    let estimate_id = desk.estimate.as_ref().map(|estimate| estimate.estimate_id);
    let progress = onboarding::progress(desk.connection(), origin, estimate_id).await?;
    let probes = onboarding::probes(desk.connection()).await?;
    let own = own(desk, &progress).await?;
    let demo = demo_names(all);
    Ok(OnboardingView {
        steps: steps(origin, desk.accounts.len(), &progress),
        own,
        permissions: permissions(&probes, |account_id| desk.account_name(account_id)),
        policy: serde_json::to_string_pretty(&policy::document(&[], false))?,
        accounts_file: template::ACCOUNTS_FILE.to_owned(),
        shows_demo: origin == Origin::Demo,
        is_removing: is_removing && !demo.is_empty(),
        demo,
    })
}

/// What the demo's accounts are called.
pub fn demo_names(all: &[Account]) -> Vec<String> {
    all.iter().filter(|account| account.origin == Origin::Demo).map(|account| account.name.clone()).collect()
}

/// The costliest job and endpoint over all days there are. The demo's are nobody's own.
async fn own(desk: &mut Desk, progress: &Progress) -> Result<Vec<OwnRow>, Problem> {
    let estimate_id = desk.estimate.as_ref().map(|estimate| estimate.estimate_id);
    let days = progress.first_day.zip(progress.last_day).map(|(from, to)| Period { from, to });
    let (Some(estimate_id), Some(period)) = (estimate_id, days) else { return Ok(Vec::new()) };
    if desk.scope.origin() == Origin::Demo {
        return Ok(Vec::new());
    }
    let filter = Filter::of(period);
    let movers = overview::movers(desk.connection(), estimate_id, &filter, None, Measure::Cost, (1, 0)).await?;
    let days = Query::default().filter_string(period);
    let row = |(list, label): (List, &str)| {
        let mover = movers
            .iter()
            .find(|mover| mover.place.is_some() && kind_of(mover).map(|kind| kind.section()) == Some(list))?;
        let sums = figures::sum_closed(&desk.factors, &mover.current);
        Some(OwnRow {
            label: label.to_owned(),
            href: format!("/{}/{}?{days}", list.as_str(), slug(&mover.name, mover.resource_id)),
            name: mover.name.clone(),
            cost: sums.cost(),
            emissions: sums.emissions(),
        })
    };
    let lists = [
        (List::Jobs, "Your costliest job"),
        (List::Endpoints, "Your costliest endpoint"),
        (List::Notebooks, "Your costliest notebook"),
    ];
    Ok(lists.into_iter().filter_map(row).collect())
}

/// The steps of the list. What was done with the demo is not done for one's own accounts.
fn steps(origin: Origin, accounts: usize, progress: &Progress) -> Vec<OnboardingStep> {
    let is_own = origin != Origin::Demo && accounts > 0;
    let nothing = Progress::default();
    // Rules over tags hold for every account there will ever be.
    let known = if is_own { progress } else { &nothing };
    let from_files = is_own && origin == Origin::Upload;
    let counted = |number: i64, thing: &str| match number {
        1 => format!("1 {thing}"),
        more => format!("{} {thing}s", number::count(more)),
    };
    let connected = match (is_own, from_files, accounts) {
        (false, _, 0) => "No account is known.".to_owned(),
        (false, ..) => "So far only the demo is here.".to_owned(),
        (true, true, number) => format!("Told by files: {}.", counted(count(number), "account")),
        (true, false, number) => format!("Read from AWS: {}.", counted(count(number), "account")),
    };
    let regions = match (known.regions, from_files) {
        (0, _) => "Only the regions that you list are ever asked.".to_owned(),
        (number, true) => format!("{} of accounts and regions in your files.", counted(number, "pair")),
        (number, false) => format!("{} of accounts and regions; no other is asked.", counted(number, "pair")),
    };
    let has_import = known.resources > 0 && (from_files || known.has_read);
    let import = match (has_import, known.resources) {
        (true, number) => format!("{} known.", counted(number, "resource")),
        (false, 0) => "Nothing has been read yet.".to_owned(),
        (false, _) => "It has begun; pages fill while it goes on.".to_owned(),
    };
    let teams = match (progress.team_rules, known.with_team) {
        (0, 0) => "No workload has a team. A tag called team counts by itself; other keys need a rule.".to_owned(),
        (0, number) => format!("{} named by the tag team itself.", counted(number, "workload")),
        (rules, 0) => format!("{} of your own; no workload bears such a tag yet.", counted(rules, "rule")),
        (rules, number) => {
            format!("{} of your own, {} with a team.", counted(rules, "rule"), counted(number, "workload"))
        }
    };
    let targets = match known.targets {
        0 => "No key figure has a target.".to_owned(),
        number => format!("{} with a target.", counted(number, "key figure")),
    };
    let units = match known.units {
        0 => "Work is counted in 1 000 inferences alone: say what your jobs make.".to_owned(),
        number => format!("{} of your own.", counted(number, "unit")),
    };
    let review = match (known.reviews, known.has_signed) {
        (0, _) => "No week was frozen.".to_owned(),
        (number, false) => format!("{} frozen, none signed.", counted(number, "week")),
        (number, true) => format!("{} frozen, signed at least once.", counted(number, "week")),
    };
    vec![
        step("Connect an account or upload a file", done(is_own), connected, ("Connect", "#connect")),
        step("List the regions to read", done(known.regions > 0), regions, ("The file of accounts", "#role")),
        step("Import for the first time", begun(has_import, known.resources > 0), import, ("Imports", "/imports")),
        step(
            "Map tags to teams",
            begun(known.with_team > 0, progress.team_rules > 0),
            teams,
            ("Teams", "/settings/teams"),
        ),
        step("Say what a unit of work is", done(known.units > 0), units, ("Units of work", "/settings/units")),
        step("Set key figures and their targets", done(known.targets > 0), targets, ("Key figures", "/settings/kpis")),
        step("Hold the first review", begun(known.has_signed, known.reviews > 0), review, ("Reviews", "/reviews")),
    ]
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

const fn done(is_done: bool) -> StepState {
    begun(is_done, false)
}

const fn begun(is_done: bool, has_begun: bool) -> StepState {
    match (is_done, has_begun) {
        (true, _) => StepState::Done,
        (false, true) => StepState::Begun,
        (false, false) => StepState::Open,
    }
}

fn step(label: &str, state: StepState, text: String, (words, href): (&str, &str)) -> OnboardingStep {
    let link = Crumb { label: words.to_owned(), href: href.to_owned() };
    OnboardingStep { label: label.to_owned(), state, text, link }
}

/// Each statement of the policy with what its probes showed.
fn permissions(probes: &[Probe], account: impl Fn(i32) -> String) -> Vec<PermissionRow> {
    let rows = policy::FEATURES.iter().map(|feature| {
        let noted = noted_as(feature.name);
        let own = || {
            probes.iter().filter(|probe| match feature.name {
                // Whatever answered was asked in the name of an account that AWS had told.
                "Identity" => probe.state == "granted",
                _ => noted.contains(&probe.feature.as_str()),
            })
        };
        let missing = || own().filter(|probe| probe.state != "granted");
        let state = match (own().next().is_some(), missing().next().is_some()) {
            (false, _) => PermissionState::Unused,
            (true, false) => PermissionState::Granted,
            (true, true) => PermissionState::Missing,
        };
        PermissionRow {
            name: feature.name.to_owned(),
            actions: feature.actions.iter().map(|action| (*action).to_owned()).collect(),
            without: feature.without.to_owned(),
            state,
            places: missing()
                .map(|probe| format!("{}, {}: {}", account(probe.account_id), probe.region, probe.feature))
                .collect(),
            remedy: missing().next().map(|probe| probe.remedy.clone()).unwrap_or_default(),
        }
    });
    rows.collect()
}

/// The names under which the import notes how a statement of the policy fared.
pub fn noted_as(statement: &str) -> &'static [&'static str] {
    match statement {
        "TrainingJobs" => &["training jobs"],
        "ProcessingJobs" => &["processing jobs"],
        "TransformJobs" => &["batch transform jobs"],
        "Endpoints" => &["endpoints"],
        "Notebooks" | "NotebookConfiguration" => &["notebook instances"],
        "Studio" => &["Studio apps"],
        "Clusters" => &["HyperPod clusters"],
        "Configuration" => &[
            "endpoint configurations",
            "models",
            "model packages",
            "inference components",
            "Inference Recommender jobs",
            "compilation jobs",
            "monitoring schedules",
            "projects",
        ],
        "StudioConfiguration" => &["Studio domains", "Studio user profiles", "Studio spaces"],
        "TuningJobs" => &["tuning jobs"],
        "Pipelines" => &["pipelines", "pipeline executions"],
        "FeatureStore" => &["feature groups"],
        "Scaling" => &["scalable targets", "scaling policies", "scaling activities", "alarms"],
        "AlarmHistory" => &["alarm history"],
        "LogGroups" => &["log groups"],
        "Buckets" => &["S3 buckets"],
        "Metrics" => &["cloudwatch"],
        "Prices" => &["list prices"],
        "Emissions" => &["sustainability"],
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::facts::ItemKind;

    #[test]
    fn every_statement_is_known_by_what_the_import_notes() {
        for feature in policy::FEATURES {
            assert!(feature.name == "Identity" || !noted_as(feature.name).is_empty(), "{}", feature.name);
        }
        let noted: Vec<&str> = policy::FEATURES.iter().flat_map(|feature| noted_as(feature.name)).copied().collect();
        for kind in ItemKind::ALL {
            // Roles are told by what uses them; nothing is asked of AWS for them.
            assert!(kind == ItemKind::Role || noted.contains(&kind.plural()), "{}", kind.plural());
        }
    }

    #[test]
    fn what_was_done_with_the_demo_is_still_to_be_done() {
        let progress = Progress {
            regions: 4,
            resources: 90,
            has_read: true,
            with_team: 12,
            targets: 2,
            units: 1,
            reviews: 1,
            has_signed: true,
            ..Progress::default()
        };
        let states = |origin: Origin, accounts: usize, progress: &Progress| -> Vec<StepState> {
            steps(origin, accounts, progress).into_iter().map(|step| step.state).collect()
        };
        assert_eq!(states(Origin::Demo, 3, &progress), [StepState::Open; 7]);
        assert_eq!(states(Origin::Aws, 0, &Progress::default()), [StepState::Open; 7]);
        assert_eq!(states(Origin::Aws, 1, &progress), [StepState::Done; 7]);
        let begun = Progress { has_read: false, with_team: 0, team_rules: 1, has_signed: false, ..progress };
        assert_eq!(
            states(Origin::Aws, 1, &begun),
            [
                StepState::Done,
                StepState::Done,
                StepState::Begun,
                StepState::Begun,
                StepState::Done,
                StepState::Done,
                StepState::Begun
            ]
        );
        assert_eq!(states(Origin::Upload, 1, &begun)[2], StepState::Done, "a file is an import whole");
    }

    #[test]
    fn a_permission_is_missing_where_any_of_its_probes_failed() {
        let probe = |feature: &str, state: &str| Probe {
            account_id: 1,
            region: "us-east-1".to_owned(),
            feature: feature.to_owned(),
            state: state.to_owned(),
            remedy: "Allow it.".to_owned(),
        };
        let probes =
            [probe("pipelines", "granted"), probe("pipeline executions", "denied"), probe("models", "granted")];
        let rows = permissions(&probes, |_| "research".to_owned());
        let row = |name: &str| rows.iter().find(|row| row.name == name).unwrap();
        assert_eq!(row("Pipelines").state, PermissionState::Missing);
        assert_eq!(row("Pipelines").places, ["research, us-east-1: pipeline executions"]);
        assert_eq!(
            (row("Configuration").state, row("Endpoints").state),
            (PermissionState::Granted, PermissionState::Unused)
        );
        assert_eq!(row("Identity").state, PermissionState::Granted);
        assert!(permissions(&[], |_| String::new()).iter().all(|row| row.state == PermissionState::Unused));
    }
}

//! Several jobs side by side.

use app::view::{ComparedJob, ComparedJobs, Crumb, SettingRow, Shown, Unit};
use serde_json::Value;

use super::figures::{self, number, slug};
use super::{configuration, job, lists};
use crate::http::Problem;
use crate::http::desk::Desk;
use crate::http::query::{Query, push};
use crate::kind::{Kind, Section};
use crate::store::compared::{self, Machines};
use crate::store::lifetime;
use crate::store::resource::Resource;
use crate::store::sheet;

/// The page's own parameter, once a job.
pub const PARAMETERS: [&str; 1] = ["id"];
/// As many columns as can be read beside each other.
const MOST: usize = 5;

/// Loads the jobs that the address names, in its order.
///
/// # Errors
/// [`Problem::BadQuery`] with a sentence for too few, too many, and for what is no job.
pub async fn load(desk: &mut Desk, query: &Query) -> Result<ComparedJobs, Problem> {
    let mut slugs: Vec<&str> = Vec::new();
    for (_, asked) in query.own.iter().filter(|(key, _)| *key == "id") {
        if !slugs.contains(&asked.as_str()) {
            slugs.push(asked);
        }
    }
    check(slugs.len())?;
    let ids: Vec<i64> = slugs
        .iter()
        .map(|slug| number(slug).ok_or_else(|| refused(format!("`{slug}` is not the address of a job."))))
        .collect::<Result<_, _>>()?;
    let origin = desk.scope.origin();
    let found = sheet::several(desk.connection(), origin, Section::Jobs, &ids).await?;
    let mut jobs: Vec<&Resource> = Vec::new();
    for (asked, id) in slugs.iter().zip(&ids) {
        let job = found
            .iter()
            .map(|sheet| &sheet.resource)
            .find(|job| job.resource_id == *id && figures::names(asked, &job.name));
        jobs.push(job.ok_or_else(|| {
            refused(format!(
                "There is no job `{asked}` here. It may have been renamed, or it lies outside what you may see."
            ))
        })?);
    }
    let machines = compared::machines(desk.connection(), &ids).await?;
    let lives = match desk.estimate.as_ref().map(|estimate| estimate.estimate_id) {
        Some(estimate_id) => lifetime::parts(desk.connection(), estimate_id, &ids).await?,
        None => Default::default(),
    };
    let columns: Vec<Column<'_>> = jobs
        .iter()
        .map(|job| Column {
            job,
            machines: machines.iter().filter(|each| each.resource_id == job.resource_id).collect(),
        })
        .collect();
    let filtered = query.filter_string(query.period(desk.today()));
    let compared = columns.iter().map(|column| {
        let parts = lives.get(&column.job.resource_id).map(Vec::as_slice).unwrap_or_default();
        ComparedJob { without_href: without(&jobs, column.job, &filtered), ..column.compared(desk, query, parts) }
    });
    Ok(ComparedJobs { jobs: compared.collect(), metrics: metrics(&jobs), settings: settings(&columns) })
}

fn check(count: usize) -> Result<(), Problem> {
    match count {
        0 => Err(refused("No job was chosen. Tick two to five jobs of the list to see them side by side.".to_owned())),
        1 => Err(refused(
            "Only one job was chosen. Tick another one of the list to have something to compare.".to_owned(),
        )),
        2..=MOST => Ok(()),
        more => {
            Err(refused(format!("{more} jobs were chosen, and {MOST} can be read side by side. Tick fewer of them.")))
        }
    }
}

fn refused(sentence: String) -> Problem {
    Problem::BadQuery { sentence, next: Crumb { label: "The list of jobs".to_owned(), href: "/jobs".to_owned() } }
}

/// Where some jobs are compared; the filter goes with it, for the ways on and back.
pub(super) fn href<'a>(jobs: impl IntoIterator<Item = (&'a str, i64)>, filtered: &str) -> String {
    let mut pairs = String::new();
    for (name, resource_id) in jobs {
        push(&mut pairs, "id", &figures::unescaped_slug(name, resource_id));
    }
    format!("/jobs/compare?{}&{filtered}", pairs.trim_start_matches('&'))
}

/// The comparison without one of them, while two are left.
fn without(jobs: &[&Resource], left_out: &Resource, filtered: &str) -> Option<String> {
    let others = jobs.iter().filter(|job| job.resource_id != left_out.resource_id);
    (jobs.len() > 2).then(|| href(others.map(|job| (job.name.as_str(), job.resource_id)), filtered))
}

/// A job with its machines.
struct Column<'a> {
    job: &'a Resource,
    machines: Vec<&'a Machines>,
}

impl Column<'_> {
    fn compared(&self, desk: &Desk, query: &Query, parts: &[crate::store::part::Part]) -> ComparedJob {
        let job = self.job;
        let sums = figures::sum(&desk.factors, parts);
        let team = parts.iter().find_map(|part| part.team.clone()).unwrap_or_default();
        let place = [team, desk.account_name(job.account_id), job.region.clone()];
        let place: Vec<String> = place.into_iter().filter(|part| !part.is_empty()).collect();
        ComparedJob {
            href: format!(
                "/jobs/{}?{}",
                slug(&job.name, job.resource_id),
                query.filter_string(query.period(desk.today()))
            ),
            without_href: None,
            name: job.name.clone(),
            kind: Kind::parse(&job.kind).map(|kind| kind.label().to_owned()).unwrap_or_default(),
            place: place.join(" · "),
            status: lists::status(&job.status),
            failure_reason: job.failure_reason.clone(),
            started_at: job.started_at,
            duration: lists::lasted(desk.now, &job.status, job.started_at, job.ended_at),
            hours: sums.hours(),
            cost: sums.cost(),
            energy: sums.energy(),
            emissions: sums.emissions(),
            cpu: self.mean(|each| each.cpu),
            gpu: self.mean(|each| each.gpu),
        }
    }

    /// Weighed by instance-time.
    fn mean(&self, of: fn(&Machines) -> Option<f64>) -> Shown {
        let known = self.machines.iter().filter_map(|each| Some((of(each)?, each.instance_seconds?)));
        let (sum, seconds) = known.fold((0.0, 0.0), |(sum, all), (value, time)| (sum + value * time, all + time));
        if seconds > 0.0 {
            Shown::exact(100.0 * sum / seconds, Unit::Percent)
        } else {
            Shown::Unknown("no metrics".to_owned())
        }
    }

    fn instances(&self) -> String {
        let group = |each: &&Machines| match each.most {
            Some(most) => format!("{most} × {}", each.instance_type),
            None => each.instance_type.clone(),
        };
        self.machines.iter().map(group).collect::<Vec<_>>().join(", ")
    }
}

/// Every metric that any of the jobs reported, the first job's first.
fn metrics(jobs: &[&Resource]) -> Vec<(String, Vec<Option<f64>>)> {
    let reported: Vec<Vec<(String, f64)>> = jobs.iter().map(|job| job::final_metrics(job)).collect();
    let mut names: Vec<&String> = Vec::new();
    for (name, _) in reported.iter().flatten() {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let values = |name: &String| {
        let of = |pairs: &Vec<(String, f64)>| pairs.iter().find(|(own, _)| own == name).map(|(_, value)| *value);
        reported.iter().map(of).collect()
    };
    names.into_iter().map(|name| (name.clone(), values(name))).collect()
}

/// What was asked of AWS for each job; what none of them tells is left out.
fn settings(columns: &[Column<'_>]) -> Vec<SettingRow> {
    let training = |column: &Column<'_>, name: &str| column.job.attributes.get("training")?.get(name).cloned();
    let whether = |value: Option<Value>| match value {
        Some(Value::Bool(true)) => "yes".to_owned(),
        Some(Value::Bool(false)) => "no".to_owned(),
        _ => String::new(),
    };
    let row = |name: &str, of: &dyn Fn(&Column<'_>) -> String| SettingRow {
        name: name.to_owned(),
        values: columns.iter().map(of).collect(),
    };
    let rows = [
        row("Instances", &|column| column.instances()),
        row("Region", &|column| column.job.region.clone()),
        row("Spot", &|column| whether(column.job.is_spot.map(Value::Bool))),
        row("Framework", &|column| configuration::image(column.job.attributes.get("image")).unwrap_or_default()),
        row("Image", &|column| image(column.job)),
        row("Volume", &|column| counted(column.job.attributes.get("volume_gb"), "GB")),
        row("Longest run time", &|column| column.job.max_runtime_s.map(spoken).unwrap_or_default()),
        row("Checkpoints", &|column| whether(training(column, "checkpoints"))),
        row("Warm pool", &|column| pool(column.job)),
        row("Debugger rules", &|column| rules(training(column, "debugger_rules"))),
        row("Profiler", &|column| whether(training(column, "profiler"))),
        row("Network isolation", &|column| whether(training(column, "network_isolation"))),
        row("Volume with a key of its own", &|column| whether(training(column, "encrypted_volume"))),
        row("Started by", &|column| {
            let parent = column.job.attributes.get("parent").and_then(Value::as_str);
            parent.map(|arn| configuration::last_segment(arn).to_owned()).unwrap_or_default()
        }),
    ];
    rows.into_iter().filter(|row| row.values.iter().any(|value| !value.is_empty())).collect()
}

/// The image without the registry, which differs by region and says nothing.
fn image(job: &Resource) -> String {
    let address = job.attributes.pointer("/image/address").and_then(Value::as_str).unwrap_or_default();
    address.split_once('/').map_or(address, |(_, path)| path).to_owned()
}

fn counted(value: Option<&Value>, unit: &str) -> String {
    value.and_then(Value::as_i64).map(|count| format!("{count} {unit}")).unwrap_or_default()
}

/// `None` of a key that is there is told: no pool.
fn pool(job: &Resource) -> String {
    match job.attributes.pointer("/training/keep_alive_seconds") {
        None => String::new(),
        Some(kept) => match kept.as_f64() {
            Some(seconds) if seconds > 0.0 => format!("kept for {}", spoken(seconds)),
            _ => "none".to_owned(),
        },
    }
}

fn rules(rules: Option<Value>) -> String {
    let Some(Value::Array(rules)) = rules else { return String::new() };
    let names: Vec<&str> = rules.iter().filter_map(|rule| rule.get(0)?.as_str()).collect();
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}

/// Seconds as people say them.
fn spoken(seconds: f64) -> String {
    let shown = Shown::exact(seconds / 3_600.0, Unit::Hours);
    app::parts::figure::text(&shown)
}

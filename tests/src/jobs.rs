//! Jobs beside each other: compared, tuned, by family, and how they are run.

use std::collections::BTreeMap;

use aws_simulator::Fleet;
use aws_simulator::fleet::{Job, JobKind, JobStatus};
use chrono::Duration;
use scraper::{ElementRef, Html, Selector};

use crate::site::{ALL, Site, attributes, links, now};

const ACCOUNT: &str = "111122223333";
const REGION: &str = "us-east-1";
/// The trials of the sweep; two have no value.
const TRIALS: i64 = 9;

pub type Row = BTreeMap<String, String>;

/// A sweep of nine trials, of which one fails and one is stopped, and four nights of one family.
pub async fn site() -> (Site, Fleet) {
    let mut fleet = Fleet::small(now(), 3);
    let at = now() - Duration::hours(40);
    let job = |name: &str, minutes: i64| Job::new(ACCOUNT, REGION, name, at + Duration::minutes(minutes));
    let jobs = &mut fleet.accounts[0].regions[0].jobs;
    for number in 1..=TRIALS {
        let trial = job(&format!("rank-sweep-{number}"), number * 20).on("ml.g4dn.xlarge", 1);
        let trial = trial.tagged(&[("team", "ranking")]).loaded(0.4, 0.8).ran(60, 900 + 700 * (number % 5));
        jobs.push(match number {
            3 => trial.failed("AlgorithmError: NaN"),
            7 => trial.stopped(),
            _ => trial,
        });
    }
    for (night, seconds) in [1_800, 1_900, 2_000, 5_700].into_iter().enumerate() {
        let minutes = i64::try_from(night).unwrap() * 180;
        let name = format!("nightly-2026-11-2{night}");
        jobs.push(job(&name, minutes).on("ml.m5.xlarge", 1).tagged(&[("team", "ranking")]).ran(60, seconds));
    }
    (Site::of(fleet.clone(), now() - Duration::days(3)).await, fleet)
}

pub async fn rows(site: &Site, query: &str) -> Vec<Row> {
    let (status, text) = site.get(&format!("/jobs.csv?{ALL}{query}")).await;
    assert_eq!(status, 200, "{text}");
    csv::Reader::from_reader(text.as_bytes()).into_deserialize::<Row>().map(Result::unwrap).collect()
}

pub fn number(row: &Row, column: &str) -> f64 {
    row[column].parse().unwrap_or(0.0)
}

fn grams(row: &Row) -> f64 {
    number(row, "op_location_g") + number(row, "embodied_g")
}

pub fn select<'a>(page: &'a Html, selector: &str) -> Vec<ElementRef<'a>> {
    page.select(&Selector::parse(selector).unwrap()).collect()
}

pub fn words(element: &ElementRef<'_>) -> String {
    element.text().collect::<Vec<_>>().join(" ").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The numbers of a cell as the page keeps them.
pub fn data(element: &ElementRef<'_>) -> Vec<f64> {
    let selector = Selector::parse("data").unwrap();
    element.select(&selector).map(|data| data.attr("value").unwrap().parse().unwrap()).collect()
}

/// The row of a table whose heading begins with a word.
pub fn row<'a>(page: &'a Html, table: &str, heading: &str) -> ElementRef<'a> {
    let rows = select(page, &format!("[aria-label=\"{table}, table\"] tr"));
    let head = Selector::parse("th[scope=row]").unwrap();
    let found = rows.into_iter().find(|row| row.select(&head).any(|cell| words(&cell).starts_with(heading)));
    found.unwrap_or_else(|| panic!("{table} has no row {heading}"))
}

/// The ids that the list offers for a comparison, by the name of the job.
pub async fn ids(site: &Site) -> BTreeMap<String, String> {
    let page = site.page(&format!("/jobs?{ALL}&per=100")).await;
    assert_eq!(attributes(&page, "form#compare", "action"), ["/jobs/compare"]);
    let ids = attributes(&page, "input[name=id][form=compare]", "value");
    ids.into_iter().map(|id| (id.rsplit_once('.').unwrap().0.to_owned(), id)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn jobs_are_compared_by_what_they_took_and_how_they_were_set_up() {
    let (site, _) = site().await;
    let ids = ids(&site).await;
    let path = |names: &[&str]| {
        let asked: Vec<String> = names.iter().map(|name| format!("id={}", ids[*name])).collect();
        format!("/jobs/compare?{}", asked.join("&"))
    };
    let names = ["spot", "plain-gpu", "failed-out-of-memory", "kept-warm", "prepare-tickets"];
    let page = site.page(&path(&names)).await;
    let heads = select(&page, "[aria-label=\"Jobs side by side, table\"] thead th .name");
    assert_eq!(heads.iter().map(words).collect::<Vec<_>>(), names);
    let listed: BTreeMap<String, Row> =
        rows(&site, "").await.into_iter().map(|row| (row["name"].clone(), row)).collect();
    for (measure, of) in [
        ("Cost", &(|row: &Row| number(row, "cost_list")) as &dyn Fn(&Row) -> f64),
        ("Energy", &|row| number(row, "energy_kwh")),
        ("Emissions", &grams),
        ("Instance-hours", &|row| number(row, "instance_hours")),
    ] {
        let shown = data(&row(&page, "Jobs side by side", measure));
        for (name, shown) in names.iter().zip(&shown) {
            let expected = of(&listed[*name]);
            assert!((shown - expected).abs() < 1e-6 * expected.max(1.0), "{measure} of {name}: {shown} {expected}");
        }
        assert_eq!(shown.len(), names.len());
    }
    let settings = "Settings that differ";
    for (setting, said) in [
        ("Spot", "Spot yes no no no not told"),
        ("Warm pool", "Warm pool none none none kept for 1.00 h not told"),
        ("Checkpoints", "Checkpoints yes no no no not told"),
    ] {
        assert_eq!(words(&row(&page, settings, setting)), said);
    }
    assert!(words(&row(&page, settings, "Instances")).contains("2 × ml.m5.xlarge"));
    assert!(words(&row(&page, "Settings that are the same", "Region")).ends_with("us-east-1 us-east-1"));
    let text = words(&page.root_element());
    assert!(text.contains("validation:loss") && text.contains("not reported") && text.contains("OutOfMemoryError"));

    // One can be left out until two are left.
    let without = links(&page).into_iter().find(|link| link.starts_with("/jobs/compare?")).unwrap();
    assert!(!without.contains(&ids["spot"]) && without.matches("id=").count() == 4, "{without}");
    let pair = site.page(&path(&names[..2])).await;
    assert!(!links(&pair).iter().any(|link| link.starts_with("/jobs/compare")));

    let six: Vec<&str> = ids.keys().take(6).map(String::as_str).collect();
    let other = ids["spot"].replace("spot.", "sport.");
    for (path, said) in [
        ("/jobs/compare".to_owned(), "No job was chosen"),
        (path(&["spot"]), "Only one job was chosen"),
        (path(&["spot", "spot"]), "Only one job was chosen"),
        (path(&six), "6 jobs were chosen, and 5 can be read"),
        (format!("{}&id=%3Cb%3E", path(&["spot"])), "`&lt;b&gt;` is not the address of a job"),
        (format!("{}&id=x.00000000000000ff", path(&["spot"])), "There is no job `x.00000000000000ff`"),
        (format!("{}&id={other}", path(&["plain-gpu"])), "There is no job `sport."),
    ] {
        let (status, text) = site.get(&path).await;
        assert!(status == 400 && text.contains(said), "{path}: {status} {text}");
        assert!(text.contains("The list of jobs"), "{path} leads nowhere");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tuning_job_shows_which_trials_no_other_beats_and_what_the_others_took() {
    let (site, _) = site().await;
    let list = site.page("/jobs/tuning").await;
    let href = links(&list).into_iter().find(|link| link.starts_with("/jobs/tuning/rank-sweep.")).unwrap();
    let page = site.page(&href).await;

    let values = "select string_agg(concat_ws('=', t ->> 'job', t ->> 'value'), ' ')
        from configuration_item, jsonb_array_elements(document -> 'trials') as t
        where kind = 'tuning_job' and name = 'rank-sweep'";
    let values = site.test.scalar_text(&site.scope, values).await;
    let trials = rows(&site, "&q=rank-sweep").await;
    assert_eq!(trials.len(), usize::try_from(TRIALS).unwrap());
    let known: Vec<(&Row, f64)> = trials
        .iter()
        .filter_map(|row| {
            let own = values.split(' ').find_map(|pair| pair.strip_prefix(row["arn"].as_str())?.strip_prefix('='))?;
            Some((row, own.parse().unwrap()))
        })
        .collect();
    assert_eq!(known.len(), trials.len() - 2, "what failed or was stopped has no value");
    let is_beaten = |row: &Row, value: f64| {
        known.iter().any(|(other, reached)| {
            *reached >= value && grams(other) <= grams(row) && (*reached > value || grams(other) < grams(row))
        })
    };
    let best = known.iter().max_by(|a, b| a.1.total_cmp(&b.1)).unwrap().0;
    for trial in &trials {
        let place = match known.iter().find(|(row, _)| row["name"] == trial["name"]) {
            None => "without a value",
            Some(_) if trial["name"] == best["name"] => "best",
            Some((row, value)) if is_beaten(row, *value) => "beaten by another",
            Some(_) => "on the front",
        };
        let shown = words(&row(&page, "All trials", &trial["name"]));
        assert!(shown.contains(place), "{}: {shown}, not {place}", trial["name"]);
    }

    // The groups of the effort are the whole, and the whole is that of the list of jobs.
    let efforts = select(&page, "[aria-label=\"What the trials took, table\"] tbody tr");
    let sum = |column: usize| efforts.iter().map(|row| data(row)[column]).sum::<f64>();
    let all = |of: &dyn Fn(&Row) -> f64| trials.iter().map(of).sum::<f64>();
    let close = |a: f64, b: f64| assert!((a - b).abs() < 1e-6 * b, "{a} {b}");
    close(sum(0), all(&|row| number(row, "instance_hours")));
    close(sum(1), all(&|row| number(row, "cost_list")));
    close(sum(2), all(&|row| number(row, "energy_kwh")));
    close(sum(3), all(&grams));
    let counted: u64 =
        efforts.iter().map(|row| words(&row.child_elements().nth(1).unwrap()).parse::<u64>().unwrap()).sum();
    assert_eq!(counted, trials.len() as u64);
    let waste = all(&|row| match known.iter().find(|(own, _)| own["name"] == row["name"]) {
        Some((row, value)) if !is_beaten(row, *value) => 0.0,
        _ => grams(row),
    });
    let shown = data(&row(&list, "Tuning jobs", "rank-sweep")).pop().unwrap();
    close(shown, 100.0 * waste / all(&grams));

    // Stopped after three trials in a row that raise the best by less than a hundredth, by the order of their ends.
    let mut order = known.clone();
    order.sort_by(|a, b| a.0["ended_at"].cmp(&b.0["ended_at"]));
    let (mut highest, mut in_vain, mut stop) = (f64::NEG_INFINITY, 0, None);
    for (row, value) in &order {
        in_vain = if highest.is_finite() && *value < highest + 0.01 * highest.abs() { in_vain + 1 } else { 0 };
        highest = highest.max(*value);
        if in_vain == 3 && stop.is_none() {
            stop = Some(row["ended_at"].clone());
        }
    }
    let spared: Vec<&Row> =
        trials.iter().filter(|row| stop.as_ref().is_some_and(|stop| row["created_at"] > *stop)).collect();
    let patient = select(&page, "[aria-label=\"What stopping the search would have spared, table\"] tbody tr");
    assert_eq!(patient.len(), 2, "of seven trials with a value, ten in a row cannot be in vain");
    let cells = |row: &ElementRef<'_>| row.child_elements().map(|cell| words(&cell)).collect::<Vec<_>>();
    let first = cells(&patient[0]);
    assert_eq!((first[0].as_str(), first[2].as_str()), ("3", spared.len().to_string().as_str()), "{first:?}");
    assert_eq!(first[1] == "at its own end", stop.is_none(), "{first:?}");
    let figures = data(&patient[0]);
    close(1.0 + figures[0], 1.0 + spared.iter().map(|row| number(row, "cost_list")).sum::<f64>());
    close(1.0 + figures[2], 1.0 + spared.iter().map(|row| grams(row)).sum::<f64>());

    let text = words(&page.root_element());
    assert!(text.contains("validation:recall") && text.contains("Early stopping is off"), "{text}");
    assert!(text.contains("It is not early stopping of single trials"), "{text}");
    assert_eq!(select(&page, "#trials-by-emissions svg.chart .fill-best").len(), 1);
    // A trial's own page leads back.
    let trial = links(&page).into_iter().find(|link| link.starts_with("/jobs/rank-sweep-1.")).unwrap();
    assert!(links(&site.page(&trial).await).contains(&href), "{trial} does not lead to {href}");
    for wrong in [href.replace("rank-sweep.", "rank-weep."), "/jobs/tuning/x".to_owned()] {
        assert_eq!(site.get(&wrong).await.0, 404, "{wrong}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_stands_beside_its_family() {
    let (site, _) = site().await;
    let id = ids(&site).await["nightly-2026-11-23"].clone();
    let page = site.page(&format!("/jobs/{id}?{ALL}")).await;
    let table = select(&page, "[aria-label=\"Run by run, table\"] tbody tr");
    assert_eq!(table.len(), 4);
    let runs = rows(&site, "&q=nightly").await;
    for (run, shown) in runs.iter().map(|run| (run, row(&page, "Run by run", &run["name"]))) {
        let shown = data(&shown);
        assert!((shown[1] - number(run, "energy_kwh")).abs() < 1e-9, "{run:?} {shown:?}");
        assert!((shown[2] - number(run, "cost_list")).abs() < 1e-9, "{run:?} {shown:?}");
    }
    let median = data(&row(&page, "Run by run", "Median"))[0];
    assert!((median - 1_950.0 / 3_600.0).abs() < 1e-9, "{median}");
    let text = words(&page.root_element());
    assert!(text.contains("All 4 runs") && text.contains("+192"), "the last night took three times as long: {text}");
    let compare = links(&page).into_iter().find(|link| link.starts_with("/jobs/compare?")).unwrap();
    assert!(compare.contains("nightly-2026-11-23.") && compare.contains("nightly-2026-11-22."), "{compare}");
    let alone = ids(&site).await["plain-cpu"].clone();
    assert!(site.get(&format!("/jobs/{alone}")).await.1.contains("It is the only run of"));

    // Family by family, the total is that of the list and every job is counted once.
    let list = site.page(&format!("/jobs?{ALL}")).await;
    let families = site.page(&format!("/jobs?{ALL}&group=family&per=100")).await;
    let totals = |page: &Html| data(&select(page, "dl.totals")[0]);
    assert_eq!(totals(&list), totals(&families));
    let groups = select(&families, "[aria-label=\"Job families, table\"] tbody tr");
    let counted: u64 =
        groups.iter().map(|row| words(&row.child_elements().nth(4).unwrap()).parse::<u64>().unwrap()).sum();
    assert_eq!(counted, rows(&site, "").await.len() as u64);
    let shown = words(&row(&families, "Job families", "rank-sweep"));
    assert!(shown.contains("1 of 8"), "{shown}");
    let cost: f64 = groups.iter().filter_map(|row| data(&row.child_elements().nth(1).unwrap()).first().copied()).sum();
    let all: f64 = rows(&site, "").await.iter().map(|row| number(row, "cost_list")).sum();
    assert!((cost - all).abs() < 1e-6, "{cost} {all}");
    let pages = site.page(&format!("/jobs?{ALL}&group=family&per=3&page=99")).await;
    let last = select(&pages, "[aria-label=\"Job families, table\"] tbody tr").len();
    assert!((1..=3).contains(&last), "a page past the end shows the last one");
}

#[tokio::test(flavor = "multi_thread")]
async fn features_in_use_are_those_of_the_fleet() {
    let (site, fleet) = site().await;
    let listed = rows(&site, "").await;
    let teams: BTreeMap<&str, &str> = listed.iter().map(|row| (row["name"].as_str(), row["team"].as_str())).collect();
    let page = site.page(&format!("/jobs/practice?{ALL}")).await;
    let trained: Vec<&Job> = fleet.accounts[0].regions[0]
        .jobs
        .iter()
        .filter(|job| job.kind == JobKind::Training && teams.contains_key(job.name.as_str()))
        .collect();
    let cell = |team: &str, column: usize| {
        words(&row(&page, "Training jobs by team and feature", team).child_elements().nth(column).unwrap())
    };
    for team in ["nlp", "ranking", "vision"] {
        let own: Vec<&&Job> = trained.iter().filter(|job| teams[job.name.as_str()] == team).collect();
        let count = |is: &dyn Fn(&Job) -> bool| own.iter().filter(|job| is(job)).count();
        assert_eq!(cell(team, 1), own.len().to_string(), "{team}");
        let is_trial = |job: &Job| job.name.contains("-sweep");
        let is_long = |job: &Job| match (job.started, job.ended) {
            // What runs still has not ended.
            (Some(from), Some(to)) => to <= now() && to - from >= Duration::hours(1),
            _ => false,
        };
        for (column, used, available) in [
            (2, count(&|job| job.spot), count(&|job| !job.spot && job.retained_s.is_none())),
            (3, count(&|job| job.spot), count(&|job| !job.spot && is_long(job))),
            (5, 0, count(&is_trial)),
            (6, count(&|job| job.tags.contains(&("environment".to_owned(), "prod".to_owned()))), usize::MAX),
            (7, 0, own.len()),
        ] {
            let shown = cell(team, column);
            assert!(shown.contains(&format!("{used} used")), "{team} {column}: {shown}, not {used}");
            if available != usize::MAX {
                assert!(shown.contains(&format!("{available} available")), "{team} {column}: {shown}, not {available}");
            }
        }
    }
    assert!(cell("nlp", 4).contains("1 used") && cell("ranking", 4).contains("0 used"), "warm pools");
    assert_eq!(cell("All", 1), trained.len().to_string());
    assert!(trained.iter().any(|job| job.status == JobStatus::Failed));

    // Machines: every hour of the lists, once.
    let hours = |path: &'static str| {
        let site = &site;
        async move {
            let text = site.get(&format!("/{path}.csv?{ALL}")).await.1;
            let rows = csv::Reader::from_reader(text.as_bytes()).into_deserialize::<Row>().map(Result::unwrap);
            rows.map(|row| number(&row, "instance_hours")).sum::<f64>()
        }
    };
    let (jobs, held) = (hours("jobs").await, hours("endpoints").await + hours("notebooks").await);
    let all = data(&row(&page, "Machines by team", "All"));
    let [gpu, neuron, adoption, on_demand, always_on, share] = all.try_into().unwrap();
    assert!(
        (on_demand - jobs).abs() < 1e-6 && (always_on - held).abs() < 1e-6,
        "{on_demand} {jobs} {always_on} {held}"
    );
    assert!((share - 100.0 * held / (jobs + held)).abs() < 1e-9);
    assert!(neuron > 0.0 && gpu > neuron && (adoption - 100.0 * neuron / (gpu + neuron)).abs() < 1e-9);

    // Images: every job, once.
    let images = select(&page, "[aria-label=\"Jobs by framework and maker of the image, table\"] tbody tr");
    let counted: u64 =
        images.iter().map(|row| words(&row.child_elements().nth(1).unwrap()).parse::<u64>().unwrap()).sum();
    assert_eq!(counted, listed.len() as u64);
    assert!(words(&images[0]).contains("PyTorch (AWS container)"), "{}", words(&images[0]));
    let narrowed = site.page(&format!("/jobs/practice?{ALL}&team=nlp")).await;
    assert_eq!(select(&narrowed, "[aria-label=\"Training jobs by team and feature, table\"] tbody tr").len(), 1);
}

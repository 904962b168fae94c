//! Pipelines: their executions, and what the jobs that these started took.

use std::collections::BTreeMap;
use std::str::FromStr as _;

use aws_simulator::fleet::Job;
use aws_simulator::{Faults, Fleet};
use chrono::Duration;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;
use scraper::{ElementRef, Html, Selector};
use server::store::{Origin, account};

use crate::site::{ALL, Site, links, now};

const ACCOUNT: &str = "111122223333";
const REGION: &str = "us-east-1";
const NIGHTS: i64 = 4;

type Row = BTreeMap<String, String>;

/// The small fleet, and four nights of one pipeline, the second of which fails.
async fn site() -> Site {
    let mut fleet = Fleet::small(now(), 3);
    let jobs = &mut fleet.accounts[0].regions[0].jobs;
    for night in 0..NIGHTS {
        let at = now() - Duration::hours(20 + 24 * (NIGHTS - 1 - night).min(1)) + Duration::minutes(night * 90);
        let job = Job::new(ACCOUNT, REGION, &format!("rank-2026-11-2{night}"), at)
            .on("ml.g4dn.xlarge", 1)
            .tagged(&[("team", "ranking"), ("project", "feed"), ("environment", "prod")])
            .loaded(0.4, 0.8)
            .ran(60, 1_200 + 300 * night);
        jobs.push(if night == 1 { job.failed("AlgorithmError: NaN") } else { job });
    }
    Site::of(fleet, now() - Duration::days(3)).await
}

async fn rows(site: &Site, query: &str) -> Vec<Row> {
    let (status, text) = site.get(&format!("/pipelines.csv?{ALL}{query}")).await;
    assert_eq!(status, 200, "{text}");
    csv::Reader::from_reader(text.as_bytes()).into_deserialize::<Row>().map(Result::unwrap).collect()
}

fn exact(row: &Row, column: &str) -> Decimal {
    if row[column].is_empty() { Decimal::ZERO } else { Decimal::from_str(&row[column]).unwrap() }
}

fn sum(rows: &[Row], column: &str) -> Decimal {
    rows.iter().map(|row| exact(row, column)).sum()
}

fn select<'a>(page: &'a Html, selector: &str) -> Vec<ElementRef<'a>> {
    page.select(&Selector::parse(selector).unwrap()).collect()
}

fn words(element: &ElementRef<'_>) -> String {
    element.text().collect::<Vec<_>>().join(" ").split_whitespace().collect::<Vec<_>>().join(" ")
}

fn page_words(page: &Html) -> String {
    words(&page.root_element())
}

/// The figures of an element, as the page keeps them.
fn data(element: &ElementRef<'_>) -> Vec<f64> {
    let selector = Selector::parse("data").unwrap();
    element.select(&selector).map(|data| data.attr("value").unwrap().parse().unwrap()).collect()
}

fn close(shown: f64, exact: Decimal, what: &str) {
    let exact = exact.to_f64().unwrap();
    assert!((shown - exact).abs() <= exact.abs() * 1e-9, "{what}: {shown} {exact}");
}

async fn href(site: &Site, query: &str, name: &str) -> String {
    let page = site.page(&format!("/pipelines?{ALL}{query}")).await;
    let found = links(&page).into_iter().find(|href| href.starts_with(&format!("/pipelines/{name}.")));
    found.unwrap_or_else(|| panic!("{name} is not listed: {}", page_words(&page)))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_total_is_the_sum_of_the_rows_of_the_file_and_of_the_jobs() {
    let site = site().await;
    for query in ["", "&team=ranking", "&team=!ranking", "&region=us-east-1", "&project=defects", "&q=NIGHTLY-rank"] {
        let file = rows(&site, query).await;
        let page = site.page(&format!("/pipelines?{ALL}{query}&per=100")).await;
        let total = data(&select(&page, "dl.totals")[0]);
        assert!(!file.is_empty(), "{query}");
        close(total[0], sum(&file, "cost_list"), "cost");
        close(total[1], sum(&file, "energy_kwh"), "energy");
        close(total[2], sum(&file, "op_location_g") + sum(&file, "embodied_g"), "emissions");
        let listed = select(&page, "[aria-label='Pipelines, table'] tbody tr");
        assert_eq!(listed.len(), file.len(), "{query}");
        let cost = Selector::parse("td").unwrap();
        let of = |row: &ElementRef<'_>| data(&row.select(&cost).next().unwrap()).first().copied();
        let printed: f64 = listed.iter().filter_map(of).sum();
        close(printed, sum(&file, "cost_list"), "the rows of the page");
    }
    // Every job of the small fleet that runs at night was started by a pipeline, and no other.
    let (_, jobs) = site.get(&format!("/jobs.csv?{ALL}")).await;
    let jobs: Vec<Row> = csv::Reader::from_reader(jobs.as_bytes()).into_deserialize().map(Result::unwrap).collect();
    let pipelines: Vec<String> = rows(&site, "").await.into_iter().map(|row| row["name"].clone()).collect();
    let is_started = |job: &&Row| {
        let stem = job["name"].split("-2026").next().unwrap();
        pipelines.contains(&format!("nightly-{stem}"))
    };
    let started: Vec<Row> = jobs.iter().filter(is_started).cloned().collect();
    assert!(started.len() >= 11 && started.len() < jobs.len(), "{} of {}", started.len(), jobs.len());
    for column in ["cost_list", "energy_kwh", "embodied_g"] {
        assert_eq!(sum(&rows(&site, "").await, column), sum(&started, column), "{column}");
    }
    // The order is kept over pages of two.
    let mut names = Vec::new();
    for number in 1..=2 {
        let page = site.page(&format!("/pipelines?{ALL}&sort=name&per=2&page={number}")).await;
        names.extend(select(&page, "th a.name").iter().map(words));
    }
    let mut sorted = pipelines.clone();
    sorted.sort();
    assert_eq!(names, sorted[..4]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pipeline_tells_its_executions_and_steps_and_they_lead_to_the_jobs() {
    let site = site().await;
    let file = rows(&site, "&q=nightly-rank").await;
    let row = &file[0];
    let counted =
        ["executions", "executions_succeeded", "executions_failed", "jobs"].map(|column| row[column].as_str());
    assert_eq!((counted, row["project"].as_str(), row["team"].as_str()), (["4", "3", "1", "4"], "feed", "ranking"));

    let address = href(&site, "", "nightly-rank").await;
    let page = site.page(&address).await;
    let text = page_words(&page);
    assert!(text.contains("75 %") && text.contains("1 failed"), "{text}");
    let total = data(&select(&page, "dl.totals")[0]);
    close(total[0], exact(row, "cost_list"), "the page of the pipeline and the list");
    for table in ["Executions, table", "Steps over the executions below, table"] {
        let lines = select(&page, &format!("[aria-label='{table}'] tbody tr"));
        let heads: Vec<String> = select(&page, &format!("[aria-label='{table}'] thead th")).iter().map(words).collect();
        let place = heads.iter().position(|head| head == "Cost").unwrap() - 1;
        let cells = Selector::parse("td").unwrap();
        let of = |line: &ElementRef<'_>| data(&line.select(&cells).nth(place).unwrap()).first().copied();
        let costs: f64 = lines.iter().filter_map(of).sum();
        close(costs, exact(row, "cost_list"), table);
    }
    assert!(text.contains("CheckData Condition 4 4"), "four runs, all of them from the cache: {text}");

    let execution = links(&page).into_iter().find(|href| href.contains("/executions/")).unwrap();
    let page = site.page(&execution).await;
    let text = page_words(&page);
    assert!(
        text.contains("CheckData Succeeded ↺ From cache") || text.contains("CheckData ✓ Succeeded ↺ From cache"),
        "{text}"
    );
    let job = links(&page).into_iter().find(|href| href.starts_with("/jobs/rank-2026-11-2")).unwrap();
    let of_job = site.page(&job).await;
    assert!(page_words(&of_job).contains("Pipeline nightly-rank : step Train"), "{}", page_words(&of_job));
    let back = links(&of_job).into_iter().find(|href| href.contains("/executions/")).unwrap();
    assert_eq!(back.split('?').next(), execution.split('?').next());

    // A project leads to its pipelines alone.
    let by_project = rows(&site, "&project=feed").await;
    assert_eq!(by_project.iter().map(|row| row["name"].as_str()).collect::<Vec<_>>(), ["nightly-rank"]);
    let list = site.page(&format!("/pipelines?{ALL}&project=feed")).await;
    let chips = select(&list, ".chips a.chip").iter().map(words).collect::<Vec<_>>();
    assert!(chips.len() == 1 && chips[0].contains("Project: feed"), "{chips:?}");

    // The list of a project can be kept.
    let view = site.save_view("Feed", &format!("/pipelines?{ALL}&project=feed&sort=-last"), false).await;
    let (status, kept) = site.arrive(&format!("/v/{view}")).await;
    let kept = page_words(&Html::parse_document(&kept));
    assert!(status == 200 && kept.contains("nightly-rank") && !kept.contains("nightly-spot"), "{kept}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_from_the_cache_takes_nothing_and_a_tuning_step_takes_its_trials() {
    let site = site().await;
    let before = rows(&site, "").await;
    // Another execution of tonight: a job that ran last night, from the cache, and a tuning job with one trial.
    let mut write = site.scope.begin(&site.test.database.ingest).await.unwrap();
    let gpu: String =
        sqlx::query_scalar("select arn from resource where name = 'plain-gpu'").fetch_one(&mut *write).await.unwrap();
    let tuning = format!("arn:aws:sagemaker:{REGION}:{ACCOUNT}:hyper-parameter-tuning-job/sweep");
    sqlx::query(
        "update resource set attributes = jsonb_set(attributes, '{parent}', to_jsonb($1::text)) where name = 'kept-warm'",
    )
    .bind(&tuning)
    .execute(&mut *write)
    .await
    .unwrap();
    sqlx::query(
        "insert into configuration_item (account_id, region, kind, identifier, valid_from, name, parent, created_at,
            version, document, seen_at)
        select account_id, region, kind, identifier || 'x', valid_from + interval '1 day', 'again', parent,
            created_at + interval '1 day', version, $1, seen_at
        from configuration_item
        where kind = 'pipeline_execution' and parent like '%/nightly-plain-gpu'",
    )
    .bind(serde_json::json!({ "status": "Succeeded", "steps": [
        { "name": "Train", "type": "training", "status": "Succeeded", "from_cache": true, "job": gpu },
        { "name": "Tune", "type": "tuning", "status": "Succeeded", "from_cache": false, "job": tuning },
    ] }))
    .execute(&mut *write)
    .await
    .unwrap();
    write.commit().await.unwrap();

    let after = rows(&site, "").await;
    let cost = |rows: &[Row]| {
        rows.iter().find(|row| row["name"] == "nightly-plain-gpu").map(|row| exact(row, "cost_list")).unwrap()
    };
    let (_, jobs) = site.get(&format!("/jobs.csv?{ALL}&q=kept-warm")).await;
    let trial: Vec<Row> = csv::Reader::from_reader(jobs.as_bytes()).into_deserialize().map(Result::unwrap).collect();
    assert_eq!(cost(&after), cost(&before) + sum(&trial, "cost_list"));
    assert_ne!(sum(&trial, "cost_list"), Decimal::ZERO);

    let address = href(&site, "", "nightly-plain-gpu").await;
    let page = site.page(&address).await;
    let again =
        select(&page, "[aria-label='Executions, table'] tbody tr").into_iter().find(|row| words(row).contains("again"));
    assert!(words(&again.unwrap()).contains("2 1 from cache 1"), "two steps, one cached, one job");
    let execution = links(&page).into_iter().find(|href| href.contains("x?") && href.contains("/executions/")).unwrap();
    let text = page_words(&site.page(&execution).await);
    assert!(text.contains("kept-warm") && text.contains("plain-gpu"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_definition_is_kept_over_time_and_two_versions_tell_in_what_they_differ() {
    let site = site().await;
    let address = href(&site, "", "nightly-rank").await;
    let once = site.page(&address).await;
    assert_eq!(select(&once, ".step-graph svg .step-box").len(), 2, "{}", page_words(&once));
    assert!(page_words(&once).contains("the first that was seen"), "{}", page_words(&once));
    assert!(select(&once, "#difference").is_empty(), "one version has nothing beside it");

    // The next night it runs on two larger machines.
    let mut fleet = (*site.simulator.fleet()).clone();
    let later = now() + Duration::hours(20);
    fleet.accounts[0].regions[0].jobs.push(
        Job::new(ACCOUNT, REGION, "rank-2026-11-24", later - Duration::hours(2))
            .on("ml.g5.2xlarge", 2)
            .tagged(&[("team", "ranking"), ("project", "feed"), ("environment", "prod")])
            .ran(60, 1_200),
    );
    fleet.now = later;
    site.simulator.set_fleet(fleet);
    site.read_at(later).await;
    let twice = site.page(&address).await;
    let versions: Vec<String> =
        select(&twice, "[aria-label='Versions of the definition, table'] tbody tr").iter().map(words).collect();
    assert!(
        versions.len() == 2 && versions[0].starts_with("2 ") && versions[0].ends_with("changed Train"),
        "{versions:?}"
    );
    let changes = select(&twice, "[aria-label^='From version 1'] tbody tr");
    assert_eq!(
        changes.iter().map(words).collect::<Vec<_>>(),
        ["Train ≠ Changed 1 × ml.g4dn.xlarge (parameter Machine) → 2 × ml.g5.2xlarge (parameter Machine)"]
    );
    let same = site.page(&format!("{address}&earlier=2&later=2")).await;
    assert!(page_words(&same).contains("the same steps, instances and cache"), "{}", page_words(&same));

    // An execution is drawn by what was defined when it began, with how it ended.
    let execution = links(&once).into_iter().find(|href| href.contains("/executions/")).unwrap();
    let page = site.page(&execution).await;
    let boxes: Vec<String> = select(&page, ".step-graph .step-box").iter().map(words).collect();
    assert!(boxes.len() == 2 && boxes[0].contains("✓ CheckData"), "{boxes:?}");
    let told = words(&select(&page, ".step-graph desc")[0]);
    assert_eq!(told, "CheckData comes first; Train after CheckData.");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_empty_filtered_away_or_refused_says_so() {
    let site = site().await;
    let away = page_words(&site.page(&format!("/pipelines?{ALL}&team=nobody")).await);
    assert!(away.contains("No pipelines match these filters"), "{away}");
    // Before anything ran, the pipelines that stand today did not.
    let early = page_words(&site.page("/pipelines?from=2026-01-01&to=2026-01-07").await);
    assert!(early.contains("0 pipelines"), "{early}");

    site.simulator.set_faults(Faults::none().denying("ListPipelines"));
    site.read_again(now() - Duration::days(3)).await;
    let part = page_words(&site.page(&format!("/pipelines?{ALL}")).await);
    assert!(part.contains("Not everything could be read") && part.contains("Allow sagemaker:ListPipelines"), "{part}");
    assert!(part.contains("nightly-rank"), "what is known stays: {part}");

    let unread = Site::unread(Fleet::small(now(), 3)).await;
    unread.simulator.set_faults(Faults::none().denying("ListPipelines"));
    unread.read_at(now()).await;
    let refused = page_words(&unread.page(&format!("/pipelines?{ALL}")).await);
    assert!(refused.contains("Pipelines could not be read"), "{refused}");
    assert!(refused.contains("Allow sagemaker:ListPipelines"), "{refused}");

    let nothing = Site::empty().await;
    for path in ["/pipelines", "/storage"] {
        let text = page_words(&nothing.page(path).await);
        assert!(text.contains("No AWS account connected"), "{text}");
    }
    account::ensure(&nothing.test.database.ingest, Origin::Aws, Some(ACCOUNT), "research").await.unwrap();
    for path in ["/pipelines", "/storage"] {
        let text = page_words(&nothing.page(path).await);
        assert!(text.contains("have not been read yet"), "{text}");
    }
    for path in ["/pipelines/none.0000000000000000", "/pipelines/none", "/pipelines/none.0/executions/none"] {
        assert_eq!(site.get(path).await.0, 404, "{path}");
    }
}

//! What is kept rather than run: buckets, feature groups, log groups; what nobody tends first.

use std::collections::BTreeMap;

use aws_simulator::fleet::Job;
use aws_simulator::{Faults, Fleet};
use chrono::Duration;
use scraper::{ElementRef, Html, Selector};

use crate::site::{ALL, Site, now};

const ACCOUNT: &str = "111122223333";
const REGION: &str = "us-east-1";

type Row = BTreeMap<String, String>;

/// The small fleet, with a team whose feature group nobody has used for longer than a month.
async fn site() -> Site {
    let mut fleet = Fleet::small(now(), 3);
    let begun = now() - Duration::days(40);
    let job = Job::new(ACCOUNT, REGION, "smoke", begun).on("ml.m5.large", 1).ran(60, 600);
    fleet.accounts[0].regions[0].jobs.push(job.tagged(&[("team", "platform")]));
    Site::of(fleet, now() - Duration::days(41)).await
}

fn select<'a>(page: &'a Html, selector: &str) -> Vec<ElementRef<'a>> {
    page.select(&Selector::parse(selector).unwrap()).collect()
}

fn words(element: &ElementRef<'_>) -> String {
    element.text().collect::<Vec<_>>().join(" ").split_whitespace().collect::<Vec<_>>().join(" ")
}

fn lines(page: &Html, table: &str) -> Vec<String> {
    select(page, &format!("[aria-label='{table}, table'] tbody tr")).iter().map(words).collect()
}

const BUCKETS: &str = "S3 buckets in use";
const GROUPS: &str = "Feature groups of the Feature Store";
const LOGS: &str = "Log groups of SageMaker";

#[tokio::test(flavor = "multi_thread")]
async fn a_feature_group_that_was_set_up_twice_names_the_other() {
    let mut fleet = Fleet::small(now(), 3);
    let job = Job::new(ACCOUNT, REGION, "backtest", now() - Duration::days(2)).on("ml.m5.large", 1).ran(60, 600);
    fleet.accounts[0].regions[0].jobs.push(job.tagged(&[("team", "forecasting")]));
    let site = Site::of(fleet, now() - Duration::days(3)).await;
    let page = site.page(&format!("/storage?{ALL}")).await;
    let groups = lines(&page, GROUPS);
    let twins: Vec<&String> = groups.iter().filter(|line| line.contains("Perhaps a duplicate")).collect();
    assert_eq!(twins.len(), 2, "{groups:#?}");
    assert!(twins.iter().any(|line| line.contains("same features as forecasting-features-v2")), "{twins:#?}");
    let link = select(&page, "a[href='/storage?q=forecasting-features-v2#feature-groups']");
    assert_eq!(link.len(), 1);
    let (_, file) = site.get(&format!("/storage.csv?{ALL}")).await;
    let rows = csv::Reader::from_reader(file.as_bytes()).into_deserialize::<Row>().map(Result::unwrap);
    let same: Vec<String> = rows.map(|row| row["same_as"].clone()).filter(|name| !name.is_empty()).collect();
    assert_eq!(same.len(), 2, "{same:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_tends_comes_first() {
    let site = site().await;
    let page = site.page(&format!("/storage?{ALL}")).await;
    let text = words(&page.root_element());
    assert!(text.contains("Nothing on this page has a cost, an energy or an emission figure"), "{text}");

    let buckets = lines(&page, BUCKETS);
    assert_eq!(buckets.len(), 7, "{buckets:#?}");
    let state = |line: &String| -> u8 {
        match line {
            line if line.contains("No lifecycle rule") => 0,
            line if line.contains("Another account's") || line.contains("Read in part") => 1,
            line => u8::from(line.contains("Has rules")) * 2,
        }
    };
    assert!(buckets.is_sorted_by_key(state), "{buckets:#?}");
    let of = |name: &str| buckets.iter().find(|line| line.starts_with(name)).unwrap().clone();
    let datasets = of("datasets-");
    for expected in ["no default encryption", "versioning is suspended", "processing job prepare-tickets"] {
        assert!(datasets.contains(expected), "{expected}: {datasets}");
    }
    assert!(of("features-").contains("eu-central-1") && of("features-").contains("3 feature groups"));
    assert!(of("models-").contains("old versions deleted after 30 days"), "{}", of("models-"));
    assert!(of("capture-").contains("Read in part"), "its own policy denies one question: {}", of("capture-"));

    let groups = lines(&page, GROUPS);
    assert!(groups[0].starts_with("platform-features") && groups[0].contains("Unused for 30 days"), "{groups:#?}");
    assert!(groups[0].contains("– – –"), "no request is no zero: {}", groups[0]);
    assert!(groups.iter().any(|line| line.starts_with("nlp-features") && line.contains("In use")), "{groups:#?}");

    let logs = lines(&page, LOGS);
    assert_eq!(logs.len(), 8);
    assert!(logs[0].contains("/aws/sagemaker/TrainingJobs") && logs[0].contains("Kept for ever"), "{logs:#?}");
    assert!(logs[7].contains("Endpoints/defects-live") && logs[7].contains("30 days"), "{logs:#?}");
    let summary = words(&select(&page, "dl.totals")[0]);
    assert!(summary.contains("Log groups 8 7 kept for ever"), "{summary}");
    assert!(summary.contains("Feature groups 3 1 unused for 30 days"), "{summary}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_file_holds_what_the_page_counts() {
    let site = site().await;
    let (status, text) = site.get(&format!("/storage.csv?{ALL}")).await;
    assert_eq!(status, 200, "{text}");
    let rows: Vec<Row> = csv::Reader::from_reader(text.as_bytes()).into_deserialize().map(Result::unwrap).collect();
    let count = |kind: &str| rows.iter().filter(|row| row["kind"] == kind).count();
    assert_eq!((count("bucket"), count("feature_group"), count("log_group")), (7, 3, 8));
    let of = |name: &str| rows.iter().find(|row| row["name"].starts_with(name)).unwrap();
    let group = of("nlp-features");
    // 300 units read and 120 written an hour, over the days of the period that have been read.
    let reads: f64 = group["read_units"].parse().unwrap();
    let writes: f64 = group["write_units"].parse().unwrap();
    assert!(reads > 0.0 && (reads / 300.0 - writes / 120.0).abs() < 1e-9, "{reads} {writes}");
    assert_eq!(of("platform-features")["read_units"], "");
    assert_eq!(of("training-")["lifecycle_rules_on"], "0");
    assert_eq!(of("/aws/sagemaker/Endpoints/defects-live")["retention_days"], "30");
    assert_eq!(rows[0]["account_id"], ACCOUNT);

    let narrowed = site.page(&format!("/storage?{ALL}&q=FEATURES")).await;
    assert_eq!(
        (lines(&narrowed, BUCKETS).len(), lines(&narrowed, GROUPS).len(), lines(&narrowed, LOGS).len()),
        (1, 3, 0)
    );
    let away = words(&site.page(&format!("/storage?{ALL}&region=eu-west-1")).await.root_element());
    assert!(away.contains("No buckets, feature groups and log groups match these filters"), "{away}");
    let team = words(&site.page(&format!("/storage?{ALL}&team=nlp")).await.root_element());
    assert!(team.contains("Not known here and ignored: team=nlp"), "{team}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_list_is_named_and_the_others_stay() {
    let site = Site::unread(Fleet::small(now(), 3)).await;
    site.simulator.set_faults(Faults::none().denying("DescribeLogGroups"));
    site.read_at(now()).await;
    let page = site.page(&format!("/storage?{ALL}")).await;
    let text = words(&page.root_element());
    assert!(text.contains("Log groups of") && text.contains("Allow logs:DescribeLogGroups"), "{text}");
    assert!(!lines(&page, BUCKETS).is_empty() && lines(&page, LOGS).is_empty());
    assert!(text.contains("None is known, and not all of them could be read."), "{text}");
    let summary = words(&select(&page, "dl.totals")[0]);
    assert!(summary.contains("Log groups – Stored in logs –"), "a refused list is no zero: {summary}");
    let all = ["DescribeLogGroups", "ListFeatureGroups", "ListBuckets"];
    let site = Site::unread(Fleet::small(now(), 3)).await;
    site.simulator.set_faults(all.into_iter().fold(Faults::none(), |faults, operation| faults.denying(operation)));
    site.read_at(now()).await;
    let text = words(&site.page(&format!("/storage?{ALL}")).await.root_element());
    assert!(text.contains("Buckets, feature groups and log groups could not be read"), "{text}");
}

//! The intake: every kind of workload, AWS' list prices, and the bill.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use aws_simulator::bill::{self as simulated, Charge};
use aws_simulator::fleet::{HYPERPARAMETER_SECRET, JobKind, Outage};
use aws_simulator::pricing::usd_per_hour;
use aws_simulator::s3::{action, objects};
use aws_simulator::{EXTERNAL_ID, Faults, Fleet, Simulator};
use chrono::Duration;
use rust_decimal::Decimal;
use server::aws::policy;
use server::aws::{Client, Credentials, Endpoints, Limits, Settings};
use server::ingest::explored::Explorer;
use server::ingest::room::{self, Room};
use server::ingest::{Money, Options, Source, Summary, bill};
use server::pipeline;
use server::store::{AccountScope, Origin, account};

use crate::site::{ALL, Site, now};
use crate::support::TestDatabase;

type Row = BTreeMap<String, String>;

async fn rows(site: &Site, list: &str) -> BTreeMap<String, Row> {
    let (status, text) = site.get(&format!("/{list}.csv?{ALL}")).await;
    assert_eq!(status, 200, "{text}");
    let rows = csv::Reader::from_reader(text.as_bytes()).into_deserialize::<Row>().map(Result::unwrap);
    rows.map(|row| (row["name"].clone(), row)).collect()
}

fn number(row: &Row, column: &str) -> f64 {
    row[column].parse().unwrap_or_else(|_| panic!("{column} of {row:?}"))
}

async fn small() -> (Site, Fleet) {
    let fleet = Fleet::small(now(), 3);
    (Site::of(fleet.clone(), now() - Duration::days(3)).await, fleet)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_is_read_measured_and_listed() {
    let (site, fleet) = small().await;
    let jobs = rows(&site, "jobs").await;
    for kind in [JobKind::Processing, JobKind::Transform] {
        let (_, _, job) = fleet.jobs().find(|(_, _, job)| job.kind == kind).unwrap();
        let row = &jobs[&job.name];
        let ran = (job.ended.unwrap() - job.started.unwrap()).num_seconds() as f64 / 3_600.0;
        assert!((number(row, "instance_hours") - ran * f64::from(job.instance_count)).abs() < 1e-6, "{row:?}");
        assert_eq!(row["status"], "Completed");
        assert!(matches!(row["evidence_tier"].as_str(), "T1" | "T2"), "its utilisation was read: {row:?}");
        let usd: f64 = usd_per_hour(&job.instance_type).unwrap().parse().unwrap();
        assert!((number(row, "cost_list") - usd * ran * f64::from(job.instance_count)).abs() < 1e-6, "{row:?}");
        let page = site.get(&format!("/jobs?{ALL}")).await.1;
        assert!(page.contains(if kind == JobKind::Processing { "Processing ·" } else { "Batch transform ·" }));
    }

    let notebooks = rows(&site, "notebooks").await;
    let since_nine = 24.0 + 15.0 + 12.0;
    assert!((number(&notebooks["left-running"], "instance_hours") - since_nine).abs() < 1e-6, "{notebooks:?}");
    assert!((number(&notebooks["pretraining"], "instance_hours") - 2.0 * 60.0).abs() < 1e-6, "{notebooks:?}");
    assert_eq!(notebooks["ada-lab/JupyterLab/default"]["kind"], "app");
    assert!(!notebooks.contains_key("stopped"), "it does not run, and of its past AWS tells nothing");
    assert!(notebooks.values().all(|row| row["evidence_tier"] == "T3"), "nobody measures them");

    let sql = "select string_agg(attributes::text, ' ') from resource";
    let kept = site.test.scalar_text(&site.scope, sql).await;
    assert!(kept.contains("sagemaker-scikit-learn") && !kept.contains(HYPERPARAMETER_SECRET), "{kept}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fleet_larger_than_memory_is_read_in_parts() {
    let facts =
        "select md5(string_agg(concat_ws('|', entity_id, host, family, hour, cpu_pct, samples, invocations), ' '
            order by entity_id, host, family, hour)) || ' ' || count(*)
        from metric_hour";
    let mut read = Vec::new();
    // With room for everything, and with no more than a variant takes in a day.
    for points in [room::POINTS, 2_880] {
        let site = Site::unread(Fleet::small(now(), 3)).await;
        let mut options = Options::new(now() - Duration::days(3), now(), now());
        options.room = Room::of(points);
        let summary = site.reading(options).await.await.unwrap();
        assert!(summary.windows_left == 0 && summary.errors.is_empty(), "{summary:?}");
        read.push((summary.points, summary.metric_windows, site.test.scalar_text(&site.scope, facts).await));
    }
    assert!(read[0].0 > 20_000 && read[0] == read[1], "{read:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn hours_that_cloudwatch_lost_are_not_idle() {
    let yesterday = now().date_naive().and_hms_opt(0, 0, 0).unwrap().and_utc() - Duration::days(1);
    let outage = Outage { from: yesterday + Duration::hours(4), to: yesterday + Duration::hours(10) };
    let idle = "select sum(l.idle_seconds)::bigint::text from ledger_day l
        join estimate e on e.estimate_id = l.estimate_id and e.is_active
        join resource r on r.account_id = l.account_id and r.resource_id = l.resource_id
        where r.name = 'llama-poc' and l.day = '2026-11-22'";
    let mut idle_seconds = Vec::new();
    for outages in [Vec::new(), vec![outage]] {
        let mut fleet = Fleet::small(now(), 3);
        fleet.accounts[0].regions[0].outages = outages;
        let site = Site::of(fleet, now() - Duration::days(3)).await;
        let seconds: i64 = site.test.scalar_text(&site.scope, idle).await.parse().unwrap();
        idle_seconds.push(seconds);
    }
    assert_eq!(idle_seconds, [86_400, 18 * 3_600], "nobody ever calls it, and of six hours nothing is known");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_kind_is_named_and_delays_no_other() {
    let site = small().await.0;
    site.simulator.set_faults(Faults::none().denying("ListProcessingJobs").denying("ListApps"));
    let summary = site.read_again(now() - Duration::days(3)).await;
    let refused: Vec<&str> = summary.errors.iter().map(|error| error.operation.as_str()).collect();
    assert_eq!(refused, ["sagemaker:ListProcessingJobs", "sagemaker:ListApps"]);
    assert!(summary.training_jobs >= 14 && summary.transform_jobs == 1 && summary.endpoints == 3, "{summary:?}");
    let page = site.get("/imports").await.1;
    assert!(page.contains("Allow sagemaker:ListProcessingJobs") && page.contains("Studio apps"), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_price_of_the_list_is_named_with_its_day() {
    let (site, _) = small().await;
    let overview = site.get(&format!("/?{ALL}")).await.1;
    assert!(overview.contains("Demo list prices, covering"), "{overview}");
    let read = "select count(distinct (region, component))::text from list_price where origin = 'demo'";
    assert_eq!(site.test.scalar_text(&site.scope, read).await, "9");
    let dated = "select string_agg(distinct effective_from::date::text, ' ') from list_price";
    assert_eq!(site.test.scalar_text(&site.scope, dated).await, "2026-01-01");
}

struct Bill {
    folder: PathBuf,
}

impl Bill {
    fn new() -> Self {
        let folder = std::env::temp_dir().join(format!("wattledger-intake-{}", uuid::Uuid::new_v4().simple()));
        std::fs::create_dir_all(&folder).unwrap();
        Self { folder }
    }

    async fn import(&self, site: &Site, text: &str) -> Result<bill::Imported, bill::BillError> {
        let file = self.folder.join("bill.csv");
        std::fs::write(&file, text).unwrap();
        bill::import(&site.test.database, &site.scope, &[file], now()).await
    }
}

impl Drop for Bill {
    fn drop(&mut self) {
        _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// Dollars by resource.
fn by_arn(charges: &[Charge], of: fn(&Charge) -> i64) -> BTreeMap<&str, f64> {
    let mut sums: BTreeMap<&str, f64> = BTreeMap::new();
    for charge in charges {
        *sums.entry(charge.arn.as_str()).or_default() += of(charge) as f64 / 1e6;
    }
    sums
}

#[tokio::test(flavor = "multi_thread")]
async fn the_bill_is_shared_out_to_the_last_digit_and_replaced_when_aws_restates() {
    let (site, fleet) = small().await;
    let account = &fleet.accounts[0];
    let month = simulated::months(now(), now())[0];
    let since = now() - Duration::days(3);
    let mut charges = simulated::charges(account, month, now());
    // What ran before this installation looked is billed and matches nothing.
    charges.retain(|charge| charge.hour.date_naive() >= since.date_naive());
    let files = Bill::new();
    let report = simulated::report(account, month, now());
    let imported = files.import(&site, &report).await.unwrap();
    assert_eq!((imported.format, imported.months.len()), ("CUR 2.0", 1));

    for list in ["jobs", "endpoints", "notebooks"] {
        for (name, row) in rows(&site, list).await {
            let billed = by_arn(&charges, Charge::billed_micro_usd);
            let effective = by_arn(&charges, Charge::effective_micro_usd);
            let Some(expected) = billed.get(row["arn"].as_str()) else {
                assert_eq!(row["cost_billed"], "", "{name} has no line");
                continue;
            };
            assert!((number(&row, "cost_billed") - expected).abs() < 1e-6, "{name}: {expected} {row:?}");
            assert!((number(&row, "cost_effective") - effective[row["arn"].as_str()]).abs() < 1e-6, "{name}");
        }
    }
    let overview = site.get(&format!("/?{ALL}")).await.1;
    assert!(overview.contains("AWS&#x27; bill, covering") || overview.contains("AWS' bill, covering"), "{overview}");

    // The same month again, half as dear, without resources: it replaces, and usage types say whose it is.
    let mut restated = String::new();
    for line in report.lines() {
        let mut cells: Vec<String> = line.split(',').map(str::to_owned).collect();
        if let Ok(usd) = cells[6].parse::<Decimal>() {
            cells[6] = (usd / Decimal::TWO).to_string();
            cells[5].clear();
        }
        restated.push_str(&format!("{}\n", cells.join(",")));
    }
    let again = files.import(&site, &restated).await.unwrap();
    let [before, after] = [&imported, &again].map(|each| each.months[0].billed);
    assert_eq!(again.months[0].billed_before, Some(before), "what it replaced is told");
    assert_eq!(after, before / Decimal::TWO);
    let shared = "select sum(cost_billed)::text from ledger_day join estimate using (estimate_id) where is_active";
    let in_ledger: Decimal = site.test.scalar_text(&site.scope, shared).await.parse().unwrap();
    assert_eq!(in_ledger.normalize(), again.matched, "what is said to match is in the ledger");
    let of_lines = "select sum(b.billed)::text from billed_day b
        where exists (select from ledger_day l where l.day = b.day and l.region = b.region
            and l.instance_type = b.instance_type and l.kind = case b.component
                when 'hosting' then 'endpoint' when 'studio' then 'app' else b.component end)";
    let lines: Decimal = site.test.scalar_text(&site.scope, of_lines).await.parse().unwrap();
    assert_eq!(in_ledger.normalize(), lines.normalize(), "a line is shared out whole");

    // What is no bill changes nothing.
    let refused = files.import(&site, "a,b\n1,2\n").await.unwrap_err();
    assert!(refused.to_string().contains("AWS Data Exports"), "{refused}");
    assert_eq!(site.test.scalar_text(&site.scope, shared).await.parse::<Decimal>().unwrap(), in_ledger);
}

#[tokio::test(flavor = "multi_thread")]
async fn accounts_are_read_through_their_roles_and_one_that_refuses_delays_no_other() {
    let mut fleet = Fleet::small(now(), 3);
    let mut other = fleet.accounts[0].clone();
    other.id = "222233334444".to_owned();
    "product".clone_into(&mut other.name);
    for region in &mut other.regions {
        region.jobs.iter_mut().for_each(|job| job.arn = job.arn.replace("111122223333", "222233334444"));
        region.endpoints.clear();
        region.holdings.clear();
    }
    fleet.accounts.push(other);
    let ids: Vec<String> = fleet.accounts.iter().map(|account| account.id.clone()).collect();
    let simulator = Simulator::start(fleet, 0).await.unwrap();
    let test = TestDatabase::new().await;

    let (summary, scope) = through_roles(&test, &simulator, &ids, [EXTERNAL_ID, "somebody-elses"]).await;
    assert!(summary.training_jobs >= 14 && summary.windows_left == 0, "{summary:?}");
    let refusals: Vec<&str> = summary.errors.iter().map(|error| error.remedy.as_str()).collect();
    assert!(!refusals.is_empty() && refusals.iter().all(|remedy| remedy.contains("external id")), "{refusals:?}");
    let by_account =
        "select string_agg(distinct a.aws_account_id, ' ') from resource join account a using (account_id)";
    assert_eq!(test.scalar_text(&scope, by_account).await, ids[0]);

    let (summary, scope) = through_roles(&test, &simulator, &ids, [EXTERNAL_ID, EXTERNAL_ID]).await;
    assert_eq!(summary.errors, [], "what was mended is read");
    assert_eq!(test.scalar_text(&scope, by_account).await, ids.join(" "));
    let roles = simulator.log().iter().filter(|call| call.operation == "AssumeRole").count();
    assert!((3..=60).contains(&roles), "a session is used for many calls: {roles}");
}

async fn through_roles(
    test: &TestDatabase,
    simulator: &aws_simulator::Handle,
    ids: &[String],
    external_ids: [&str; 2],
) -> (Summary, AccountScope) {
    let mut sources = Vec::new();
    for (id, external_id) in ids.iter().zip(external_ids) {
        let account_id = account::ensure(&test.database.ingest, Origin::Aws, Some(id), id).await.unwrap();
        let settings = Settings {
            endpoints: Endpoints { all: Some(simulator.endpoint_url()), ..Endpoints::default() },
            credentials: Credentials::Role {
                role_arn: format!("arn:aws:iam::{id}:role/CarbonReader"),
                external_id: Some(external_id.to_owned()),
                base: Box::new(Credentials::Fixed { key: "AKIAHUB".to_owned(), secret: "hub".to_owned() }),
            },
            limits: Limits::unlimited(),
        };
        let client = Client::new(&settings, "us-east-1").await;
        let scope = AccountScope::new(Origin::Aws, vec![account_id]);
        sources.push(Source { scope, account_id, clients: vec![client], money: Money::default() });
    }
    let scope = AccountScope::new(Origin::Aws, sources.iter().map(|source| source.account_id).collect());
    let options = Options::new(now() - Duration::days(3), now(), now());
    (pipeline::run(&test.database, &scope, &sources, &options).await.unwrap(), scope)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_policy_is_exactly_what_is_called() {
    let mut fleet = Fleet::small(now(), 3);
    crate::configuration::sweep(&mut fleet);
    let site = Site::of(fleet, now() - Duration::days(3)).await;
    // Where the search is refused, jobs are listed and described one by one.
    site.simulator.set_faults(Faults::none().denying("Search"));
    let summary = site.read_again(now() - Duration::days(3)).await;
    assert_eq!(summary.errors, [], "listing stands in for the search");
    // What costs money or lies in a bucket is called only where it was asked for.
    let optional: BTreeSet<&str> = policy::OPTIONAL.iter().flat_map(|feature| feature.actions).copied().collect();
    let called = || -> BTreeSet<String> {
        let of = |call: &aws_simulator::Call| format!("{}:{}", call.service, action(&call.operation));
        site.simulator.log().iter().map(of).collect()
    };
    assert!(called().iter().all(|action| !optional.contains(action.as_str())), "{:?}", called());
    let place = format!("s3://{}/{}", objects::bucket(&site.simulator.fleet().accounts[0]), objects::PREFIX);
    let money = Money { exports: vec![place.parse().unwrap()], explorer: Some(Explorer::default()) };
    assert_eq!(site.read_money(money, now()).await.errors, []);
    let features = policy::FEATURES.iter().chain(&policy::OPTIONAL);
    let allowed: BTreeSet<String> = features.flat_map(|feature| feature.actions).map(ToString::to_string).collect();
    // The identity is asked for where a role's address does not tell the account.
    let of_start: BTreeSet<String> = BTreeSet::from(["sts:GetCallerIdentity".to_owned()]);
    assert_eq!(called(), &allowed - &of_start);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bill_alone_gives_a_dashboard() {
    let fleet = Fleet::small(now(), 3);
    let month = simulated::months(now(), now())[0];
    let report = simulated::report(&fleet.accounts[0], month, now());
    let site = Site::empty().await;
    let files = Bill::new();
    let imported = files.import(&site, &report).await.unwrap();
    assert_eq!(imported.new_accounts, ["111122223333"]);
    site.bring_up_to_date().await;

    let charges = simulated::charges(&fleet.accounts[0], month, now());
    let hours = |arn: &str| charges.iter().filter(|each| each.arn == arn).map(|each| each.quantity).sum::<f64>();
    let billed = by_arn(&charges, Charge::billed_micro_usd);
    let mut seen = 0;
    for list in ["jobs", "endpoints", "notebooks"] {
        let (status, text) = site.get(&format!("/{list}.csv?from=2026-11-01&to=2026-11-30")).await;
        assert_eq!(status, 200, "{text}");
        for row in csv::Reader::from_reader(text.as_bytes()).into_deserialize::<Row>().map(Result::unwrap) {
            let arn = row["arn"].as_str();
            // A span is laid down in milliseconds and the file holds six decimals of an hour.
            assert!((number(&row, "instance_hours") - hours(arn)).abs() < 1e-3 * hours(arn).max(1.0), "{row:?}");
            assert!((number(&row, "cost_billed") - billed[arn]).abs() < 1e-6, "{row:?}");
            assert!(number(&row, "energy_kwh") > 0.0 && row["evidence_tier"] == "T3", "{row:?}");
            seen += 1;
        }
    }
    assert_eq!(seen, billed.len(), "every resource of the bill is listed");
    let again = files.import(&site, &report).await.unwrap();
    assert_eq!(
        (again.months[0].billed_before, again.matched),
        (Some(imported.months[0].billed), again.months[0].billed)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn closed_windows_are_read_again_in_their_lanes_and_only_those() {
    let site = small().await.0;
    let restated = "select string_agg(distinct to_char(hour at time zone 'UTC', 'DD HH24'), ', ') from restatement";
    assert_eq!(site.test.scalar_text(&site.scope, restated).await, "");

    // AWS changes every value it has. Four hours later three lanes have come: three hours after the windows that ended at
    // ten and eleven, and 75 hours after the one that ended at one o'clock three days ago.
    site.simulator.alter(|fleet| fleet.revision += 1);
    let later = now() + Duration::hours(4);
    site.simulator.set_now(later);
    let summary = site.read_at(later).await;
    assert!(summary.hours_restated > 0 && summary.windows_left == 0, "{summary:?}");
    assert_eq!(site.test.scalar_text(&site.scope, restated).await, "20 12, 23 09, 23 10");
    let again = site.read_at(later).await;
    assert_eq!(again.hours_restated, 0, "a lane is gone through once");

    // The day after, its hours are one window, and the daily lane asks for the day with one question.
    let next_day = now() + Duration::hours(30);
    site.simulator.set_now(next_day);
    site.read_at(next_day).await;
    let tomorrow = next_day + Duration::hours(12);
    site.simulator.set_now(tomorrow);
    let daily = site.read_at(tomorrow).await;
    assert!(daily.windows_left == 0, "{daily:?}");
    let windows = "select string_agg(distinct (window_end - window_start)::text || ' ' || state, ', ')
        from window_ledger where source = 'metrics' and window_start::date = '2026-11-23'";
    assert_eq!(site.test.scalar_text(&site.scope, windows).await, "1 day complete");
    let lanes = site.test.scalar_text(&site.scope, restated).await;
    assert!(lanes.contains("21 12") && lanes.contains("22 12"), "days 51 and 27 hours after their end: {lanes}");
    let covered = "select (sum(extract(epoch from window_end - window_start)) / 3600)::int::text from window_ledger
        where source = 'metrics' and window_start >= '2026-11-20Z'";
    assert_eq!(site.test.scalar_text(&site.scope, covered).await, "125", "no hour is lost and none doubled");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bill_is_sent_from_the_browser() {
    let fleet = Fleet::small(now(), 3);
    let report = simulated::report(&fleet.accounts[0], simulated::months(now(), now())[0], now());
    let site = Site::empty().await;
    let (status, _, page) = site.send_file("/imports/files", "files", "notes.csv", "a,b\n1,2\n").await;
    assert_eq!(status, 422);
    assert!(
        page.contains("notes.csv is none of the files that can be read here") && page.contains("upload-files-error"),
        "{page}"
    );
    let (status, _, page) = site.send_file("/imports/files", "other", "bill.csv", &report).await;
    assert!(status == 422 && page.contains("Choose files"), "{page}");
    let (status, to, _) = site.send_file("/imports/files", "files", "../../bill.csv", &report).await;
    assert_eq!((status, to.as_str()), (303, "/imports#sent"));
    let page = site.get("/imports").await.1;
    assert!(page.contains("November 2026") && page.contains("111122223333"), "{page}");
    let files = "select array_to_string(files, ' ') from bill_import";
    let upload = AccountScope::new(Origin::Upload, Vec::new());
    assert_eq!(site.test.scalar_text(&upload, files).await, "bill.csv", "no folder of the sender's is kept");
}

const USAGE: &str = "\
account,region,kind,name,instance_type,instance_count,started_at,ended_at,tag:team
111122223333,us-east-1,training,bert-finetune-r1,ml.p3.2xlarge,2,2026-11-18T10:00:00Z,2026-11-18T16:30:00Z,nlp
111122223333,us-east-1,endpoint,chat,ml.g5.xlarge,1,2026-11-17T00:00:00Z,2026-11-19T00:00:00Z,nlp
111122223333,us-east-1,endpoint,chat,ml.g5.xlarge,3,2026-11-19T00:00:00Z,2026-11-20T00:00:00Z,
111122223333,eu-west-1,notebook,desk-of-ada,ml.t3.medium,1,2026-11-17T08:00:00Z,2026-11-17T18:00:00Z,
";

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_usage_alone_gives_a_dashboard() {
    let site = Site::empty().await;
    let wrong = USAGE.replace("ml.p3.2xlarge,2", "ml.p3.2xlarge,two");
    let (status, _, page) = site.send_file("/imports/files", "files", "usage.csv", &wrong).await;
    assert!(
        status == 422 && page.contains("line 2: instance_count is") && page.contains("upload-files-error"),
        "{page}"
    );
    let (status, to, text) = site.send_file("/imports/files", "files", "usage.csv", USAGE).await;
    assert_eq!((status, to.as_str()), (303, "/imports#sent"), "{text}");
    site.bring_up_to_date().await;

    let job = rows(&site, "jobs").await.remove("bert-finetune-r1").unwrap();
    assert_eq!(job["team"], "nlp");
    assert!((number(&job, "instance_hours") - 13.0).abs() < 1e-9, "{job:?}");
    let endpoint = rows(&site, "endpoints").await.remove("chat").unwrap();
    assert!((number(&endpoint, "instance_hours") - 120.0).abs() < 1e-9, "{endpoint:?}");
    assert!(rows(&site, "notebooks").await.contains_key("desk-of-ada"));
    for row in [&job, &endpoint] {
        assert!(number(row, "energy_kwh") > 0.0 && row["evidence_tier"] == "T3", "{row:?}");
    }

    let page = site.get(&format!("/?{ALL}")).await.1;
    assert!(page.contains("23 Nov 12:00 UTC") && !page.contains("not read yet"), "{page}");
    assert!(page.contains("No metrics tell what the endpoints served"), "nobody counted requests, which is not zero");

    // A file is mended by sending it again: another team, fewer hours, and an endpoint whose variants are told apart.
    let mended = USAGE
        .replace("16:30:00Z,nlp", "12:00:00Z,vision")
        .replace("ended_at,tag:team", "ended_at,tag:team,part")
        .replace("Z,nlp\n", "Z,nlp,\n")
        .replace("Z,vision\n", "Z,vision,\n")
        .replace("Z,\n", "Z,,blue\n");
    let (status, _, text) = site.send_file("/imports/files", "files", "usage.csv", &mended).await;
    assert_eq!(status, 303, "{text}");
    site.bring_up_to_date().await;
    let job = rows(&site, "jobs").await.remove("bert-finetune-r1").unwrap();
    assert_eq!((number(&job, "instance_hours"), job["team"].as_str()), (4.0, "vision"));
    assert!((number(&rows(&site, "endpoints").await["chat"], "instance_hours") - 120.0).abs() < 1e-9);

    // A bill that names the same resource adds money to it, and no hour.
    let bill = "\
line_item_line_item_type,line_item_product_code,line_item_usage_account_id,bill_billing_period_start_date,\
line_item_usage_start_date,product_region_code,line_item_usage_type,line_item_resource_id,line_item_currency_code,\
line_item_unblended_cost,line_item_usage_amount
Usage,AmazonSageMaker,111122223333,2026-11-01T00:00:00Z,2026-11-18T00:00:00Z,us-east-1,USE1-Train:ml.p3.2xlarge,\
arn:aws:sagemaker:us-east-1:111122223333:training-job/bert-finetune-r1,USD,15.30,13
";
    let (status, _, text) = site.send_file("/imports/files", "files", "bill.csv", bill).await;
    assert_eq!(status, 303, "{text}");
    site.bring_up_to_date().await;
    let job = rows(&site, "jobs").await.remove("bert-finetune-r1").unwrap();
    assert_eq!((number(&job, "instance_hours"), number(&job, "cost_billed")), (4.0, 15.3), "{job:?}");
}

/// A cost and usage report of November with these lines: day, usage type, resource, dollars, hours.
fn november(lines: &[(u32, &str, &str, &str, &str)]) -> String {
    let header = "line_item_line_item_type,line_item_product_code,line_item_usage_account_id,\
                  bill_billing_period_start_date,line_item_usage_start_date,product_region_code,line_item_usage_type,\
                  line_item_resource_id,line_item_currency_code,line_item_unblended_cost,line_item_usage_amount";
    let row = |(day, usage_type, resource, usd, hours): &(u32, &str, &str, &str, &str)| {
        format!(
            "Usage,AmazonSageMaker,111122223333,2026-11-01T00:00:00Z,2026-11-{day:02}T00:00:00Z,us-east-1,{usage_type},\
             {resource},USD,{usd},{hours}"
        )
    };
    [header.to_owned()].into_iter().chain(lines.iter().map(row)).collect::<Vec<_>>().join("\n")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_month_sent_again_takes_back_what_it_does_not_name_any_more() {
    let site = Site::empty().await;
    let files = Bill::new();
    let job = "arn:aws:sagemaker:us-east-1:111122223333:training-job/";
    let [kept, dropped, shouted] = ["kept", "dropped", "KEPT"].map(|name| format!("{job}{name}"));
    let train = "USE1-Train:ml.g5.xlarge";
    let first = november(&[(17, train, &kept, "2.82", "2"), (18, train, &dropped, "1.41", "1")]);
    files.import(&site, &first).await.unwrap();
    site.bring_up_to_date().await;
    let jobs = rows(&site, "jobs").await;
    assert_eq!([number(&jobs["kept"], "instance_hours"), number(&jobs["dropped"], "instance_hours")], [2.0, 1.0]);

    // The bill writes an ARN as it likes; AWS knows no two names that differ only so.
    files.import(&site, &november(&[(17, train, &shouted, "4.23", "3")])).await.unwrap();
    site.bring_up_to_date().await;
    let jobs = rows(&site, "jobs").await;
    assert_eq!(
        (number(&jobs["kept"], "instance_hours"), number(&jobs["kept"], "cost_billed")),
        (3.0, 4.23),
        "{jobs:?}"
    );
    assert!(!jobs.contains_key("KEPT"), "{jobs:?}");
    let dropped = &jobs["dropped"];
    assert_eq!((number(dropped, "instance_hours"), dropped["cost_billed"].as_str()), (0.0, ""), "{dropped:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn hours_of_a_bill_without_resources_and_of_a_file_are_counted_once_in_either_order() {
    let bill = november(&[
        (17, "USE1-Host:ml.g5.xlarge", "", "40.00", "30"),
        (18, "USE1-Host:ml.g5.xlarge", "", "33.84", "24"),
        (18, "USE1-Train:ml.g5.xlarge", "", "1.41", "1"),
    ]);
    let usage = "\
account,region,kind,name,instance_type,instance_count,started_at,ended_at
111122223333,us-east-1,endpoint,chat,ml.g5.xlarge,1,2026-11-17T00:00:00Z,2026-11-19T00:00:00Z
";
    for bill_first in [true, false] {
        let site = Site::empty().await;
        for is_bill in [bill_first, !bill_first] {
            let text = if is_bill { bill.as_str() } else { usage };
            let (status, _, page) = site.send_file("/imports/files", "files", "sent.csv", text).await;
            assert_eq!(status, 303, "{page}");
            site.bring_up_to_date().await;
        }
        let endpoints = rows(&site, "endpoints").await;
        let hours = |name: &str| endpoints.get(name).map(|row| number(row, "instance_hours"));
        assert_eq!(hours("chat"), Some(48.0), "bill first: {bill_first}");
        let all: f64 = endpoints.values().map(|row| number(row, "instance_hours")).sum();
        assert!((all - 54.0).abs() < 1e-6, "54 hours of hosting were billed: {all}, bill first: {bill_first}");
        let jobs: f64 = rows(&site, "jobs").await.values().map(|row| number(row, "instance_hours")).sum();
        assert!((jobs - 1.0).abs() < 1e-6, "{jobs}");
        let billed: f64 = endpoints.values().map(|row| number(row, "cost_billed")).sum();
        assert!((billed - 73.84).abs() < 1e-6, "{billed}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn usage_of_a_file_is_refused_where_aws_is_read() {
    let site = Site::empty().await;
    assert!(site.get("/imports").await.1.contains("Usage from a file"));
    account::ensure(&site.test.database.ingest, Origin::Aws, Some("444455556666"), "research").await.unwrap();
    let (status, _, page) = site.send_file("/imports/files", "files", "usage.csv", USAGE).await;
    assert!(status == 422 && page.contains("reads accounts from AWS"), "{status} {page}");
    assert!(!site.get("/imports").await.1.contains("Usage from a file"));
}

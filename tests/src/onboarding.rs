//! The beginning: from nothing to one's own costliest job, and the end of the demo.

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use server::store::{Database, account, run};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};

use crate::site::{ALL, Site, attributes, links, now};
use crate::support::{TestDatabase, folder};

/// A week in which two jobs and an endpoint ran.
pub const USAGE: &str = "\
account,region,kind,name,instance_type,instance_count,started_at,ended_at,tag:team
111122223333,us-east-1,training,small-fit,ml.m5.xlarge,1,2026-11-17T08:00:00Z,2026-11-17T10:00:00Z,vision
111122223333,us-east-1,training,large-fit,ml.g5.12xlarge,2,2026-11-18T08:00:00Z,2026-11-19T08:00:00Z,vision
111122223333,us-east-1,endpoint,answers,ml.g4dn.xlarge,1,2026-11-17T00:00:00Z,2026-11-22T00:00:00Z,search
";

async fn text(site: &Site, path: &str) -> String {
    let (status, text) = site.get(path).await;
    assert_eq!(status, 200, "{path}: {text}");
    text
}

/// Rows of a table that no scope holds back.
async fn rows(connection: &mut PgConnection, condition: &str) -> i64 {
    sqlx::query_scalar(AssertSqlSafe(format!("select count(*) from {condition}"))).fetch_one(connection).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_empty_page_leads_to_the_beginning_and_a_file_leads_on() {
    let site = Site::empty().await;
    for path in [
        "/",
        "/workloads",
        "/jobs",
        "/jobs?group=family",
        "/jobs/practice",
        "/endpoints",
        "/notebooks",
        "/trends",
        "/recommendations",
        "/imports",
        "/reviews",
    ] {
        let own = attributes(&site.page(path).await, "main a[href]", "href");
        assert!(own.iter().any(|link| link == "/onboarding"), "{path}: {own:?}");
    }
    let begin = text(&site, "/onboarding").await;
    assert!(begin.contains("0 of 7 done") && begin.contains("not tried yet"), "{begin}");
    assert!(!begin.contains("What costs most") && !begin.contains("/onboarding/demo"), "{begin}");

    let (status, _, page) = site.send_file("/imports/files", "files", "usage.csv", USAGE).await;
    assert_eq!(status, 303, "{page}");
    site.bring_up_to_date().await;
    let page = site.page("/onboarding").await;
    let own: Vec<String> =
        links(&page).into_iter().filter(|link| link.contains('.') && link.contains("from=")).collect();
    assert_eq!(own.len(), 2, "{own:?}");
    assert!(own[0].starts_with("/jobs/large-fit.") && own[1].starts_with("/endpoints/answers."), "{own:?}");
    let job = text(&site, &own[0]).await;
    assert!(job.contains("large-fit") && !job.contains("0 training jobs in this period"), "{job}");
    let begun = text(&site, "/onboarding").await;
    assert!(begun.contains("4 of 7 done") && begun.contains("Told by files: 1 account."), "{begun}");

    let (status, _, page) = site.post("/settings/kpis", &[("kpi", "cost"), ("target", "500"), ("by", "Ada")]).await;
    assert_eq!(status, 303, "{page}");
    let (status, review, page) = site.post("/reviews", &[("week", "2026-W47"), ("by", "Ada")]).await;
    assert_eq!(status, 303, "{page}");
    let begun = text(&site, "/onboarding").await;
    assert!(begun.contains("5 of 7 done") && begun.contains("1 week frozen, none signed."), "{begun}");
    let (status, _, page) = site.post(&format!("{review}/sign"), &[("name", "Ada Lovelace")]).await;
    assert_eq!(status, 303, "{page}");
    assert!(text(&site, "/onboarding").await.contains("6 of 7 done"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_tells_of_every_permission_that_was_tried() {
    let site = Site::new().await;
    let begin = text(&site, "/onboarding").await;
    // What was done with the demo is not done for one's own.
    assert!(begin.contains("0 of 7 done") && begin.contains("So far only the demo is here."), "{begin}");
    let tried = "select string_agg(distinct feature, ',') from permission_probe";
    let tried = site.test.scalar_text(&site.scope, tried).await;
    let noted: BTreeSet<&str> = server::aws::policy::FEATURES
        .iter()
        .flat_map(|feature| server::http::noted_as(feature.name))
        .copied()
        .collect();
    for feature in tried.split(',') {
        assert!(noted.contains(feature) || feature == "IAM roles", "{feature} is on no line of the page");
    }
    assert!(begin.contains("Granted") && begin.contains("none is missing"), "{begin}");
    let (status, role) = site.get("/onboarding/role.json").await;
    let role: serde_json::Value = serde_json::from_str(&role).unwrap();
    assert!(status == 200 && role["Resources"]["Reader"]["Type"] == "AWS::IAM::Role", "{role}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_list_is_loud_only_where_it_is_missed() {
    let site = Site::new().await;
    let probe = run::Probe {
        account_id: site.scope.ids()[0],
        region: "us-east-1",
        feature: "Studio apps",
        state: "denied",
        message: "not authorized to perform sagemaker:ListApps",
        remedy: "Allow `sagemaker:ListApps` to the role.",
    };
    run::write_probe(&site.test.database.ingest, &site.scope, &probe, now()).await.unwrap();
    let job = links(&site.page(&format!("/jobs?{ALL}")).await)
        .into_iter()
        .find(|link| link.starts_with("/jobs/") && link.contains('.'))
        .unwrap();
    let loud = "Figures here may leave something out: Studio apps could not be read";
    for (path, is_loud) in [
        (format!("/?{ALL}"), true),
        (format!("/?{ALL}&region=nowhere-1"), false),
        (format!("/notebooks?{ALL}"), true),
        (format!("/trends?{ALL}"), true),
        (format!("/jobs?{ALL}"), false),
        (format!("/endpoints?{ALL}"), false),
        (job, false),
        ("/recommendations".to_owned(), false),
        ("/reviews".to_owned(), false),
        ("/settings/teams".to_owned(), false),
        ("/onboarding".to_owned(), false),
    ] {
        let page = text(&site, &path).await;
        assert_eq!(page.contains(loud), is_loud, "{path}");
        assert!(page.contains("1 of ") && page.contains(" sources cannot be read"), "{path} says so quietly");
    }
    let imports = text(&site, "/imports").await;
    assert!(imports.contains("Not read: Studio apps (") && imports.contains("Missing permissions"), "{imports}");
    let begin = text(&site, "/onboarding").await;
    assert!(begin.contains("1 is missing") && begin.contains("us-east-1: Studio apps"), "{begin}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_goes_whole_and_what_is_ones_own_stays() {
    let site = Site::new().await;
    // Everything that a visitor can do to the demo has been done to it.
    site.known().await;
    let (status, _, page) = site.post("/settings/kpis", &[("kpi", "cost"), ("target", "500"), ("by", "Ada")]).await;
    assert_eq!(status, 303, "{page}");
    assert!(text(&site, "/onboarding").await.contains("href=\"/onboarding/demo\""));
    let (status, _, page) = site.post("/onboarding/demo", &[("by", " ")]).await;
    assert!(status == 422 && page.contains("Remove the demo data?"), "{page}");
    let (status, _, page) = site.send_file("/imports/files", "files", "usage.csv", USAGE).await;
    assert_eq!(status, 303, "{page}");
    site.bring_up_to_date().await;
    let own = text(&site, "/jobs.csv?from=2026-11-01&to=2026-11-30").await;
    assert!(own.contains("large-fit") && !own.contains("plain-gpu"), "{own}");
    assert!(text(&site, "/onboarding").await.contains("the demo is still stored beside them"));

    let mut owner = PgConnection::connect(&site.test.url).await.unwrap();
    sqlx::query("set role wattledger_owner").execute(&mut owner).await.unwrap();
    let all: Vec<i32> = sqlx::query_scalar("select account_id from account").fetch_all(&mut owner).await.unwrap();
    let all = all.iter().map(i32::to_string).collect::<Vec<_>>().join(",");
    sqlx::query("select set_config('wattledger.accounts', $1, false)").bind(all).execute(&mut owner).await.unwrap();
    let demo = site.scope.ids()[0];
    let tables: Vec<(String, bool)> = sqlx::query_as(
        "select c.relname::text, bool_or(a.attname = 'origin')
         from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname in ('account_id', 'origin')
         where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
           and not a.attisdropped
         group by c.relname order by 1",
    )
    .fetch_all(&mut owner)
    .await
    .unwrap();
    let condition = |(table, has_origin): &(String, bool)| match has_origin {
        true => format!("{table} where origin = 'demo'"),
        false => format!("{table} where account_id = {demo}"),
    };
    let (mut filled, mut others) = (0, Vec::new());
    for table in &tables {
        let of_demo = rows(&mut owner, &condition(table)).await;
        filled += usize::from(of_demo > 0);
        others.push(rows(&mut owner, &table.0).await - of_demo);
    }
    assert!(filled > 25, "only {filled} of {} tables hold anything of the demo", tables.len());

    let (status, to, page) = site.post("/onboarding/demo", &[("by", "Ada")]).await;
    assert_eq!((status, to.as_str()), (303, "/onboarding"), "{page}");
    for (table, before) in tables.iter().zip(others) {
        assert_eq!(rows(&mut owner, &condition(table)).await, 0, "{}", table.0);
        let now = rows(&mut owner, &table.0).await;
        assert!(
            now == before || table.0 == "ingest_run_phase",
            "{} had {before} rows of others, and {now} now",
            table.0
        );
    }
    assert_eq!(rows(&mut owner, "audit_event where action = 'demo.removed' and actor = 'Ada'").await, 1);
    assert_eq!(text(&site, "/jobs.csv?from=2026-11-01&to=2026-11-30").await, own);
    let begin = text(&site, "/onboarding").await;
    assert!(!begin.contains("/onboarding/demo") && begin.contains("large-fit"), "{begin}");
    assert!(text(&site, "/onboarding/demo").await.contains("There is no demo data"));
    let (status, _, _) = site.post("/onboarding/demo", &[("by", "Ada")]).await;
    assert_eq!(status, 303, "a form that is sent twice takes nothing more away");
    assert_eq!(text(&site, "/jobs.csv?from=2026-11-01&to=2026-11-30").await, own);
}

/// Nothing but the act itself is lent: the role that reads and the one that shows may delete no decision and no demo by hand.
#[tokio::test(flavor = "multi_thread")]
async fn only_the_importer_may_take_the_demo_away() {
    let site = Site::new().await;
    site.known().await;
    let refused = |outcome: Result<_, sqlx::Error>| -> bool {
        outcome
            .is_err_and(|error| error.as_database_error().is_some_and(|error| error.code().as_deref() == Some("42501")))
    };
    let Database { web, ingest, .. } = &site.test.database;
    assert!(refused(sqlx::query("select remove_demo()").execute(web).await));
    for pool in [web, ingest] {
        for statement in ["delete from review_snapshot", "delete from review_sign_off", "delete from account"] {
            assert!(refused(sqlx::query(statement).execute(pool).await), "{statement}");
        }
    }
    // The owner itself cannot touch what was signed of others.
    let mut owner = PgConnection::connect(&site.test.url).await.unwrap();
    sqlx::query("set role wattledger_owner").execute(&mut owner).await.unwrap();
    sqlx::query(
        "insert into review_snapshot select 'aws', review_id, revision, canonical_version, canonical, sha256,
        factor_set_label, factor_set_sha256, method_version, taken_at from review_snapshot",
    )
    .execute(&mut owner)
    .await
    .unwrap();
    let gone = sqlx::query("delete from review_snapshot").execute(&mut owner).await.unwrap().rows_affected();
    assert_eq!(gone, 1, "the demo's alone");
}

/// A demo that is read while it is taken away.
#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_reads_the_demo_ends_first() {
    let site = Site::new().await;
    let mut options = server::ingest::Options::new(now() - chrono::Duration::days(18), now(), now());
    options.reread = true;
    let reading = site.reading(options).await;
    tokio::time::sleep(Duration::from_millis(700)).await;
    let (status, _, page) = site.post("/onboarding/demo", &[("by", "Ada")]).await;
    assert_eq!(status, 303, "{page}");
    // Whether it was over by then or was asked to end, it wrote nothing afterwards.
    let _ = reading.await;
    assert!(account::all(&site.test.database.web).await.unwrap().is_empty());
    let mut owner = PgConnection::connect(&site.test.url).await.unwrap();
    sqlx::query("set role wattledger_owner").execute(&mut owner).await.unwrap();
    let scope = format!("set wattledger.accounts = '{}'", site.scope.ids()[0]);
    sqlx::query(AssertSqlSafe(scope)).execute(&mut owner).await.unwrap();
    for table in
        ["resource", "metric_hour", "window_ledger", "ledger_day", "ingest_run where origin = 'demo'", "finding"]
    {
        assert_eq!(rows(&mut owner, table).await, 0, "{table}");
    }
    assert!(text(&site, "/").await.contains("No AWS account connected"));
}

/// The program that serves the demo and reads it, ended with the test.
struct Demo {
    child: Child,
    address: String,
}

impl Demo {
    fn start(url: &str) -> Self {
        let program = folder().join("../target/debug/wattledger");
        let mut child = Command::new(program)
            .args(["demo", "--port", "0", "--days", "6", "--now", &now().to_rfc3339()])
            .env("DATABASE_URL", url)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("build the program first: cargo build --bin wattledger (cargo xtask test does)");
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let told = lines.find_map(|line| line.unwrap().strip_prefix("Wattledger listens on ").map(str::to_owned));
        Self { child, address: told.expect("the program tells its address") }
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        _ = self.child.kill();
        _ = self.child.wait();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_process_that_reads_the_demo_does_not_fill_it_again() {
    let test = TestDatabase::new().await;
    let demo = Demo::start(&test.url);
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let get =
        async |path: &str| client.get(format!("{}{path}", demo.address)).send().await.unwrap().text().await.unwrap();
    for _ in 0..200 {
        if get("/jobs.csv?from=2026-11-01&to=2026-11-30").await.lines().count() > 1 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    assert!(get("/").await.contains("Demo data"), "the demo is shown while it is read");
    let sent = client.post(format!("{}/onboarding/demo", demo.address)).header("origin", &demo.address);
    let sent = sent.header("content-type", "application/x-www-form-urlencoded").body("by=Ada");
    let answer = sent.send().await.unwrap();
    assert_eq!(answer.status(), 303, "{}", answer.text().await.unwrap());
    // Longer than the pause after which it goes on with what is left.
    tokio::time::sleep(Duration::from_secs(9)).await;
    let page = get("/").await;
    assert!(page.contains("No AWS account connected") && !page.contains("Demo data"), "{page}");
    let mut owner = PgConnection::connect(&test.url).await.unwrap();
    sqlx::query("set role wattledger_owner").execute(&mut owner).await.unwrap();
    let ids = "set wattledger.accounts = '1,2,3,4,5,6,7,8,9'";
    sqlx::query(ids).execute(&mut owner).await.unwrap();
    for table in
        ["account", "resource", "window_ledger", "metric_hour", "ledger_day", "org_day", "ingest_run", "ingest_reader"]
    {
        assert_eq!(rows(&mut owner, table).await, 0, "{table}");
    }
}

//! Runs of the import as people see them: how far one is, its end on request, what is left, and what was missed.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use aws_simulator::{Call, Faults, Fleet, Simulator};
use chrono::{DateTime, Utc};
use scraper::Selector;
use server::ingest::Options;
use server::ingest::progress::Progress;
use server::pipeline;
use server::store::{AccountScope, Origin, account, request, run};

use crate::site::{self, Site, attributes};
use crate::support::{TestDatabase, folder};

/// How long an answer takes while somebody looks at the run.
const SLOW: Duration = Duration::from_secs(1);

fn from() -> DateTime<Utc> {
    site::now() - chrono::Duration::days(12)
}

async fn text(site: &Site, sql: &'static str) -> String {
    site.test.scalar_text(&site.scope, sql).await
}

async fn until(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    for _ in 0..600 {
        if holds().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("{what} did not come");
}

fn words(page: &scraper::Html, selector: &str) -> String {
    let selector = Selector::parse(selector).unwrap();
    let all: Vec<&str> = page.select(&selector).flat_map(|element| element.text()).collect();
    all.join(" ").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Windows of metrics that were asked for, as the simulator wrote them down.
fn asked(calls: &[Call]) -> usize {
    calls.iter().filter(|call| call.operation == "GetMetricData").count()
}

/// A site of the small fleet of which nothing was read yet.
async fn unread() -> Site {
    Site::unread(Fleet::small(site::now(), 3)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_is_shown_while_it_goes_on_ended_on_request_and_gone_on_with() {
    let site = unread().await;
    site.simulator.set_faults(Faults::none().slow("GetMetricData", SLOW).throttling("GetMetricData", 2));
    let mut one_by_one = Options::new(from(), site::now(), site::now());
    one_by_one.parallel = 1;
    let reading = site.reading(one_by_one).await;
    let number = "select run_id::text from ingest_run order by started_at desc limit 1";
    until("a window", async || {
        text(&site, "select count(*)::text from window_ledger where source = 'metrics' and state = 'complete'").await
            != "0"
            && text(&site, "select coalesce(sum(done), 0)::text from ingest_run_phase where phase = 'metrics'").await
                != "0"
    })
    .await;
    let run = text(&site, number).await;
    let path = format!("/imports/{run}");

    // The page, whole without a script, says how far it is and is loaded anew where nothing else brings news.
    let (status, html) = site.get(&path).await;
    assert_eq!(status, 200);
    let page = scraper::Html::parse_document(&html);
    assert!(words(&page, ".badge").contains("Running"), "{html}");
    assert!(html.contains("http-equiv=\"refresh\"") && html.contains("leave whenever you like"));
    let bars = attributes(&page, "[role=progressbar]", "aria-valuetext");
    assert!(bars.iter().any(|text| text.contains(" of ") && text.contains("windows")), "{bars:?}");
    assert_eq!(attributes(&page, "[role=progressbar]", "aria-label").len(), bars.len());
    assert!(words(&page, "tbody").contains("cloudwatch:GetMetricData"), "{html}");

    // The stream brings the same part drawn anew.
    let mut answer = site.get_with(&format!("{path}/events"), "accept", "text/event-stream").await;
    assert_eq!(answer.headers()["content-type"], "text/event-stream");
    let mut heard = String::new();
    while heard.matches("event: progress").count() < 2 {
        heard.push_str(&String::from_utf8_lossy(&answer.chunk().await.unwrap().unwrap()));
    }
    assert!(heard.contains("role=\"progressbar\"") && heard.contains("event: said"), "{heard}");

    // Without a name nobody ends it.
    let (status, _, again) = site.post(&format!("{path}/cancel"), &[]).await;
    assert!(status == 422 && again.contains("cancel-by-error"), "{status} {again}");
    let (status, to, _) = site.post(&format!("{path}/cancel"), &[("by", "Ada")]).await;
    assert_eq!((status, to.as_str()), (303, path.as_str()));
    let cancelled = reading.await.unwrap();
    assert!(cancelled.cancelled && cancelled.windows_left > 0, "{cancelled:?}");
    while let Ok(Some(chunk)) = answer.chunk().await {
        heard.push_str(&String::from_utf8_lossy(&chunk));
    }
    assert!(heard.contains("event: ended"), "the stream ends with the run: {heard}");

    let page = site.page(&path).await;
    assert!(words(&page, ".badge").contains("Cancelled") && words(&page, "main").contains("Ada ended it"));
    assert!(!site.get(&path).await.1.contains("http-equiv=\"refresh\""));
    assert_eq!(text(&site, "select count(*)::text from window_ledger where state = 'leased'").await, "0");
    assert_eq!(text(&site, "select count(*)::text from stale_day").await, "0", "what was read is estimated");
    let trail = "select string_agg(actor || ' ' || action, ',') from audit_event where action like 'import.%'";
    assert_eq!(text(&site, trail).await, "Ada import.cancelled");
    let (status, _, _) = site.post(&format!("{path}/cancel"), &[("by", "Ada")]).await;
    assert_eq!(status, 409);
    let throttled = "select (traffic -> 'cloudwatch:GetMetricData' ->> 'throttled') || ' ' ||
        (traffic -> 'cloudwatch:GetMetricData' ->> 'repeated') from ingest_run";
    assert_eq!(text(&site, throttled).await, "2 2");

    // A run over the same span asks for what is left, and for nothing twice.
    let before: i64 =
        text(&site, "select count(*)::text from window_ledger where source = 'metrics' and state = 'complete'")
            .await
            .parse()
            .unwrap();
    let left: usize =
        text(&site, "select count(*)::text from window_ledger where source = 'metrics' and state <> 'complete'")
            .await
            .parse()
            .unwrap();
    site.simulator.set_faults(Faults::none());
    site.simulator.clear_log();
    let resumed = site.reading(Options::new(from(), site::now(), site::now())).await.await.unwrap();
    assert!(before > 0 && left > 0, "{before} {left}");
    assert_eq!((resumed.windows_left, resumed.cancelled), (0, false), "{resumed:?}");
    let calls = asked(&site.simulator.log());
    assert!(calls <= left, "{calls} questions for {left} windows");
    assert_eq!(resumed.metric_windows, u64::try_from(left).unwrap());

    // Nothing was lost on the way: the numbers are those of an installation that was read in one go.
    let straight = unread().await;
    straight.reading(Options::new(from(), site::now(), site::now())).await.await.unwrap();
    let ledger = "select string_agg(line, E'\\n' order by line) from (
            select concat_ws('|', day, entity_id, instance_type, tier, facility_uwh, operational_ug, cost_list) as line
            from ledger_day
        ) lines";
    assert_eq!(text(&site, ledger).await, text(&straight, ledger).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_whose_process_died_is_interrupted_and_one_that_failed_says_why() {
    let site = unread().await;
    let scope = &site.scope;
    let new = run::New { origin: scope.origin(), from: from(), to: site::now(), now: site::now(), lease_seconds: 1.0 };
    let ingest = &site.test.database.ingest;
    let run_id = run::begin(ingest, new).await.unwrap();
    let note = run::Note {
        phase: "metrics",
        phases: vec![run::PhaseNote {
            account_id: scope.ids().first().copied(),
            region: "us-east-1".to_owned(),
            phase: "metrics",
            place: 7,
            done: 5,
            total: Some(9),
            began_s: Some(30.0),
            ended_s: None,
        }],
        ..run::Note::default()
    };
    assert!(!run::note(ingest, scope, run_id, &note).await.unwrap(), "nobody asked for the end");
    let path = format!("/imports/{run_id}");
    assert!(words(&site.page(&path).await, ".standing").contains("Running"));
    tokio::time::sleep(Duration::from_millis(1300)).await;
    let page = site.page(&path).await;
    assert!(words(&page, ".standing").contains("Interrupted") && words(&page, "main").contains("5 of 9 windows"));
    assert!(words(&page, "section[aria-labelledby=phases]").contains("Not finished"));
    assert!(words(&site.page("/imports").await, "section[aria-labelledby=runs]").contains("Interrupted"));
    let (_, events) = site.get(&format!("{path}/events")).await;
    assert!(events.contains("event: ended"), "{events}");
    assert!(
        words(&page, "main").contains("wattledger ingest --once --from"),
        "nobody reads here, and the page says so"
    );

    run::finish(ingest, run_id, run::Outcome::Failed, serde_json::Value::Null, Some("could not read AWS"))
        .await
        .unwrap();
    let page = site.page(&path).await;
    assert!(words(&page, ".standing").contains("Failed") && words(&page, ".refused").contains("could not read AWS"));
    for path in ["/imports/nothing", "/imports/00000000-0000-7000-8000-000000000009"] {
        assert_eq!(site.get(path).await.0, 404, "{path}");
    }
    // A run of the demo is none of an installation with accounts of its own.
    account::ensure(ingest, Origin::Aws, Some("444455556666"), "research").await.unwrap();
    assert_eq!(site.get(&path).await.0, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn failures_are_grouped_by_cause_and_refused_kinds_delay_nobody() {
    let site = unread().await;
    site.simulator.set_faults(Faults::none().denying("ListProcessingJobs").denying("GetMetricData"));
    let summary = site.reading(Options::new(from(), site::now(), site::now())).await.await.unwrap();
    assert!(!summary.errors.is_empty());
    let run = text(&site, "select run_id::text from ingest_run").await;
    let page = site.page(&format!("/imports/{run}")).await;
    assert!(words(&page, ".standing").contains("Something is left"), "{}", words(&page, "main"));
    let problems = words(&page, ".problems");
    assert!(
        problems.contains("Allow sagemaker:ListProcessingJobs") && problems.contains("Allow cloudwatch:GetMetricData")
    );
    let phases = words(&page, "section[aria-labelledby=phases]");
    assert!(phases.contains("Not finished") && phases.contains("Done"), "{phases}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_figure_of_use_that_is_not_answered_is_asked_for_again() {
    let site = unread().await;
    let read = async || {
        let options = Options::new(site::now() - chrono::Duration::days(2), site::now(), site::now());
        site.reading(options).await.await.unwrap();
    };
    let open =
        "select count(*)::text from window_ledger where source = 'metrics' and state <> 'complete' and holes::text
        like '%overhead_latency_us%InternalError%'";
    let told = "select count(*)::text from observed_hour where metric = 'overhead_latency_us'";
    site.simulator.set_faults(Faults::none().answering("OverheadLatency", aws_simulator::SeriesStatus::InternalError));
    read().await;
    assert!(text(&site, open).await.parse::<u32>().unwrap() > 0, "the windows stay open");
    assert_eq!(text(&site, told).await, "0");
    site.simulator.set_faults(Faults::none());
    read().await;
    assert_eq!(text(&site, open).await, "0");
    assert!(text(&site, told).await.parse::<u32>().unwrap() > 24, "what was refused has come");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gap_is_asked_for_again_and_explained() {
    let site = unread().await;
    site.simulator.set_faults(Faults::none().answering("CPUUtilization", aws_simulator::SeriesStatus::InternalError));
    // A series that is refused three times is a hole for good.
    for _ in 0..3 {
        site.reading(Options::new(site::now() - chrono::Duration::days(4), site::now(), site::now()))
            .await
            .await
            .unwrap();
    }
    let page = site.page("/imports/gaps").await;
    let main = words(&page, "main");
    assert!(main.contains("series were not answered") && main.contains("days complete"), "{main}");
    let first = |name: &str| {
        let selector = format!("form[action='/imports/gaps/request'] input[name={name}]");
        attributes(&page, &selector, "value").remove(0)
    };
    let place = ["account", "region", "first", "last", "form"].map(|name| (name, first(name)));
    let with = |more: &[(&'static str, &'static str)]| -> Vec<(&'static str, String)> {
        place.iter().cloned().chain(more.iter().map(|(name, text)| (*name, (*text).to_owned()))).collect()
    };
    async fn send(site: &Site, path: &str, fields: Vec<(&'static str, String)>) -> (u16, String, String) {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, text)| (*name, text.as_str())).collect();
        site.post(path, &fields).await
    }
    let (status, _, text_of) = send(&site, "/imports/gaps/request", with(&[])).await;
    assert!(status == 422 && text_of.contains("again-by-error"), "{status} {text_of}");
    let holed =
        "select count(*)::text from window_ledger where source = 'metrics' and holes <> '[]' and state = 'complete'";
    let before: u32 = text(&site, holed).await.parse().unwrap();
    let (status, to, _) = send(&site, "/imports/gaps/request", with(&[("by", "Grace")])).await;
    assert_eq!((status, to.as_str()), (303, "/imports/gaps"));
    let after: u32 = text(&site, holed).await.parse().unwrap();
    assert!(after < before, "{before} {after}");
    let asked = "select requested_by || ' ' || (taken_at is null) from ingest_request";
    assert_eq!(text(&site, asked).await, "Grace true");
    let trail = "select string_agg(action, ',' order by action) from audit_event where actor = 'Grace'";
    assert_eq!(text(&site, trail).await, "gap.requested,import.requested");

    let (status, _, text_of) = send(&site, "/imports/gaps/explain", with(&[("by", "Ada")])).await;
    assert!(status == 422 && text_of.contains("explain-note-error"), "{status} {text_of}");
    let note = with(&[("by", "Ada"), ("note", "Agents were being moved")]);
    assert_eq!(send(&site, "/imports/gaps/explain", note).await.0, 303);
    let page = site.page("/imports/gaps").await;
    assert!(
        words(&page, ".note-text").contains("Agents were being moved") && words(&page, "main").contains("Explained")
    );
    let elsewhere = vec![("account", "999".to_owned()), ("region", "us-east-1".to_owned()), ("by", "Ada".to_owned())];
    assert_eq!(send(&site, "/imports/gaps/explain", elsewhere).await.0, 422);

    // The reader takes the request, and the hole is mended.
    site.simulator.set_faults(Faults::none());
    let span = request::take(&site.test.database.ingest, site.scope.origin()).await.unwrap().unwrap().unwrap();
    assert_eq!(request::take(&site.test.database.ingest, site.scope.origin()).await.unwrap(), None, "it is taken once");
    site.reading(Options::new(span.0, span.1, site::now())).await.await.unwrap();
    assert_eq!(
        text(&site, "select count(*)::text from window_ledger where state <> 'complete' and source = 'metrics'").await,
        "0"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_longer_span_says_what_it_takes_before_it_is_asked_for() {
    let site = Site::new().await;
    let page = site.page("/imports/backfill?from=2026-08-01").await;
    let told = words(&page, "main");
    assert!(told.contains("15 days") && told.contains("63 days") && told.contains("455 days"), "{told}");
    assert!(told.contains("windows of metrics are not read yet") && told.contains("for which AWS asks $"), "{told}");
    assert!(told.contains("jobs were never listed") && told.contains("wattledger ingest --once --from"), "{told}");
    // What was read costs nothing again.
    let told = words(&site.page("/imports/backfill?from=2026-11-12&to=2026-11-20").await, "main");
    assert!(told.contains("Every window of metrics in it is read already"), "{told}");
    assert_eq!(site.get("/imports/backfill?from=2027-01-01").await.0, 422);
    assert_eq!(site.get("/imports/backfill?from=2020-01-01").await.0, 422);

    // Nobody reads here, so nobody is asked.
    let asked = [("by", "Ada"), ("from", "2026-11-01"), ("to", "")];
    assert_eq!(site.post("/imports/sync", &asked).await.0, 409);
    assert!(attributes(&site.page("/imports").await, "form", "action").iter().all(|action| action != "/imports/sync"));
    let reader = uuid::Uuid::new_v4();
    request::present(&site.test.database.ingest, reader, Origin::Demo, Some(600.0)).await.unwrap();
    assert!(attributes(&site.page("/imports").await, "form", "action").contains(&"/imports/sync".to_owned()));
    let (status, _, page) = site.post("/imports/sync", &[]).await;
    assert!(status == 422 && page.contains("sync-by-error"), "{status}");
    assert_eq!(site.post("/imports/sync", &asked).await.0, 303);
    assert!(words(&site.page("/imports").await, "section[aria-labelledby=runs]").contains("Ada asked for"));
    request::gone(&site.test.database.ingest, reader).await.unwrap();
}

/// The program itself, reading and serving.
struct Served {
    child: Child,
    address: String,
}

impl Served {
    fn start(url: &str, endpoint: &str, key: &str, region: &str) -> Self {
        let program = folder().join("../target/debug/wattledger");
        let program = std::env::var_os("CARGO_TARGET_DIR")
            .map_or(program, |target| std::path::PathBuf::from(target).join("debug/wattledger"));
        let mut child = Command::new(program)
            .args(["serve", "--port", "0", "--region", region, "--aws-endpoint-url", endpoint])
            .env("DATABASE_URL", url)
            .env("AWS_ACCESS_KEY_ID", key)
            .env("AWS_SECRET_ACCESS_KEY", "test")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().rsplit(' ').next().unwrap().to_owned();
        Self { child, address }
    }

    async fn post(&self, path: &str, body: &'static str) -> u16 {
        let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        let sent = client.post(format!("{}{path}", self.address)).header("origin", &self.address);
        let sent = sent.header("content-type", "application/x-www-form-urlencoded").body(body);
        sent.send().await.unwrap().status().as_u16()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        _ = self.child.kill();
        _ = self.child.wait();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_served_program_reads_when_somebody_asks() {
    let now = Utc::now();
    let fleet = Fleet::small(now, 3);
    let (key, region) = (fleet.accounts[0].access_key_id(), fleet.accounts[0].regions[0].name.clone());
    let simulator = Simulator::start(fleet, 0).await.unwrap();
    let test = TestDatabase::new().await;
    let served = Served::start(&test.url, &simulator.endpoint_url(), &key, &region);
    let nobody = AccountScope::new(Origin::Aws, Vec::new());
    let ended = async |test: &TestDatabase| {
        test.scalar_text(&nobody, "select count(*)::text from ingest_run where finished_at is not null").await
    };
    until("the first run", async || ended(&test).await == "1").await;
    until("the reader", async || {
        test.scalar_text(&nobody, "select count(*)::text from ingest_reader where next_at > now()").await == "1"
    })
    .await;
    assert_eq!(served.post("/imports/sync", "by=Ada").await, 303);
    until("the run that was asked for", async || ended(&test).await == "2").await;
    let taken = test.scalar_text(&nobody, "select (taken_at is not null)::text from ingest_request").await;
    assert_eq!(taken, "true");
}

#[tokio::test(flavor = "multi_thread")]
async fn progress_is_counted_while_the_work_goes_on() {
    let site = unread().await;
    site.simulator.set_faults(Faults::none().slow("GetMetricData", Duration::from_millis(60)));
    let (scope, source) = site.source().await;
    let progress = Progress::default();
    let options = Options::new(from(), site::now(), site::now());
    let sources = [source];
    let work = pipeline::run_watched(&site.test.database, &scope, &sources, &options, &progress);
    let watch = async {
        loop {
            tokio::time::sleep(Duration::from_millis(50)).await;
            let between = progress
                .sums()
                .into_iter()
                .any(|sum| sum.is_running && sum.pace.total.is_some_and(|total| (1..total).contains(&sum.pace.done)));
            if between {
                break;
            }
        }
    };
    let (outcome, ()) = tokio::join!(work, watch);
    let outcome = outcome.unwrap();
    assert_eq!(outcome.windows_left, 0);
    assert!(
        progress.sums().iter().all(|sum| !sum.is_running && sum.pace.percent() == Some(100.0)),
        "{:?}",
        progress.sums()
    );
    let metrics = "select string_agg(done || '/' || total, ' ') from ingest_run_phase where phase = 'metrics'";
    let shown = text(&site, metrics).await;
    assert_eq!(shown, format!("{0}/{0}", outcome.metric_windows));
    let series = text(&site, "select series::text from ingest_run").await;
    assert_eq!(series, outcome.series.to_string(), "what is charged for is what was asked for");
}

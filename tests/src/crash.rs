//! Killing the reader again and again, or keeping from it whose credentials it holds, loses nothing and doubles nothing.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use aws_simulator::{Faults, Fleet, Simulator};
use chrono::{DateTime, Utc};
use server::store::{AccountScope, Origin, account};

use crate::support::{TestDatabase, folder};

const KILLS: u32 = 10;

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_795_132_800 + 12 * 3600, 0).unwrap()
}

fn ingest(url: &str, endpoint: &str, key: &str, region: &str) -> Command {
    let program: PathBuf = folder().join("../target/debug/wattledger");
    assert!(program.exists(), "build the program first: cargo build --bin wattledger (cargo xtask test does)");
    let mut command = Command::new(program);
    command
        .args(["ingest", "--once", "--region", region, "--aws-endpoint-url", endpoint, "--lease-seconds", "1"])
        .args(["--from", "2026-11-17", "--now", &now().to_rfc3339()])
        .env("DATABASE_URL", url)
        .env("AWS_ACCESS_KEY_ID", key)
        .env("AWS_SECRET_ACCESS_KEY", "test")
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command
}

/// Everything that counts, as one text: facts, usage and ledger.
async fn fingerprint(test: &TestDatabase, scope: &AccountScope) -> String {
    test.scalar_text(
        scope,
        "select md5(string_agg(line, E'\\n' order by line)) || ' ' || count(*) from (
            select concat_ws('|', 'm', entity_id, host, family, hour, period_s, cpu_pct, gpu_pct, samples, invocations) as line
            from metric_hour
            union all
            select concat_ws('|', 'u', entity_id, hour, instance_type, instance_seconds, requests, metrics_complete)
            from usage_hour
            union all
            select concat_ws('|', 'l', day, entity_id, instance_type, tier, facility_uwh, operational_ug, cost_list)
            from ledger_day
        ) facts",
    )
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn kill_dash_nine_changes_no_number() {
    let fleet = Fleet::small(now(), 3);
    let (key, region) = (fleet.accounts[0].access_key_id(), fleet.accounts[0].regions[0].name.clone());
    let simulator = Simulator::start(fleet, 0).await.unwrap();
    let straight = TestDatabase::new().await;
    assert!(ingest(&straight.url, &simulator.endpoint_url(), &key, &region).status().unwrap().success());

    let crashed = TestDatabase::new().await;
    simulator.set_faults(Faults::none().slow("GetMetricData", Duration::from_millis(300)));
    let mut between_fetch_and_commit = 0;
    for kill in 0..KILLS {
        // So little room that a day's window is written in many parts; some kills fall between two of them.
        let room = ["--points-in-memory", "9000"];
        let mut child = ingest(&crashed.url, &simulator.endpoint_url(), &key, &region).args(room).spawn().unwrap();
        tokio::time::sleep(Duration::from_millis(400 + u64::from(kill) * 60)).await;
        _ = child.kill();
        _ = child.wait();
        between_fetch_and_commit += u32::from(has_leased_window(&crashed).await);
    }
    assert!(
        between_fetch_and_commit * 2 >= KILLS,
        "only {between_fetch_and_commit} of {KILLS} kills hit an open window"
    );
    simulator.set_faults(Faults::none());
    assert!(ingest(&crashed.url, &simulator.endpoint_url(), &key, &region).status().unwrap().success());

    let expected = fingerprint(&straight, &visible(&straight).await).await;
    let got = fingerprint(&crashed, &visible(&crashed).await).await;
    assert_eq!(got, expected);
    assert!(!expected.starts_with(' '), "there is something to compare: {expected}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_without_its_number_is_not_read_beside_itself() {
    let fleet = Fleet::small(now(), 3);
    let (account, region) = (fleet.accounts[0].id.clone(), fleet.accounts[0].regions[0].name.clone());
    let key = fleet.accounts[0].access_key_id();
    let simulator = Simulator::start(fleet, 0).await.unwrap();
    let test = TestDatabase::new().await;
    let read = |more: &[&str]| {
        let mut command = ingest(&test.url, &simulator.endpoint_url(), &key, &region);
        let output = command.args(more).stderr(Stdio::piped()).output().unwrap();
        (output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let known = async || account::all(&test.database.ingest).await.unwrap();

    // Whatever keeps AWS from telling whose credentials they are, for a call or for ever.
    simulator.set_faults(Faults::none().denying("GetCallerIdentity"));
    let (went_well, told) = read(&[]);
    assert!(!went_well && told.contains("--account-number"), "{told}");
    assert_eq!(known().await, []);
    assert!(read(&["--account-number", &account]).0, "somebody who knows it may say it");
    simulator.set_faults(Faults::none());
    let (went_well, told) = read(&["--account-number", "999988887777"]);
    assert!(!went_well && told.contains(&account), "{told}");
    assert!(read(&[]).0);
    let numbers: Vec<_> = known().await.into_iter().map(|each| each.aws_account_id).collect();
    assert_eq!(numbers, [Some(account)], "one account, however it became known");
}

async fn visible(test: &TestDatabase) -> AccountScope {
    let accounts = account::all(&test.database.ingest).await.unwrap();
    AccountScope::new(Origin::Aws, accounts.iter().map(|each| each.account_id).collect())
}

async fn has_leased_window(test: &TestDatabase) -> bool {
    let scope = visible(test).await;
    test.scalar_text(&scope, "select count(*)::text from window_ledger where state = 'leased'").await != "0"
}

//! Pages and exports over real HTTP: one filter, one number.

use std::str::FromStr as _;

use aws_simulator::{Fleet, Simulator};
use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use server::http::{AppState, routes, serve};
use server::ingest::Options;
use server::pipeline;
use server::store::{AccountScope, Origin};
use sqlx::Row as _;

use crate::support::{TestDatabase, source};

struct Site {
    test: TestDatabase,
    scope: AccountScope,
    address: String,
    client: reqwest::Client,
    _simulator: aws_simulator::Handle,
}

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_795_132_800 + 12 * 3600, 0).unwrap()
}

async fn site() -> Site {
    let fleet = Fleet::small(now(), 3);
    let account = fleet.accounts[0].clone();
    let simulator = Simulator::start(fleet, 0).await.unwrap();
    let test = TestDatabase::new().await;
    let regions: Vec<&str> = account.regions.iter().map(|region| region.name.as_str()).collect();
    let key = account.access_key_id();
    let source = source(&test.database, Origin::Demo, &account.id, &key, &simulator.endpoint_url(), &regions).await;
    let scope = source.scope.clone();
    let options = Options::new(now() - chrono::Duration::days(6), now(), now());
    pipeline::run(&test.database, &scope, &[source], &options).await.unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let state = AppState::new(test.database.clone(), Some(now())).unwrap();
    tokio::spawn(serve(listener, state, std::future::pending()));
    Site { test, scope, address, client: reqwest::Client::new(), _simulator: simulator }
}

impl Site {
    async fn get(&self, path: &str) -> (u16, String) {
        let answer = self.client.get(format!("{}{path}", self.address)).send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_answers_and_other_hosts_do_not() {
    let site = site().await;
    for route in routes().iter().filter(|route| route.method.as_str() == "GET" && !route.path.contains('{')) {
        let path = if route.path == "/methodology" { "/methodology?q=g5" } else { route.path };
        let (status, text) = site.get(path).await;
        assert_eq!(status, 200, "{path}: {text}");
    }
    let (status, text) = site.get("/nothing-here").await;
    assert!(status == 404 && text.contains("<h1"), "{status}");
    let (status, _) = site.get("/jobs?from=yesterday").await;
    assert_eq!(status, 400);
    let foreign = site.client.get(&site.address).header("host", "evil.example").send().await.unwrap();
    assert!(foreign.status().is_client_error(), "{}", foreign.status());
    let policy = site.client.get(&site.address).send().await.unwrap().headers()["content-security-policy"].clone();
    assert!(policy.to_str().unwrap().contains("default-src 'none'"));
}

#[tokio::test(flavor = "multi_thread")]
async fn page_table_and_csv_are_one_number_for_any_filter() {
    let site = site().await;
    let periods = [
        "from=2026-11-14&to=2026-11-20",
        "from=2026-11-17&to=2026-11-19",
        "from=2026-11-19&to=2026-11-19",
        "from=2026-10-01&to=2026-10-02",
    ];
    let teams = ["", "&team=vision", "&team=nlp", "&team=!vision", "&team=(none)", "&team=nobody"];
    let regions = ["", "&region=us-east-1", "&region=!us-east-1"];
    let (mut filters, mut with_rows) = (0, 0);
    for period in periods {
        for team in teams {
            for region in regions {
                let filter = format!("{period}{team}{region}");
                let mut exported = Decimal::ZERO;
                for list in ["jobs", "endpoints"] {
                    let (status, csv) = site.get(&format!("/{list}.csv?{filter}")).await;
                    assert_eq!(status, 200, "{filter}");
                    exported += energy(&csv);
                }
                let ledger = ledger_energy(&site, period, team, region).await;
                assert_eq!(exported, ledger, "{filter}");
                filters += 1;
                with_rows += usize::from(!ledger.is_zero());
            }
        }
    }
    assert!(filters == 72 && with_rows >= 12, "{with_rows} of {filters} filters gave rows");
}

fn energy(csv_text: &str) -> Decimal {
    let mut reader = csv::Reader::from_reader(csv_text.as_bytes());
    let column = reader.headers().unwrap().iter().position(|name| name == "energy_kwh").unwrap();
    reader
        .records()
        .map(|record| {
            let record = record.unwrap();
            Decimal::from_str(&record[column]).unwrap_or_default()
        })
        .sum()
}

/// The overview's own table, summed by the database beside the product's statements.
async fn ledger_energy(site: &Site, period: &str, team: &str, region: &str) -> Decimal {
    let date = |key: &str| period.split('&').find_map(|pair| pair.strip_prefix(key)).unwrap().to_owned();
    let mut transaction = site.scope.begin(&site.test.database.web).await.unwrap();
    let row = sqlx::query(
        "select coalesce(sum(facility_uwh), 0)::bigint as uwh from org_day
         where day between $1::date and $2::date
           and case when $3 = '' then true
                    when $3 = '(none)' then team = ''
                    when $3 like '!%' then team <> substr($3, 2)
                    else team = $3 end
           and case when $4 = '' then true when $4 like '!%' then region <> substr($4, 2) else region = $4 end",
    )
    .bind(date("from="))
    .bind(date("to="))
    .bind(team.strip_prefix("&team=").unwrap_or_default())
    .bind(region.strip_prefix("&region=").unwrap_or_default())
    .fetch_one(&mut *transaction)
    .await
    .unwrap();
    Decimal::from_i128_with_scale(i128::from(row.get::<i64, _>("uwh")), 9).normalize()
}

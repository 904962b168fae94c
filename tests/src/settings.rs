//! Settings as one place: a way from each page to the others, the accounts, and the dictionary of key figures.

use std::collections::BTreeMap;

use crate::site::{ALL, Site, links};

type Row = BTreeMap<String, String>;

async fn rows(site: &Site, path: &str) -> Vec<Row> {
    let (status, text) = site.get(path).await;
    assert_eq!(status, 200, "{text}");
    csv::Reader::from_reader(text.as_bytes()).into_deserialize::<Row>().map(Result::unwrap).collect()
}

fn number(row: &Row, column: &str) -> f64 {
    if row[column].is_empty() { 0.0 } else { row[column].parse().unwrap() }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_of_settings_leads_to_the_others_and_accounts_say_where_they_come_from() {
    let site = Site::new().await;
    let pages = ["accounts", "teams", "units", "hours", "kpis", "appearance"].map(|page| format!("/settings/{page}"));
    for page in &pages {
        let links = links(&site.page(page).await);
        assert!(pages.iter().all(|other| links.contains(other)), "{page}: {links:?}");
    }
    let file = rows(&site, "/settings/accounts.csv").await;
    let [account] = file.as_slice() else { panic!("one account: {file:?}") };
    assert_eq!((account["account_id"].as_str(), account["regions"].as_str()), ("111122223333", "us-east-1"));
    let days = format!("from={}&to={}", account["period_from"], account["period_to"]);
    let mut cost = 0.0;
    for list in ["jobs", "endpoints", "notebooks"] {
        cost +=
            rows(&site, &format!("/{list}.csv?{days}")).await.iter().map(|row| number(row, "cost_list")).sum::<f64>();
    }
    assert!((number(account, "cost_list") - cost).abs() < 1e-6, "{account:?} {cost}");
    let text: String = site.page("/settings/accounts").await.root_element().text().collect();
    assert!(text.contains("111122223333") && text.contains("none refused"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_dictionary_counts_what_the_files_hold() {
    let site = Site::new().await;
    let figures = rows(&site, &format!("/settings/kpis.csv?{ALL}")).await;
    let value = |key: &str| {
        let row = figures.iter().find(|row| row["kpi"] == key).unwrap_or_else(|| panic!("{key}"));
        assert!(!row["value"].is_empty(), "{row:?}");
        number(row, "value")
    };
    let mut all: Vec<Row> = Vec::new();
    for list in ["jobs", "endpoints", "notebooks"] {
        all.extend(rows(&site, &format!("/{list}.csv?{ALL}")).await);
    }
    let sum = |column: &str| all.iter().map(|row| number(row, column)).sum::<f64>();
    let close =
        |one: f64, other: f64, what: &str| assert!((one - other).abs() <= other.abs() * 1e-6, "{what}: {one} {other}");
    close(value("operational_location"), sum("op_location_g"), "location-based");
    close(value("operational_market"), sum("op_market_g"), "market-based");
    close(value("embodied"), sum("embodied_g"), "embodied");
    close(value("operational_location") + value("embodied"), value("emissions"), "all emissions");
    let estimated: f64 =
        all.iter().filter(|row| !row["energy_kwh"].is_empty()).map(|row| number(row, "cost_list")).sum();
    close(value("estimation_coverage"), 100.0 * estimated / sum("cost_list"), "coverage");

    let ended = |status: &str| {
        let is_job = |row: &&Row| ["training", "processing", "transform"].contains(&row["kind"].as_str());
        all.iter().filter(is_job).filter(|row| row["status"] == status).cloned().collect::<Vec<_>>()
    };
    let (failed, completed) = (ended("Failed"), ended("Completed"));
    assert!(!failed.is_empty());
    let count = |rows: &[Row]| f64::from(u32::try_from(rows.len()).unwrap());
    let share = 100.0 * count(&failed) / (count(&failed) + count(&completed));
    close(value("failure_rate"), share, "failures");
    let lost = |rows: Vec<Row>| rows.iter().map(|row| number(row, "cost_list")).sum::<f64>();
    let least = 100.0 * (lost(failed) + lost(ended("Stopped"))) / sum("cost_list");
    assert!(value("waste_share") > least && value("waste_share") < 100.0, "idle endpoints are waste too");
    close(value("data_completeness"), 100.0, "every window was read");
    let zero = figures.iter().find(|row| row["kpi"] == "scale_to_zero_hours").unwrap();
    assert_eq!(zero["value"], "", "no endpoint of the fleet can do without instances");

    // A target of a sum is one of a week, and it is kept or missed.
    let (status, _, text) =
        site.post("/settings/kpis", &[("kpi", "failure_rate"), ("target", "1"), ("by", "Ada")]).await;
    assert_eq!(status, 303, "{text}");
    let figures = rows(&site, &format!("/settings/kpis.csv?{ALL}")).await;
    let row = figures.iter().find(|row| row["kpi"] == "failure_rate").unwrap();
    assert_eq!((row["target"].as_str(), row["is_met"].as_str()), ("1", "false"));
}

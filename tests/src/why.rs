//! The account of a figure can be worked through by anybody: its lines multiply to themselves and add up to the figure.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::site::{ALL, Site};

async fn account(site: &Site, path: &str) -> Value {
    let (status, text) = site.get(&format!("{path}?{ALL}")).await;
    assert_eq!(status, 200, "{path}: {text}");
    serde_json::from_str(&text).unwrap()
}

fn number(value: &Value, key: &str) -> f64 {
    value[key].as_f64().unwrap_or_else(|| panic!("{key} of {value}"))
}

fn close(found: f64, expected: f64, what: &str) {
    assert!((found - expected).abs() <= 1e-9 * expected.abs().max(1.0), "{what}: {found} is not {expected}");
}

/// Every line by itself: usage x power x PUE x intensity.
fn multiplies(line: &Value) {
    let it = number(line, "instance_hours") * number(line, "power_w") / 1_000.0;
    close(it, number(line, "it_kwh"), "IT energy");
    let facility = number(line, "it_kwh") * number(line, "pue");
    close(facility, number(line, "facility_kwh"), "facility energy");
    let operational = number(line, "facility_kwh") * number(line, "intensity_g_per_kwh");
    close(operational, number(line, "operational_g"), "operational emissions");
    let [on_site, off_site] = ["water_on_site_l", "water_off_site_l"].map(|key| number(line, key));
    assert!(on_site > 0.0 && off_site >= 0.0, "{line}");
    close(on_site + off_site, number(line, "water_l"), "water");
}

fn adds_up(account: &Value, path: &str) {
    let chain = account["chain"].as_array().unwrap();
    for (key, figure) in [
        ("facility_kwh", "energy_kwh"),
        ("operational_g", "operational_g"),
        ("embodied_g", "embodied_g"),
        ("water_l", "water_l"),
    ] {
        let sum: f64 = chain.iter().filter_map(|line| line[key].as_f64()).sum();
        close(sum, number(&account["figures"][figure], "central"), &format!("{key} of {path}"));
    }
    let known: BTreeSet<&str> =
        account["factors"].as_array().unwrap().iter().map(|factor| factor["id"].as_str().unwrap()).collect();
    for line in chain.iter().filter(|line| !line["tier"].is_null()) {
        multiplies(line);
        let used = line["factor_ids"].as_array().unwrap();
        assert!(used.len() > 5, "{line} names its factors");
        assert!(used.iter().all(|id| known.contains(id.as_str().unwrap())), "{line}");
    }
    for factor in account["factors"].as_array().unwrap() {
        for key in ["source", "year", "tier", "unit", "licence"] {
            assert!(!factor[key].as_str().unwrap().is_empty(), "{key} of {factor}");
        }
    }
    let windows = &account["windows"];
    assert!(number(windows, "count") > 0.0 && !windows["listed"].as_array().unwrap().is_empty(), "{windows}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_account_multiplies_and_adds_up() {
    let site = Site::new().await;
    let known = site.known().await;
    let mut tiers = BTreeSet::new();
    for path in [
        "/why.json".to_owned(),
        format!("/jobs/{}/why.json", known.job),
        format!("/endpoints/{}/why.json", known.endpoint),
    ] {
        let account = account(&site, &path).await;
        adds_up(&account, &path);
        tiers.extend(account["chain"].as_array().unwrap().iter().map(|line| line["tier"].to_string()));
    }
    assert!(tiers.len() >= 3, "lines of several tiers were tried: {tiers:?}");
}

/// Shares are of the whole variance, gains of the width, and the page says the same in words.
#[tokio::test(flavor = "multi_thread")]
async fn a_range_is_taken_apart_and_work_is_divided_by() {
    let site = Site::new().await;
    let mut own = Vec::new();
    for (list, name, unit) in [("jobs", "plain-gpu", "run"), ("endpoints", "defects-live", "thousand_inferences")] {
        let wanted = format!("/{list}/{name}.");
        let links = crate::site::links(&site.page(&format!("/{list}?{ALL}")).await);
        let href = links.into_iter().find(|link| link.contains(&wanted)).unwrap();
        own.push((format!("{}/why", href.split('?').next().unwrap()), unit));
    }
    for (path, unit) in [own.remove(0), own.remove(0), ("/why".to_owned(), "")] {
        let account = account(&site, &format!("{path}.json")).await;
        for figure in ["energy", "operational", "embodied", "emissions", "water"] {
            let shares = account["shares"][figure].as_array().unwrap();
            close(shares.iter().map(|share| number(share, "share")).sum(), 1.0, &format!("{figure} of {path}"));
        }
        let gains = account["gains"].as_array().unwrap();
        assert!(
            gains.iter().any(|gain| gain["evidence"] == "measured_power" && number(gain, "energy") > 0.0),
            "{gains:?}"
        );
        let rates = account["sci"].as_array().unwrap();
        assert_eq!(rates.iter().any(|rate| rate["unit"] == unit), !unit.is_empty(), "{rates:?}");
        let text: String = site.page(&format!("{path}?{ALL}")).await.root_element().text().collect();
        assert!(text.contains("Measured watts would cut the range of the energy by"), "{text}");

        // Work that the reader counted, on the same page and in the same document.
        let asked = format!("{path}.json?{ALL}&done=21,000,000&of=tokens");
        let (status, text) = site.get(&asked).await;
        assert_eq!(status, 200, "{text}");
        let account: Value = serde_json::from_str(&text).unwrap();
        let rates = account["sci"].as_array().unwrap();
        let own = rates.iter().find(|rate| rate["unit"] == "thousand_tokens").unwrap();
        let expected = number(&account["figures"]["emissions_g"], "central") / 21_000.0;
        close(number(&own["score"], "central"), expected, "grams per 1,000 tokens");
        let without = number(&own["without_idle"], "central");
        assert!(without > 0.0 && without <= expected, "{own}");
        let page = site.page(&format!("{path}?{ALL}&done=many&of=tokens")).await;
        let text: String = page.root_element().text().collect();
        assert!(text.contains("`many` is not an amount of work"), "{text}");
    }
}

/// The figure on the page of a list is the one that its account explains.
#[tokio::test(flavor = "multi_thread")]
async fn a_day_is_explained_as_it_is_listed() {
    let site = Site::new().await;
    let known = site.known().await;
    let (_, csv) = site.get("/endpoints.csv?from=2026-11-20&to=2026-11-20").await;
    let (_, text) = site.get("/why.json?from=2026-11-20&to=2026-11-20").await;
    let account: Value = serde_json::from_str(&text).unwrap();
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let column = reader.headers().unwrap().iter().position(|name| name == "energy_kwh").unwrap();
    let listed: f64 = reader.records().map(|row| row.unwrap()[column].parse::<f64>().unwrap_or_default()).sum();
    let explained: f64 = account["chain"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|line| line["kind"] == "endpoint")
        .filter_map(|line| line["facility_kwh"].as_f64())
        .sum();
    assert!(listed > 0.0);
    close(explained, listed, "energy of the endpoints on one day");
    let page = site.page(&format!("/endpoints/{}?{ALL}", known.endpoint)).await;
    let days =
        crate::site::links(&page).into_iter().filter(|link| link.ends_with("/why?from=2026-11-20&to=2026-11-20"));
    assert_eq!(days.count(), 1, "the day leads to its account");
    let (status, _) = site.get(&format!("/jobs/{}/why.json", known.endpoint)).await;
    assert_eq!(status, 404, "an endpoint is no job");
}

/// Instances that a job leaves in a warm pool are paid for and draw their idle power, though nothing trains on them.
#[tokio::test(flavor = "multi_thread")]
async fn a_warm_pool_counts_as_idle_hours_of_its_job() {
    let site = Site::new().await;
    let (_, text) = site.get(&format!("/jobs.csv?{ALL}")).await;
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let rows: Vec<std::collections::BTreeMap<String, String>> = reader.deserialize().map(|row| row.unwrap()).collect();
    let kept = rows.iter().find(|row| row["name"] == "kept-warm").unwrap();
    close(kept["instance_hours"].parse().unwrap(), (1_800.0 + 5_400.0) / 3_600.0, "hours trained and kept");
    let factors = footprint::FactorSet::builtin().unwrap();
    let price = factors.list_price("us-east-1", "ml.g4dn.xlarge").unwrap().usd_per_hour;
    close(kept["cost_list"].parse::<f64>().unwrap(), 2.0 * price, "both are billed");
    let query = "select json_build_object('it', sum(f.accelerator_idle_uwh + f.accelerator_dynamic_uwh), \
        'seconds', sum(u.instance_seconds), 'gpu', max(u.gpu_utilisation))::text \
        from footprint_hour f join usage_hour u using (account_id, entity_id, hour, instance_type, state) \
        join entity e using (account_id, entity_id) join resource r using (account_id, resource_id) \
        where r.name = 'kept-warm' and state = 'retained'";
    let idle: Value = serde_json::from_str(&site.test.scalar_text(&site.scope, query).await).unwrap();
    close(number(&idle, "seconds"), 5_400.0, "seconds kept");
    assert_eq!(number(&idle, "gpu").to_bits(), 0, "nothing ran");
    let watts = number(&idle, "it") / 1e6 / 1.5;
    assert!((5.0..40.0).contains(&watts), "a card at rest draws little: {watts} W");
}

//! Watts that were measured on the machines: imported once, used in every hour of the job, and no longer in doubt.

use std::collections::BTreeMap;

use aws_simulator::truth::{Metric as TruthMetric, Series};
use server::ingest::measured::{Imported, MeasuredError, Wanted, import};
use server::pipeline;

use crate::site::{ALL, Site, now};

const HEAD: &str = "timestamp,project_name,run_id,duration,emissions,emissions_rate,cpu_power,gpu_power,ram_power,\
    cpu_energy,gpu_energy,ram_energy,energy_consumed,cloud_provider,cloud_region,tracking_mode\n";

/// Two hours at 200 W of accelerators: 0.4 kWh; the job ran exactly as long.
fn emissions_csv(run: &str, gpu_kwh: f64) -> String {
    format!(
        "{HEAD}2026-11-21T12:33:00,defects,{run},7200,0.1,0.00001,42.5,200,5,0.085,{gpu_kwh},0.01,0.495,aws,us-east-1,machine\n"
    )
}

async fn take(site: &Site, file: &str, wanted: Wanted<'_>) -> Result<Imported, MeasuredError> {
    let factors = footprint::FactorSet::builtin().unwrap();
    let imported = import(&site.test.database, &site.scope, &factors, file, wanted, now()).await?;
    pipeline::bring_up_to_date(&site.test.database, &site.scope, now()).await.unwrap();
    Ok(imported)
}

/// The row of a job in the CSV of all jobs.
async fn job(site: &Site, name: &str) -> BTreeMap<String, String> {
    let (status, text) = site.get(&format!("/jobs.csv?{ALL}")).await;
    assert_eq!(status, 200, "{text}");
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let rows = reader.deserialize().map(|row| row.unwrap());
    let mut named = rows.filter(|row: &BTreeMap<String, String>| row["name"] == name);
    named.next().unwrap_or_else(|| panic!("no {name} in {text}"))
}

fn relative_width(job: &BTreeMap<String, String>) -> f64 {
    let [low, central, high] =
        ["energy_kwh_low", "energy_kwh", "energy_kwh_high"].map(|name| job[name].parse::<f64>().unwrap());
    (high - low) / central
}

async fn accelerators_uwh(site: &Site, name: &'static str) -> f64 {
    let sql = match name {
        "plain-gpu" => {
            "select sum(f.accelerator_idle_uwh + f.accelerator_dynamic_uwh)::text from footprint_hour f \
             join entity e using (account_id, entity_id) join resource r using (account_id, resource_id) \
             where r.name = 'plain-gpu'"
        }
        _ => {
            "select sum(f.accelerator_idle_uwh + f.accelerator_dynamic_uwh)::text from footprint_hour f \
             join entity e using (account_id, entity_id) join resource r using (account_id, resource_id) \
             where r.name = 'trainium'"
        }
    };
    site.test.scalar_text(&site.scope, sql).await.parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn measured_watts_decide_energy_tier_and_interval() {
    let site = Site::new().await;
    let modelled = job(&site, "plain-gpu").await;
    let others = job(&site, "two-hosts").await;
    assert_eq!(modelled["evidence_tier"], "T1");
    let wanted = Wanted { job: "plain-gpu", ..Wanted::default() };
    let imported = take(&site, &emissions_csv("run-1", 0.4), wanted).await.unwrap();
    assert_eq!((imported.accelerators_w.map(f64::round), imported.host_w), (Some(200.0), None));
    assert!(imported.hours >= 2 && imported.days_changed == 1, "{imported:?}");

    let measured = job(&site, "plain-gpu").await;
    assert_eq!(measured["evidence_tier"], "T0");
    // 0.4 kWh of the card and what a card node adds to it.
    let energy = accelerators_uwh(&site, "plain-gpu").await;
    assert!((energy - 0.4e9 * 1.2).abs() < 10.0, "{energy}");
    let [before, after] = [&modelled, &measured].map(relative_width);
    assert!(after < before, "{after} is not narrower than {before}");
    assert_eq!(job(&site, "two-hosts").await, others, "no other job is touched");

    // The account of the figure names the meter's error and no longer the model of the accelerators.
    let link = site.page(&format!("/jobs?{ALL}")).await;
    let href = crate::site::links(&link).into_iter().find(|link| link.contains("/jobs/plain-gpu.")).unwrap();
    let why = format!("{}/why.json?{ALL}", href.split('?').next().unwrap());
    let (status, text) = site.get(&why).await;
    assert!(status == 200 && text.contains("measured_power_error") && !text.contains("accelerator_kappa"), "{text}");

    // The same file once more is no news; another one replaces it.
    let again = take(&site, &emissions_csv("run-1", 0.4), wanted).await.unwrap();
    assert_eq!((again.hours, again.days_changed), (imported.hours, 0));
    assert_eq!(job(&site, "plain-gpu").await, measured);
    let corrected = take(&site, &emissions_csv("run-1", 0.3), wanted).await.unwrap();
    assert_eq!(corrected.days_changed, 1);
    let energy = accelerators_uwh(&site, "plain-gpu").await;
    assert!((energy - 0.3e9 * 1.2).abs() < 10.0, "{energy}");

    // What was measured outlives a second reading of AWS.
    let kept = job(&site, "plain-gpu").await;
    site.read_again(now() - chrono::Duration::days(18)).await;
    assert_eq!(job(&site, "plain-gpu").await, kept);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chip_without_a_published_figure_is_whole_in_energy_once_measured() {
    let site = Site::new().await;
    assert_eq!(job(&site, "trainium").await["evidence_tier"], "T4");
    assert!(accelerators_uwh(&site, "trainium").await.abs() < 0.5);
    let file = emissions_csv("run-1", 0.1).replace(",7200,", ",4500,");
    take(&site, &file, Wanted { job: "trainium", ..Wanted::default() }).await.unwrap();
    assert_eq!(job(&site, "trainium").await["evidence_tier"], "T0");
    let energy = accelerators_uwh(&site, "trainium").await;
    assert!((energy - 0.1e9 * 1.2).abs() < 10.0, "{energy}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_fit_is_refused_and_nothing_is_written() {
    let site = Site::new().await;
    let good = emissions_csv("run-1", 0.4);
    let of = |job: &'static str| Wanted { job, ..Wanted::default() };
    for (file, wanted, expected) in [
        (good.as_str(), of("nobody"), "no job called nobody has been read; look its name up on /jobs"),
        (good.as_str(), Wanted { region: Some("eu-west-1"), ..of("plain-gpu") }, "no job called plain-gpu"),
        (good.as_str(), of("running"), "running has not ended as far as has been read"),
        (good.as_str(), of("failed-out-of-memory"), "name the job that the file is of"),
        (good.as_str(), of("plain-cpu"), "ml.m5.2xlarge has no accelerators to measure"),
        (HEAD, of("plain-gpu"), "the file holds no run"),
        ("", of("plain-gpu"), "the file holds no run"),
        ("a,b\n1,2\n", of("plain-gpu"), "the file has no column run_id"),
    ] {
        let said = take(&site, file, wanted).await.unwrap_err().to_string();
        assert!(said.contains(expected), "{said}");
    }
    let rows = site.test.scalar_text(&site.scope, "select count(*)::text from measured_hour").await;
    assert_eq!(rows, "0");
    let vouched = Wanted { with_host: true, ..of("plain-cpu") };
    let file = emissions_csv("run-1", 0.0).replace(",7200,", ",5400,");
    let imported = take(&site, &file, vouched).await.unwrap();
    assert!((imported.host_w.unwrap() - 0.095 * 3.6e6 / 5400.0).abs() < 1e-9, "{imported:?}");
    assert_eq!(job(&site, "plain-cpu").await["evidence_tier"], "T0");
}

/// The mean of a host's five-minute means in each hour, as the simulated agent publishes them, W of one GPU.
fn published(site: &Site, job: &str, host: u32) -> BTreeMap<i64, f64> {
    let fleet = site.simulator.fleet();
    let (account, region) = (&fleet.accounts[0], &fleet.accounts[0].regions[0]);
    let series = Series::of_host(&fleet, &account.id, region, job, host, TruthMetric::GpuPower).unwrap();
    let (from, until) = series.span();
    let mut hours: BTreeMap<i64, (f64, f64)> = BTreeMap::new();
    for start in (from.div_euclid(5) * 5..until).step_by(5) {
        if let Some(datum) = series.merged(start, start + 5) {
            let (sum, count) = hours.entry(start.div_euclid(60)).or_default();
            *sum += datum.sum / datum.count;
            *count += 1.0;
        }
    }
    hours.into_iter().map(|(hour, (sum, count))| (hour * 3_600, sum / count)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn watts_published_to_cloudwatch_are_measured_power() {
    let site = Site::new().await;
    let plain = job(&site, "plain-cpu").await;
    let from = now() - chrono::Duration::days(18);
    let summary = site.read_with_power(from).await;
    assert!(summary.errors.is_empty(), "{summary:?}");
    for (name, hosts, gpus) in [("plain-gpu", 1, 1.0), ("two-hosts", 2, 4.0)] {
        assert_eq!(job(&site, name).await["evidence_tier"], "T0", "{name}");
        let each: Vec<BTreeMap<i64, f64>> = (1..=hosts).map(|host| published(&site, name, host)).collect();
        let stored = site
            .test
            .scalar_text(&site.scope, if name == "plain-gpu" { POWER_OF_PLAIN_GPU } else { POWER_OF_TWO_HOSTS });
        let stored: BTreeMap<i64, f64> = serde_json::from_str::<BTreeMap<String, f64>>(&stored.await)
            .unwrap()
            .into_iter()
            .map(|(hour, watts)| (hour.parse().unwrap(), watts))
            .collect();
        assert!(stored.len() >= 2 && stored.keys().eq(each[0].keys()), "{stored:?} {each:?}");
        for (hour, watts) in stored {
            let mean = each.iter().map(|host| host[&hour]).sum::<f64>() / f64::from(hosts);
            assert!((watts - mean * gpus).abs() < 0.02 * watts, "{name}: {watts} is not {gpus} x {mean}");
        }
    }
    assert_eq!(job(&site, "plain-cpu").await, plain, "a machine without accelerators is as it was");
    let imports: String = site.page("/imports").await.root_element().text().collect();
    assert!(imports.contains("cloudwatch") && imports.contains("Measured power"), "{imports}");

    // Once more: nothing is news, and without the option nothing is lost.
    let before = job(&site, "two-hosts").await;
    let kept = site.test.scalar_text(&site.scope, EVERY_READING).await;
    site.read_again(from).await;
    assert_eq!(site.read_with_power(from).await.hours_restated, 0);
    assert_eq!(site.test.scalar_text(&site.scope, EVERY_READING).await, kept, "no reading is written anew");
    assert_eq!(job(&site, "two-hosts").await, before);
}

const EVERY_READING: &str = "select string_agg(m::text, ';' order by m::text) from measured_hour m";
const POWER_OF_PLAIN_GPU: &str = "select json_object_agg(extract(epoch from hour)::bigint, accelerators_w)::text \
    from measured_hour join entity e using (account_id, entity_id) join resource r using (account_id, resource_id) \
    where r.name = 'plain-gpu' and source = 'cloudwatch'";
const POWER_OF_TWO_HOSTS: &str = "select json_object_agg(extract(epoch from hour)::bigint, accelerators_w)::text \
    from measured_hour join entity e using (account_id, entity_id) join resource r using (account_id, resource_id) \
    where r.name = 'two-hosts' and source = 'cloudwatch'";

//! Our months beside those that AWS reports: the same figures as both sides, and a difference that is only named.

use std::collections::{BTreeMap, BTreeSet};

use aws_simulator::fleet::{Endpoint, Traffic, Variant};
use aws_simulator::{Faults, Fleet, sustainability};
use chrono::{Duration, NaiveDate};

use crate::site::{Site, attributes, links, now};

const OPERATION: &str = "GetEstimatedCarbonEmissions";

type Row = BTreeMap<String, String>;

/// An endpoint that has been alive since the middle of September, read from that day on.
async fn site() -> (Site, Fleet) {
    let mut fleet = Fleet::small(now(), 3);
    let account = &mut fleet.accounts[0];
    let (id, region) = (account.id.clone(), &mut account.regions[0]);
    let variant = Variant::new("primary", "old", "ml.g4dn.xlarge", 1, 30.0);
    let born = now() - Duration::days(70);
    region.endpoints.push(Endpoint::new(&id, &region.name, "old-one", born, Traffic::none(), vec![variant]));
    (Site::of(fleet.clone(), born).await, fleet)
}

async fn rows(site: &Site, path: &str) -> Vec<Row> {
    let (status, text) = site.get(path).await;
    assert_eq!(status, 200, "{text}");
    csv::Reader::from_reader(text.as_bytes()).deserialize().map(|row| row.unwrap()).collect()
}

fn number(row: &Row, column: &str) -> f64 {
    row[column].parse().unwrap_or_else(|_| panic!("{column} of {row:?}"))
}

fn close(found: f64, expected: f64, what: &str) {
    assert!((found - expected).abs() <= 1e-6 * expected.abs().max(1.0), "{what}: {found} is not {expected}");
}

#[tokio::test(flavor = "multi_thread")]
async fn both_sides_stand_as_they_are_and_the_rest_is_named() {
    let (site, fleet) = site().await;
    let account = &fleet.accounts[0];
    let day = |month, day| NaiveDate::from_ymd_opt(2026, month, day).unwrap();
    let published = sustainability::monthly(account, day(1, 1), day(11, 1), fleet.now);
    let months: BTreeSet<NaiveDate> = published.iter().map(|row| row.month).collect();
    assert_eq!(months, BTreeSet::from([day(9, 1), day(10, 1)]), "the simulated AWS has published two months");

    let lines = rows(&site, "/reconciliation.csv").await;
    assert_eq!(lines.iter().map(|row| row["month"].as_str()).collect::<Vec<_>>(), ["2026-10", "2026-09"]);
    for line in &lines {
        let theirs = published
            .iter()
            .find(|row| row.month.format("%Y-%m").to_string() == line["month"] && row.service == "Other")
            .unwrap();
        close(number(line, "aws_scope_2_location_g"), theirs.scope_2_location * 1e6, "scope 2, location-based");
        close(number(line, "aws_scope_2_market_g"), theirs.scope_2_market * 1e6, "scope 2, market-based");
        close(number(line, "aws_scope_3_g"), theirs.scope_3 * 1e6, "scope 3");
        for (ours, aws, residual) in [
            ("operational_g", "aws_scope_2_location_g", "residual_location_g"),
            ("market_g", "aws_scope_2_market_g", "residual_market_g"),
            ("embodied_g", "aws_scope_3_g", "residual_scope_3_g"),
        ] {
            close(number(line, residual), number(line, aws) - number(line, ours), residual);
        }
        assert_eq!((line["aws_services"].as_str(), line["aws_model_version"].as_str()), ("Other", "v3.0.0"));
    }
    let [october, september] = &lines[..] else { panic!("{lines:?}") };
    assert_eq!((october["days_read"].as_str(), october["days_in_month"].as_str()), ("31", "31"));
    assert_eq!(september["days_in_month"], "30");
    assert!(number(september, "days_read") < 20.0, "the endpoint is younger than September");

    // Our side is the ledger as every other page sums it.
    let listed = rows(&site, "/endpoints.csv?from=2026-10-01&to=2026-10-31").await;
    let sum: f64 = listed.iter().map(|row| number(row, "op_location_g")).sum();
    close(number(october, "operational_g"), sum, "our October");

    let page = site.page("/reconciliation").await;
    let text: String = page.root_element().text().collect();
    assert!(text.contains("October 2026") && text.contains("AWS files SageMaker under Other; model v3.0.0"), "{text}");
    assert!(text.contains("of 30 days read") && !text.contains("of 31 days read"), "{text}");

    // A market-based factor is offered with its reason, and only proposed by a person.
    let offer = links(&page).into_iter().find(|link| link.contains("factor=market_intensity:us-east-1")).unwrap();
    let form = site.page(offer.split('#').next().unwrap()).await;
    let typed = attributes(&form, "#propose-reason, #propose-value, #propose-factor", "value").join(" ");
    assert!(typed.contains("AWS Sustainability API, model v3.0.0, 2026-09 to 2026-10"), "{typed}");
    let share: f64 = {
        let sum = |of: fn(&sustainability::Monthly) -> f64| published.iter().map(of).sum::<f64>();
        sum(|row| row.scope_2_market) / sum(|row| row.scope_2_location)
    };
    let factors = footprint::FactorSet::builtin().unwrap();
    let intensity = factors.region("us-east-1").unwrap().intensity.as_ref().unwrap().value();
    let value: f64 = typed.split(' ').filter_map(|word| word.parse().ok()).next().unwrap();
    assert!((value - share * intensity).abs() < 1e-3, "{value} is not {share} of {intensity}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_is_told_and_delays_nothing() {
    let (site, _) = site().await;
    let asked = || site.simulator.log().iter().filter(|call| call.operation == OPERATION).count();
    assert!(asked() >= 1);
    let before = rows(&site, "/reconciliation.csv").await;
    site.simulator.clear_log();
    let mut faults = Faults::none();
    faults.denied.insert(OPERATION.to_owned());
    site.simulator.set_faults(faults);
    let summary = site.read_again(now() - Duration::days(2)).await;
    assert!(summary.errors.is_empty(), "{summary:?}");
    assert_eq!(asked(), 1);
    let text: String = site.page("/reconciliation").await.root_element().text().collect();
    assert!(text.contains("Allow sustainability:GetEstimatedCarbonEmissions to the role"), "{text}");
    assert_eq!(rows(&site, "/reconciliation.csv").await, before, "what was read stays");
}

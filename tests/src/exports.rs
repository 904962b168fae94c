//! Bills straight from S3, and AWS' own totals beside them.

use std::collections::BTreeMap;

use aws_simulator::bill::{self as simulated, Charge};
use aws_simulator::s3::objects;
use aws_simulator::{Faults, Fleet};
use chrono::{DateTime, Duration, Utc};
use server::ingest::explored::Explorer;
use server::ingest::{Money, Summary};

use crate::site::{Site, now};

type Row = BTreeMap<String, String>;

/// The small fleet, with what it began before the span that is read.
async fn site() -> (Site, Fleet) {
    let fleet = Fleet::small(now(), 3);
    (Site::of(fleet.clone(), now() - Duration::days(3)).await, fleet)
}

fn exports(place: &str) -> Money {
    Money { exports: vec![place.parse().unwrap()], ..Money::default() }
}

fn own_export(fleet: &Fleet) -> Money {
    exports(&format!("s3://{}/{}", objects::bucket(&fleet.accounts[0]), objects::PREFIX))
}

async fn read(site: &Site, money: &Money, now: DateTime<Utc>) -> Summary {
    site.read_money(money.clone(), now).await
}

fn fetched(site: &Site) -> usize {
    site.simulator.log().iter().filter(|call| call.operation == "GetObject").count()
}

fn usd(micro: i64) -> f64 {
    micro as f64 / 1e6
}

async fn csv_rows(site: &Site, path: &str) -> Vec<Row> {
    let (status, text) = site.get(path).await;
    assert_eq!(status, 200, "{text}");
    csv::Reader::from_reader(text.as_bytes()).into_deserialize::<Row>().map(Result::unwrap).collect()
}

fn number(row: &Row, column: &str) -> f64 {
    row[column].parse().unwrap_or_else(|_| panic!("{column} of {row:?}"))
}

const HELD: &str = "select string_agg(to_char(period, 'YYYY-MM') || ' ' || billed, '; ' order by period)
    from (select period, sum(billed)::numeric(20, 6) as billed from billed_day group by period) as months";

#[tokio::test(flavor = "multi_thread")]
async fn an_export_in_s3_is_read_whole_and_again_only_where_it_changed() {
    let (site, fleet) = site().await;
    let money = own_export(&fleet);
    let summary = read(&site, &money, now()).await;
    assert_eq!(summary.errors, []);
    let account = &fleet.accounts[0];
    let expected: Vec<String> = simulated::months(now() - Duration::days(90), now())
        .into_iter()
        .filter_map(|month| {
            let charges = simulated::charges(account, month, now());
            let sum = charges.iter().map(Charge::billed_micro_usd).sum::<i64>();
            (!charges.is_empty()).then(|| format!("{} {:.6}", month.format("%Y-%m"), usd(sum)))
        })
        .collect();
    assert_eq!(site.test.scalar_text(&site.scope, HELD).await, expected.join("; "), "the manifest's files, once each");
    // A month is its manifest and two files; what an older delivery left beside them is not fetched.
    assert_eq!(fetched(&site), 3 * expected.len());
    let pages = site.simulator.log().iter().filter(|call| call.operation == "ListObjectsV2" && call.continued).count();
    assert!(pages > 0 || expected.len() < 2, "a long list is gone through to its end");
    let page = site.get("/imports").await.1;
    assert!(page.contains("s3://bills-of-111122223333/cur/all") && page.contains("up to date"), "{page}");
    let team = "select count(*)::text from tag_span where source = 'bill'";
    assert_eq!(site.test.scalar_text(&site.scope, team).await, "0", "AWS itself told these tags");

    // Within the hour nobody looks; later nothing is fetched, for nothing is other than before.
    site.simulator.clear_log();
    read(&site, &money, now() + Duration::minutes(15)).await;
    assert!(site.simulator.log().iter().all(|call| call.service != "s3"));
    let later = now() + Duration::hours(2);
    read(&site, &money, later).await;
    assert_eq!(fetched(&site), 0);
    assert!(site.simulator.log().iter().any(|call| call.operation == "ListObjectsV2"));

    // AWS goes on: the month that is open is another one, and it alone is fetched.
    site.simulator.set_now(later);
    read(&site, &money, later + Duration::hours(1)).await;
    assert_eq!(fetched(&site), 3, "one month");
    let held = site.test.scalar_text(&site.scope, HELD).await;
    let month = simulated::months(later, later)[0];
    let sum = simulated::charges(account, month, later).iter().map(Charge::billed_micro_usd).sum::<i64>();
    assert!(held.ends_with(&format!("2026-11 {:.6}", usd(sum))), "it is replaced and not added: {held}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_an_export_is_told_with_the_next_step_and_delays_nothing() {
    let (site, fleet) = site().await;
    let own = own_export(&fleet);
    let none = Faults::none;
    let bucket = objects::bucket(&fleet.accounts[0]);
    for (hour, (money, faults, sentence)) in [
        (exports("s3://nowhere-to-be-found/cur"), none(), "There is no bucket nowhere-to-be-found"),
        (own.clone(), none().denying("ListObjectsV2"), "Allow s3:ListBucket on arn:aws:s3:::bills-of-111122223333 to"),
        (
            own.clone(),
            none().denying("GetObject"),
            "Allow s3:GetObject on arn:aws:s3:::bills-of-111122223333/cur/all/*",
        ),
        (exports(&format!("s3://{bucket}/other")), none(), "below it lie the folders data and metadata"),
        (
            exports(&format!("s3://{bucket}/cur/all?region=eu-west-1")),
            none(),
            "The bucket lies in another region: give it",
        ),
    ]
    .into_iter()
    .enumerate()
    {
        site.simulator.set_faults(faults);
        let at = now() + Duration::hours(i64::try_from(hour).unwrap());
        let summary = read(&site, &money, at).await;
        assert_eq!(summary.windows_left, 0, "{summary:?}");
        let page = site.get("/imports").await.1;
        assert!(page.contains(sentence), "{sentence}: {page}");
    }
    assert_eq!(site.test.scalar_text(&site.scope, HELD).await, "", "nothing of it was taken");
    site.simulator.set_faults(none());
    read(&site, &own, now() + Duration::hours(9)).await;
    assert_ne!(site.test.scalar_text(&site.scope, HELD).await, "", "what was mended is read");
}

#[tokio::test(flavor = "multi_thread")]
async fn aws_own_totals_are_a_check_beside_the_bill_and_in_no_sum() {
    let (site, fleet) = site().await;
    let asked = || site.simulator.log().iter().filter(|call| call.service == "ce").count();
    let money = own_export(&fleet);
    read(&site, &money, now()).await;
    assert_eq!(asked(), 0, "a request costs money, so nobody asks unless it was switched on");
    let text: String = site.page("/reconciliation").await.root_element().text().collect();
    assert!(text.contains("costs $0.01") && text.contains("WATTLEDGER_COST_EXPLORER=true"), "{text}");
    let sums = "select string_agg((day, cost_list, cost_billed, cost_effective)::text, ';' order by day, org_day::text)
        from org_day where day < '2026-11-23'";
    let before = site.test.scalar_text(&site.scope, sums).await;
    let listed = csv_rows(&site, "/endpoints.csv?from=2026-11-01&to=2026-11-22").await;

    let explorer = Explorer { tags: vec!["team".to_owned()], account: Some("111122223333".to_owned()) };
    let with_explorer = Money { explorer: Some(explorer), ..money.clone() };
    let at = now() + Duration::hours(2);
    let summary = read(&site, &with_explorer, at).await;
    assert_eq!(summary.errors, []);
    let first = asked();
    assert!(first >= 2, "by usage type and by tag");
    read(&site, &with_explorer, at + Duration::hours(2)).await;
    assert_eq!(asked(), first, "once a day");

    // Every day is what AWS bills, and what is held here is that too.
    let days = csv_rows(&site, "/reconciliation/cost.csv").await;
    assert!(days.len() >= 3, "{days:?}");
    let month = simulated::months(now(), now())[0];
    let charges = simulated::charges(&fleet.accounts[0], month, now());
    for day in &days {
        let own: Vec<&Charge> =
            charges.iter().filter(|each| each.hour.date_naive().to_string() == day["day"]).collect();
        let sum = |of: fn(&Charge) -> i64| usd(own.iter().map(|each| of(each)).sum::<i64>());
        if day["day"].starts_with("2026-11") {
            assert!((number(day, "aws_unblended") - sum(Charge::billed_micro_usd)).abs() < 1e-6, "{day:?}");
            assert!((number(day, "aws_amortised") - sum(Charge::effective_micro_usd)).abs() < 1e-6, "{day:?}");
        }
        assert_eq!((day["difference_billed"].as_str(), day["difference_effective"].as_str()), ("0", "0"), "{day:?}");
        assert_eq!(day["account_id"], "111122223333");
    }
    let text: String = site.page("/reconciliation").await.root_element().text().collect();
    assert!(text.contains("November 2026") && text.contains("AWS still revises it"), "{text}");
    assert!(text.contains("AWS' own totals by tag") && text.contains("without it"), "{text}");
    let by_tag =
        "select (sum(unblended) filter (where tag_key = 'team') - sum(unblended) filter (where tag_key = ''))::text
        from explored_day";
    assert_eq!(site.test.scalar_text(&site.scope, by_tag).await.parse::<f64>().unwrap(), 0.0, "the same sum");
    assert_eq!(site.test.scalar_text(&site.scope, sums).await, before, "no sum knows of it");
    assert_eq!(csv_rows(&site, "/endpoints.csv?from=2026-11-01&to=2026-11-22").await, listed);

    // A refusal is told, and takes nothing away.
    let mut faults = Faults::none();
    faults.denied.insert("GetCostAndUsage".to_owned());
    site.simulator.set_faults(faults);
    read(&site, &with_explorer, at + Duration::hours(25)).await;
    let text: String = site.page("/reconciliation").await.root_element().text().collect();
    assert!(text.contains("Allow ce:GetCostAndUsage to the role"), "{text}");
    assert!(text.contains("November 2026"), "what was read stays");
}

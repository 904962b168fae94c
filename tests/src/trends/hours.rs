//! The ledger by the hour: the same sums as by the day, laid where they belong.

use std::collections::BTreeMap;
use std::str::FromStr as _;

use chrono::{DateTime, Duration, Utc};
use rust_decimal::Decimal;

use super::{datum, selector, told, value, with_a_lone_run};
use crate::site::{ALL, Site};

/// Rows of a file, each by its columns.
type Rows = Vec<BTreeMap<String, String>>;

async fn rows(site: &Site, query: &str) -> Rows {
    let (status, text) = site.get(&format!("/trends.csv?{query}")).await;
    assert_eq!(status, 200, "{query}: {text}");
    csv::Reader::from_reader(text.as_bytes()).deserialize().map(Result::unwrap).collect()
}

fn number(row: &BTreeMap<String, String>, column: &str) -> Decimal {
    match row[column].as_str() {
        "" => Decimal::ZERO,
        text => Decimal::from_str(text).unwrap(),
    }
}

/// What the rows hold, by day and groups.
fn by_day(rows: &Rows, column: &str) -> BTreeMap<[String; 3], Decimal> {
    let mut sums = BTreeMap::new();
    for row in rows {
        let key = [row["bucket_start"][..10].to_owned(), row["group_1"].clone(), row["group_2"].clone()];
        *sums.entry(key).or_insert(Decimal::ZERO) += number(row, column);
    }
    sums
}

#[tokio::test(flavor = "multi_thread")]
async fn hours_add_up_to_the_days_of_every_group() {
    let site = Site::new().await;
    let columns = [
        ("kwh", "value", Decimal::ZERO),
        ("water", "value", Decimal::ZERO),
        ("co2e", "value", Decimal::ZERO),
        ("op_lb", "value", Decimal::ZERO),
        ("embodied", "value", Decimal::ZERO),
        ("requests", "value", Decimal::ZERO),
        ("grid", "numerator", Decimal::ZERO),
        ("grid", "denominator", Decimal::ZERO),
        ("intensity", "numerator", Decimal::ZERO),
        ("intensity", "denominator", Decimal::ZERO),
        // Seconds are rounded once a part: to a nanohour, and to a millisecond.
        ("hours", "value", Decimal::new(1, 6)),
        ("idle", "numerator", Decimal::new(1, 1)),
        ("idle", "denominator", Decimal::new(1, 1)),
    ];
    for (metric, column, rounding) in columns {
        let query = format!("{ALL}&metric={metric}&group=team&second=kind");
        let (days, hours) = (rows(&site, &query).await, rows(&site, &format!("{query}&gran=hour")).await);
        assert!(hours.len() > 3 * days.len(), "{metric}: {} hours of {} days", hours.len(), days.len());
        let (of_days, of_hours) = (by_day(&days, column), by_day(&hours, column));
        let keys = |sums: &BTreeMap<[String; 3], Decimal>| sums.keys().cloned().collect::<Vec<_>>();
        assert_eq!(keys(&of_days), keys(&of_hours), "the groups of {metric}");
        for (key, day) in &of_days {
            let difference = (day - of_hours[key]).abs();
            assert!(difference <= rounding, "{column} of {metric} on {key:?}: {day} and {}", of_hours[key]);
        }
        assert!(of_days.values().any(|sum| !sum.is_zero()), "{column} of {metric} is nothing on all days");
        for row in &hours {
            let [start, end] =
                ["bucket_start", "bucket_end"].map(|column| row[column].parse::<DateTime<Utc>>().unwrap());
            assert!(row["bucket_start"].ends_with(":00:00Z") && end - start == Duration::hours(1), "{row:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_hour_holds_what_ran_in_it() {
    let site = Site::new().await;
    let mut transaction = site.scope.begin(&site.test.database.web).await.unwrap();
    let expected: Vec<(DateTime<Utc>, Decimal)> = sqlx::query_as(
        "select hour, sum(facility_uwh) / 1000000000.0
        from footprint_hour
        where day between '2026-11-17' and '2026-11-23'
        group by hour
        having sum(facility_uwh) > 0
        order by hour",
    )
    .fetch_all(&mut *transaction)
    .await
    .unwrap();
    assert!(expected.len() > 100, "{expected:?}");
    let found: Vec<(DateTime<Utc>, Decimal)> = rows(&site, &format!("{ALL}&metric=kwh&group=none&gran=hour"))
        .await
        .iter()
        .map(|row| (row["bucket_start"].parse().unwrap(), number(row, "value")))
        .filter(|(_, energy)| !energy.is_zero())
        .collect();
    assert_eq!(found, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn hours_stand_beside_those_of_the_days_compared_with() {
    let site = Site::new().await;
    let query = |days: &str| format!("{days}&metric=kwh&group=none&gran=hour");
    let before: BTreeMap<DateTime<Utc>, f64> = rows(&site, &query("from=2026-11-15&to=2026-11-18"))
        .await
        .iter()
        .map(|row| (row["bucket_start"].parse().unwrap(), row["value"].parse().unwrap()))
        .collect();
    let page = site.page(&format!("/trends?{}&cmp=prev", query("from=2026-11-19&to=2026-11-22"))).await;
    let mut compared = 0;
    for row in page.select(&selector("#trend tbody tr")) {
        let moment = row.select(&selector("time")).next().unwrap().attr("datetime").unwrap();
        let at: DateTime<Utc> = moment.parse().unwrap();
        let value = row.child_elements().last().and_then(datum);
        assert_eq!(value, before.get(&(at - Duration::days(4))).copied(), "{moment}");
        compared += usize::from(value.is_some());
    }
    assert!(compared > 50 && compared == before.len(), "{compared} of {}", before.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_known_by_the_hour_is_shown_by_the_day_and_says_so() {
    let site = Site::new().await;
    let text = async |query: &str| site.get(&format!("/trends?{query}&gran=hour")).await.1;
    let cost = text(&format!("{ALL}&metric=cost")).await;
    assert!(cost.contains("Cost is not known by the hour; it is shown by day.") && cost.contains("Wed 18 Nov"));
    let long = text("from=2026-11-07&to=2026-11-22&metric=kwh").await;
    assert!(long.contains("This period has too many hours to be seen; it is shown by day."));
    let energy = text(&format!("{ALL}&metric=kwh")).await;
    assert!(energy.contains("Wed 18 Nov, 13:00–14:00 UTC") && !energy.contains("shown by day"));
    // A day's hours lead nowhere but to themselves; those of several lead to their day, by the hour still.
    assert!(energy.contains("/trends?from=2026-11-18&amp;to=2026-11-18&amp;metric=kwh&amp;gran=hour"));
    let (status, svg) = site.get(&format!("/trends.svg?{ALL}&metric=kwh&gran=hour")).await;
    assert!(status == 200 && svg.contains("18 Nov") && svg.contains("19 Nov"), "{svg}");

    // Configurations are nobody's team's, so on these days stands what is written on them and nothing else.
    let remarks = async || -> String {
        let page = site.page(&format!("/trends?{ALL}&metric=kwh&team=vision&gran=hour")).await;
        page.select(&selector("section[aria-labelledby=choices] p")).flat_map(|remark| remark.text()).collect()
    };
    assert_eq!(remarks().await, "");
    let note = [("address", "/trends"), ("day", "2026-11-20"), ("text", "Moved the sweep"), ("by", "Ada")];
    assert_eq!(site.post("/trends/notes", &note).await.0, 303);
    assert_eq!(remarks().await, "Notes and events stand at the first hour of their day.");
}

#[tokio::test(flavor = "multi_thread")]
async fn hours_of_today_are_known_as_far_as_they_were_read() {
    // Reading ends before noon of the 23rd.
    let site = with_a_lone_run().await;
    let query = "from=2026-11-20&to=2026-11-23&team=alone&metric=kwh&gran=hour&cmp=none&chart=bars";
    let hours = told(&site.page(&format!("/trends?{query}")).await, "trend", 3);
    assert_eq!(hours.len(), 96);
    let of = |hour: &str| {
        let (head, value) = hours.iter().find(|(head, _)| head.starts_with(hour)).unwrap();
        (head.split_once("UTC").unwrap().1.trim().to_owned(), *value)
    };
    let read = (String::new(), Some(0.0));
    let unread = ("(not all read)".to_owned(), None);
    assert_eq!(of("Fri 20 Nov, 11:00"), unread, "before reading began");
    assert_eq!(of("Fri 20 Nov, 12:00"), read, "the first hour that was read");
    assert_eq!(of("Sun 22 Nov, 05:00"), read);
    assert!(of("Sun 22 Nov, 06:00").1.is_some_and(|energy| energy > 0.0), "{hours:?}");
    assert_eq!(of("Mon 23 Nov, 08:00"), read, "closed and read, though the day is not over");
    for open in ["Mon 23 Nov, 12:00", "Mon 23 Nov, 23:00"] {
        assert_eq!(of(open), ("(not over)".to_owned(), None));
    }
    let days = told(&site.page(&format!("/trends?{query}&gran=day")).await, "trend", 3);
    assert!(days.iter().any(|(head, value)| head.starts_with("Mon 23 Nov") && value.is_none()), "{days:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_hours_of_the_week_add_up_to_the_period() {
    let site = Site::new().await;
    for metric in ["kwh", "water", "co2e", "op_lb", "embodied"] {
        let page = site.page(&format!("/trends?{ALL}&metric={metric}&chart=week")).await;
        let cells: Vec<f64> = page.select(&selector("figure .twin tbody td")).filter_map(datum).collect();
        assert!(cells.len() > 100, "only {} hours of the week have data", cells.len());
        let total = value(&page, "section[aria-labelledby=groups] tfoot td data").unwrap();
        let sum: f64 = cells.iter().sum();
        assert!((sum - total).abs() <= total * 1e-12, "{metric}: {sum} {total}");
    }
}

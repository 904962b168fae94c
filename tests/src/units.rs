//! What work is counted in: a unit's figures are sums over sums for any filter, and what is not known is said.

use std::collections::BTreeMap;

use aws_simulator::Fleet;
use aws_simulator::fleet::Job;
use chrono::Duration;
use scraper::{ElementRef, Html, Selector};
use sqlx::{AssertSqlSafe, Executor as _, Row as _};

use crate::site::{Site, now};

const ACCOUNT: &str = "111122223333";
const REGION: &str = "us-east-1";
/// The days that are over.
const OVER: &str = "from=2026-11-17&to=2026-11-22";
const TRAIL: &str =
    "select string_agg(actor || ' ' || action || ' ' || subject, ', ' order by action, subject) from audit_event
    where action like 'unit of work%'";

/// The small fleet, and three nights of a pipeline that registers a model; the second night fails.
async fn site() -> Site {
    let mut fleet = Fleet::small(now(), 3);
    let jobs = &mut fleet.accounts[0].regions[0].jobs;
    for night in 0..3 {
        let at = now() - Duration::hours(20 + 24 * (2 - night).min(1)) + Duration::minutes(night * 90);
        let job = Job::new(ACCOUNT, REGION, &format!("rank-2026-11-2{night}"), at)
            .on("ml.g4dn.xlarge", 1)
            .tagged(&[("team", "ranking"), ("environment", "prod"), ("registers", "ranker-v7")])
            .loaded(0.4, 0.8)
            .ran(60, 1_200 + 300 * night);
        jobs.push(if night == 1 { job.failed("AlgorithmError: NaN") } else { job });
    }
    Site::of(fleet, now() - Duration::days(4)).await
}

fn words(element: &ElementRef<'_>) -> String {
    element.text().collect::<Vec<_>>().join(" ").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The row of a unit: what was done, grams, dollars, watt-hours and hours a unit; `None` where the page does not know.
async fn row(site: &Site, unit: &str, query: &str) -> [Option<f64>; 5] {
    let page = site.page(&format!("/settings/units?{query}")).await;
    let cells = Selector::parse(&format!("tr[id='{unit}'] td")).unwrap();
    let data = Selector::parse("data").unwrap();
    let values: Vec<Option<f64>> = page
        .select(&cells)
        .take(5)
        .map(|cell| cell.select(&data).next().map(|data| data.attr("value").unwrap().parse().unwrap()))
        .collect();
    values.try_into().unwrap_or_else(|_| panic!("{unit} is not on the page of {query}"))
}

/// Adds a unit over HTTP.
async fn add(site: &Site, fields: &[(&str, &str)]) {
    let fields: Vec<(&str, &str)> = fields.iter().copied().chain([("by", "Ada")]).collect();
    let (status, to, text) = site.post("/settings/units", &fields).await;
    assert_eq!((status, to.as_str()), (303, "/settings/units"), "{text}");
}

/// What the ledger holds of a kind under a condition, by statements that are not the product's: work, grams, dollars,
/// kilowatt-hours and hours.
async fn expected(site: &Site, unit: &str, condition: &str) -> [f64; 5] {
    let (kind, work, also) = match unit {
        "inferences-1" => {
            ("{endpoint}", "sum(l.requests) / 1000", "and (l.requests is not null or l.idle_seconds > 0)")
        }
        "training_runs-1" => (
            "{training}",
            "count(distinct l.resource_id) filter (
                where r.status = 'Completed'
                  and l.day = (r.ended_at at time zone 'UTC')::date
            )::float8",
            "",
        ),
        other => panic!("{other}"),
    };
    let statement = format!(
        "select
            coalesce({work}, 0)::float8 as work,
            coalesce(sum(operational_ug + embodied_host_ug + embodied_accelerator_ug), 0)::float8 / 1e6 as grams,
            coalesce(sum(cost_list), 0)::float8 as usd,
            coalesce(sum(facility_uwh), 0)::float8 / 1e9 as kwh,
            coalesce(sum(instance_seconds), 0)::float8 / 3600 as hours
        from ledger_day l
        join estimate e on e.estimate_id = l.estimate_id and e.is_active
        join resource r on r.account_id = l.account_id and r.resource_id = l.resource_id
        where l.kind = any ('{kind}') and l.day < '2026-11-23' {also} and {condition}"
    );
    let mut transaction = site.scope.begin(&site.test.database.web).await.unwrap();
    let row = sqlx::query(AssertSqlSafe(statement)).fetch_one(&mut *transaction).await.unwrap();
    ["work", "grams", "usd", "kwh", "hours"].map(|name| row.get(name))
}

fn close(shown: f64, exact: f64, what: &str) {
    assert!((shown - exact).abs() <= exact.abs() * 1e-9, "{what}: {shown} {exact}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unit_is_the_sum_of_what_it_took_over_the_sum_of_work_for_any_filter() {
    let site = site().await;
    add(&site, &[("of", "training_runs")]).await;
    let filters = [
        ("", "true"),
        ("&team=vision", "l.team = 'vision'"),
        ("&team=nlp", "l.team = 'nlp'"),
        ("&team=ranking", "l.team = 'ranking'"),
        ("&team=(none)", "l.team = ''"),
        ("&team=!vision", "l.team <> 'vision'"),
        (
            "&framework=PyTorch",
            "l.resource_id in (select resource_id from resource_framework where framework = 'PyTorch')",
        ),
        (
            "&framework=!PyTorch",
            "l.resource_id in (select resource_id from resource_framework where framework <> 'PyTorch')",
        ),
        ("&region=eu-west-1", "false"),
        ("&account=111122223333&team=vision&team=nlp", "l.team in ('vision', 'nlp')"),
    ];
    let days = [(OVER, "l.day >= '2026-11-17'"), ("from=2026-11-21&to=2026-11-21", "l.day = '2026-11-21'")];
    let mut known = BTreeMap::new();
    for unit in ["inferences-1", "training_runs-1"] {
        let mut parts = [0.0; 2];
        let mut whole = [0.0; 2];
        for (period, of_days) in days {
            for (query, condition) in filters {
                let what = format!("{unit} of {period}{query}");
                let [work, grams, usd, watt_hours, hours] = row(&site, unit, &format!("{period}{query}")).await;
                let [done, all_grams, all_usd, kwh, all_hours] =
                    expected(&site, unit, &format!("{of_days} and {condition}")).await;
                if done == 0.0 {
                    assert!([grams, usd, watt_hours, hours] == [None; 4], "{what} is divided by nothing");
                    continue;
                }
                close(work.unwrap(), done, &what);
                close(grams.unwrap(), all_grams / done, &format!("grams of {what}"));
                close(usd.unwrap(), all_usd / done, &format!("dollars of {what}"));
                close(watt_hours.unwrap(), 1_000.0 * kwh / done, &format!("watt-hours of {what}"));
                close(hours.unwrap(), all_hours / done, &format!("hours of {what}"));
                *known.entry(unit).or_insert(0) += 1;
                let sums = [work.unwrap(), grams.unwrap() * work.unwrap()];
                let is_team =
                    period == OVER && matches!(query, "&team=vision" | "&team=nlp" | "&team=ranking" | "&team=(none)");
                for place in 0..2 {
                    if is_team {
                        parts[place] += sums[place];
                    }
                    if period == OVER && query.is_empty() {
                        whole[place] = sums[place];
                    }
                }
            }
        }
        // A team that did nothing has no intensity, and what it took is in the whole.
        close(parts[0], whole[0], &format!("the work of {unit} over all teams"));
        assert!(parts[1] <= whole[1] * (1.0 + 1e-9) && parts[1] > whole[1] * 0.5, "{unit}: {parts:?} of {whole:?}");
    }
    assert!(known.values().all(|count| *count >= 8), "{known:?}");

    // The endpoint's own page and the overview's card say the same of the same.
    let [_, grams, ..] = row(&site, "inferences-1", &format!("{OVER}&team=vision")).await;
    let (_, overview) = site.get(&format!("/?{OVER}&team=vision")).await;
    assert!(overview.contains("Counted in 2 units: 1 000 inferences, completed training run"), "{overview}");
    let (status, _, text) = site.post("/settings/units/end", &[("unit", "training_runs-1"), ("by", "Grace")]).await;
    assert_eq!(status, 303, "{text}");
    let page = site.page(&format!("/?{OVER}&team=vision&metric=intensity")).await;
    close(card(&page, "Carbon intensity of work").unwrap(), grams.unwrap(), "the card of the overview");
    let figure = Selector::parse("figure#intensity-by-day").unwrap();
    assert!(page.select(&figure).next().is_some_and(|figure| words(&figure).contains("overall")));
}

fn card(page: &Html, label: &str) -> Option<f64> {
    let (cards, data) = (Selector::parse(".card").unwrap(), Selector::parse("data").unwrap());
    let card = page.select(&cards).find(|card| words(card).starts_with(label)).expect("the card is there");
    card.select(&data).next().map(|data| data.attr("value").unwrap().parse().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unit_is_seen_kept_measured_and_ended() {
    let site = site().await;
    // A preview keeps nothing, and shows who would be counted otherwise.
    let asked = format!("{OVER}&of=executions&names=rank-*");
    let (status, text) = site.get(&format!("/settings/units?{asked}")).await;
    assert!(status == 200 && text.contains("What it would show") && text.contains("succeeded execution"), "{text}");
    assert_eq!(
        site.test.scalar_text(&site.scope, "select count(*)::text from work_unit where origin = 'demo'").await,
        "1"
    );

    for (wrong, sentence) in [
        (vec![("of", "luck"), ("by", "Ada")], "Choose what is counted."),
        (vec![("of", "inferences"), ("per", "0"), ("label", "x"), ("by", "Ada")], "a number above 0"),
        (vec![("of", "inferences"), ("per", "5000"), ("by", "Ada")], "Say what so much is called"),
        (vec![("of", "inferences"), ("within", "nobody"), ("by", "Ada")], "Choose one of the accounts"),
        (vec![("of", "inferences"), ("by", "Ada")], "counted in a unit already"),
        (vec![("of", "training_runs")], "Enter your name"),
    ] {
        let (status, _, page) = site.post("/settings/units", &wrong).await;
        assert!(status == 422 && page.contains(sentence), "{sentence}: {status} {page}");
    }

    add(&site, &[("of", "training_runs")]).await;
    add(&site, &[("of", "executions"), ("names", "rank-*")]).await;
    let [executions, grams, ..] = row(&site, "executions-1", OVER).await;
    assert_eq!(executions, Some(2.0), "three nights, one of which failed");
    let whole = of_names(&site, "rank-%").await;
    close(grams.unwrap(), whole / 2.0, "what failed weighs on what succeeded");
    let [runs, ..] = row(&site, "training_runs-1", OVER).await;
    let others = "select count(*)::text from resource where kind = 'training' and status = 'Completed' and name not like 'rank-%'";
    assert_eq!(runs.unwrap().to_string(), site.test.scalar_text(&site.scope, others).await, "each job has one unit");

    // A model that two executions registered and somebody approved was accepted in each of them.
    add(&site, &[("of", "model_versions"), ("whose", "ranking"), ("label", "ranker")]).await;
    let [versions, grams, ..] = row(&site, "model_versions-1", OVER).await;
    assert_eq!(versions, Some(3.0), "each execution names it, the failed one too");
    close(grams.unwrap(), whole / 3.0, "what a version took");
    let [executions, grams, ..] = row(&site, "executions-1", OVER).await;
    assert!(executions.is_none() && grams.is_none(), "the newer unit is asked first");

    // Figures of a unit are key figures with targets.
    let (status, page) = site.get("/settings/kpis").await;
    assert!(
        status == 200
            && page.contains("Carbon intensity of work: ranker")
            && page.contains("Resource usage efficiency: 1 000 inferences")
    );
    let target = [("kpi", "carbon_of_work.inferences-1"), ("target", "2.5"), ("by", "Ada")];
    let (status, to, text) = site.post("/settings/kpis", &target).await;
    assert_eq!((status, to.as_str()), (303, "/settings/kpis#carbon_of_work.inferences-1"), "{text}");
    let page = site.page(&format!("/?{OVER}&team=nlp&framework=(none)")).await;
    assert!(card(&page, "Carbon intensity of work").is_none(), "nothing here is counted in a unit");
    let (status, _, _) = site.post("/settings/kpis", &[("kpi", "carbon_of_work.gone-1"), ("by", "Ada")]).await;
    assert_eq!(status, 422, "no such unit is in force");

    let end = [("unit", "model_versions-1"), ("by", "Grace")];
    let (status, _, text) = site.post("/settings/units/end", &end).await;
    assert_eq!(status, 303, "{text}");
    assert_eq!(site.post("/settings/units/end", &end).await.0, 409, "it is ended once");
    assert_eq!(
        site.test.scalar_text(&site.scope, TRAIL).await,
        "Ada unit of work added executions-1, Ada unit of work added model_versions-1, \
         Ada unit of work added training_runs-1, Grace unit of work ended model_versions-1"
    );
}

async fn of_names(site: &Site, like: &str) -> f64 {
    let statement = format!(
        "select sum(operational_ug + embodied_host_ug + embodied_accelerator_ug)::float8 / 1e6 as grams
        from ledger_day l
        join estimate e on e.estimate_id = l.estimate_id and e.is_active
        join resource r using (account_id, resource_id)
        where r.name like '{like}'"
    );
    let mut transaction = site.scope.begin(&site.test.database.web).await.unwrap();
    sqlx::query(AssertSqlSafe(statement)).fetch_one(&mut *transaction).await.unwrap().get("grams")
}

#[tokio::test(flavor = "multi_thread")]
async fn days_that_were_not_read_whole_are_left_out_with_their_work() {
    let site = site().await;
    let day = |day: &str| format!("from={day}&to={day}");
    let [before, grams, ..] = row(&site, "inferences-1", "from=2026-11-21&to=2026-11-22").await;
    let [one, one_grams, ..] = row(&site, "inferences-1", &day("2026-11-21")).await;
    assert!(before > one && one > Some(0.0) && grams != one_grams);
    // One window of the second day was never read.
    let mut transaction = site.scope.begin(&site.test.database.ingest).await.unwrap();
    let touched = transaction
        .execute(
            "update window_ledger set state = 'pending', completed_at = null
             where source = 'metrics' and window_start <= '2026-11-22T10:00Z' and window_end > '2026-11-22T10:00Z'",
        )
        .await
        .unwrap();
    transaction.commit().await.unwrap();
    assert!(touched.rows_affected() > 0);
    let [now, grams, ..] = row(&site, "inferences-1", "from=2026-11-21&to=2026-11-22").await;
    assert_eq!((now, grams), (one, one_grams), "the day is left out, with what it took");
    let (_, text) = site.get("/settings/units?from=2026-11-21&to=2026-11-22").await;
    assert!(text.contains("of the emissions are left out with the work"), "{text}");
    let alone = row(&site, "inferences-1", &day("2026-11-22")).await;
    assert_eq!(alone, [None; 5], "nothing is known, which is no zero");
    // Today is not over.
    assert_eq!(row(&site, "inferences-1", &day("2026-11-23")).await, [None; 5]);
    // Before there was anything, the unit says so.
    let (_, text) = site.get("/settings/units?from=2026-01-05&to=2026-01-11").await;
    assert!(text.contains("nothing that it counts ran in this period") && !text.contains("NaN"), "{text}");
}

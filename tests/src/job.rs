//! One job: its phases, what it was made of, how it was guarded, how busy its hosts were; and the ways around it.

use std::str::FromStr as _;

use aws_simulator::fleet::{HYPERPARAMETER_SECRET, Job};
use chrono::Duration;
use rust_decimal::Decimal;
use scraper::Html;

use crate::jobs::{Row, data, ids, number, row, rows, select, site, words};
use crate::site::{ALL, Site, attributes, links, now};

async fn page_of(site: &Site, name: &str) -> Html {
    let id = ids(site).await.remove(name).unwrap_or_else(|| panic!("no job {name}"));
    site.page(&format!("/jobs/{id}?{ALL}")).await
}

/// The cells of a table, row by row.
fn cells(page: &Html, table: &str) -> Vec<Vec<String>> {
    let rows = select(page, &format!("[aria-label=\"{table}, table\"] tbody tr"));
    rows.iter().map(|row| row.child_elements().map(|cell| words(&cell)).collect()).collect()
}

fn panel(page: &Html, id: &str) -> String {
    words(&select(page, &format!("section[aria-labelledby=\"{id}\"]"))[0])
}

fn guard(page: &Html, name: &str) -> String {
    words(&row(page, "Guards of the job", name))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_training_job_shows_what_it_went_through_and_others_say_why_not() {
    let (site, fleet) = site().await;
    let own = |name: &str| fleet.accounts[0].regions[0].jobs.iter().find(|job| job.name == name).unwrap();
    let told = |job: &Job| job.transitions.iter().map(|phase| phase.status.clone()).collect::<Vec<_>>();
    let page = page_of(&site, "spot").await;
    let shown: Vec<String> = cells(&page, "Phases").into_iter().map(|row| row[0].clone()).collect();
    assert_eq!(shown, told(own("spot")));
    assert!(shown.iter().any(|phase| phase == "Interrupted"), "{shown:?}");
    // The time on instances is that between AWS' start and end, without the gap until there was capacity again.
    let spot = own("spot");
    let seconds = |of: &dyn Fn(&str) -> bool| -> i64 {
        let own = spot.transitions.iter().filter(|phase| of(&phase.status) && Some(phase.start) >= spot.started);
        own.map(|phase| (phase.end.unwrap() - phase.start).num_seconds()).sum()
    };
    let gone = seconds(&|phase| matches!(phase, "Interrupted" | "Starting"));
    let (held, trained) = (6_000 - gone, seconds(&|phase| phase == "Training"));
    let text = panel(&page, "phases");
    let rest = 100.0 * (held - trained) as f64 / held as f64;
    let expected = format!("held its instances for {:.2} h; {rest:.2} %", held as f64 / 3_600.0);
    assert!(gone == 600 && text.contains(&expected), "{text}, not {expected}");
    assert_eq!(select(&page, "svg.phases rect").len(), told(spot).len() - 1, "a final state is a moment");

    // What is read again is the same, once.
    let before = site.get(&format!("/jobs/{}?{ALL}", ids(&site).await["spot"])).await.1;
    site.read_again(now() - Duration::days(3)).await;
    let phases = "select jsonb_array_length(attributes #> '{training,phases}')::text from resource where name = 'spot'";
    assert_eq!(site.test.scalar_text(&site.scope, phases).await, told(spot).len().to_string());
    let again = Html::parse_document(&site.get(&format!("/jobs/{}?{ALL}", ids(&site).await["spot"])).await.1);
    assert_eq!(cells(&again, "Phases"), cells(&Html::parse_document(&before), "Phases"));

    for (name, reason) in [
        ("prepare-tickets", "of training jobs only"),
        ("failed-before-start", "How long it held its instances is not known"),
    ] {
        let (status, page) = match ids(&site).await.get(name) {
            Some(id) => site.get(&format!("/jobs/{id}?{ALL}")).await,
            // What never ran has no usage in any period and is in no list.
            None => continue,
        };
        assert!(status == 200 && page.contains(reason), "{name}: {page}");
    }
    // What runs has a phase without an end, and its page looks for news without a script.
    let running = page_of(&site, "running").await;
    let last = cells(&running, "Phases").pop().unwrap();
    assert_eq!((last[0].as_str(), last[2].as_str()), ("Training", "lasts"));
    let refreshes = |page: &Html| page.html().matches("http-equiv=\"refresh\"").count();
    assert_eq!((refreshes(&running), refreshes(&page)), (1, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn inputs_guards_and_hosts_are_told_and_every_section_can_be_reached() {
    let (site, _) = site().await;
    let page = page_of(&site, "rank-sweep-2").await;
    let inputs = panel(&page, "inputs");
    for expected in [
        "pytorch-training:2.7-gpu-py312",
        "its tag may have stood for another image",
        "PyTorch (AWS container)",
        "s3://datasets-111122223333/rank-sweep/",
        "role/service-role/SageMakerJobs",
        "100 GB an instance",
        "Same inputs and configuration as 8 other jobs",
    ] {
        assert!(inputs.contains(expected), "{expected}: {inputs}");
    }
    let twins = select(&page, "section[aria-labelledby=inputs] a.name");
    assert!(twins.len() == 5 && twins.iter().all(|twin| words(twin).starts_with("rank-sweep-")), "the newest five");
    assert!(!page.html().contains(HYPERPARAMETER_SECRET));
    assert!(guard(&page, "Early stopping").contains("Available It is off in its tuning job"));
    assert!(guard(&page, "Warm pool").contains("Available The next run of its family came within an hour"));
    let ranges = panel(&page_of(&site, "plain-cpu").await, "inputs");
    assert!(ranges.contains("No other job had the same inputs"), "{ranges}");

    let spot = page_of(&site, "spot").await;
    assert!(guard(&spot, "Spot").contains("Used 69.0 % of its time was not billed"), "{}", guard(&spot, "Spot"));
    assert!(guard(&spot, "Warm pool").contains("Not applicable"));
    assert!(guard(&spot, "Longest run time").contains("AWS stops it after 120 h; it took 1.67 h"));
    let plain = page_of(&site, "plain-gpu").await;
    for (name, said) in [
        ("Spot", "Available"),
        ("Checkpoints", "Available It ran for an hour or longer"),
        ("Early stopping", "Not applicable"),
        ("Debugger", "Used LossNotDecreasing: no issues found"),
        ("Profiler", "Available"),
    ] {
        assert!(guard(&plain, name).contains(said), "{name}: {}", guard(&plain, name));
    }
    let kept = page_of(&site, "kept-warm").await;
    assert!(guard(&kept, "Warm pool").contains("Used") && guard(&kept, "Spot").contains("exclude each other"));

    // A job within an hour is a line and no lone point, and of two hosts each is drawn.
    let short = page_of(&site, "failed-out-of-memory").await;
    assert!(cells(&short, "Over the run").len() >= 4, "{:?}", cells(&short, "Over the run"));
    assert!(panel(&short, "utilisation").contains("Memory"));
    let two = page_of(&site, "two-hosts").await;
    assert_eq!(select(&two, "ul.multiples > li svg.chart").len(), 2);
    let drawn = cells(&two, "Host by host");
    assert!(drawn.iter().any(|row| row[0] == "algo-1") && drawn.iter().any(|row| row[0] == "algo-2"), "{drawn:?}");
    let hosts = select(&two, "[aria-label=\"Utilisation by host, table\"] tbody tr");
    for host in &hosts {
        let [min, mean, p50, p95, max]: [f64; 5] = data(host)[..5].try_into().unwrap();
        assert!(min <= mean && mean <= max && min <= p50 && p50 <= p95 && p95 <= max, "{}", words(host));
    }

    for page in [&page, &spot, &two] {
        let targets = attributes(page, "nav.sections a", "href");
        assert!(targets.len() >= 7, "{targets:?}");
        for target in targets {
            assert_eq!(select(page, &target).len(), 1, "{target} leads nowhere");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn families_are_sorted_and_written_as_they_are_shown() {
    let (site, _) = site().await;
    let (status, text) = site.get(&format!("/jobs.csv?{ALL}&group=family&sort=-runs")).await;
    assert_eq!(status, 200, "{text}");
    let families: Vec<Row> =
        csv::Reader::from_reader(text.as_bytes()).into_deserialize::<Row>().map(Result::unwrap).collect();
    let runs: Vec<f64> = families.iter().map(|row| number(row, "jobs")).collect();
    assert!(runs.is_sorted_by(|a, b| a >= b) && runs[0] == 9.0, "{runs:?}");
    let jobs = rows(&site, "").await;
    let exact = |rows: &[Row], column: &str| -> Decimal {
        rows.iter().filter(|row| !row[column].is_empty()).map(|row| Decimal::from_str(&row[column]).unwrap()).sum()
    };
    for column in ["energy_kwh", "op_location_g", "embodied_g", "cost_list"] {
        assert_eq!(exact(&families, column), exact(&jobs, column), "{column}");
    }
    assert_eq!(runs.iter().sum::<f64>(), jobs.len() as f64);

    let page = site.page(&format!("/jobs?{ALL}&group=family&sort=-runs&per=100")).await;
    let listed: Vec<String> = cells(&page, "Job families").into_iter().map(|row| row[0].clone()).collect();
    assert_eq!(listed.len(), families.len());
    assert!(listed.iter().zip(&families).all(|(shown, row)| shown.starts_with(&row["family"])), "{listed:?}");
    assert_eq!(attributes(&page, "th[aria-sort]", "aria-sort"), ["descending"]);
    assert!(words(&select(&page, "th[aria-sort]")[0]).starts_with("Runs"));
    assert!(links(&page).iter().any(|link| link.starts_with("/jobs.csv?") && link.contains("group=family")));
    for sort in ["name", "-cost", "co2e", "-kwh", "-run-co2e", "-failed", "-median-cost", "-median-duration", "started"]
    {
        let page = site.page(&format!("/jobs?{ALL}&group=family&sort={sort}")).await;
        assert_eq!(select(&page, "th[aria-sort]").len(), 1, "{sort}");
        assert!(!words(&page.root_element()).contains("mean nothing here"), "{sort}");
    }

    // Billed time is a column of the jobs, and an order.
    let page = site.page(&format!("/jobs?{ALL}&sort=-billable&per=100")).await;
    let billed: Vec<f64> = select(&page, "[aria-label=\"Jobs, table\"] tbody tr")
        .iter()
        .filter_map(|row| data(&row.child_elements().nth(9).unwrap()).first().copied())
        .collect();
    assert!(billed.len() > 10 && billed.is_sorted_by(|a, b| a >= b), "{billed:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn tuning_jobs_obey_the_filter_and_every_way_keeps_it() {
    let (site, _) = site().await;
    let names = |page: &Html| {
        cells(page, "Tuning jobs").iter().map(|row| row[0].split(' ').next().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let list = |query: &'static str| {
        let site = &site;
        async move { site.page(&format!("/jobs/tuning?{ALL}{query}")).await }
    };
    let all = list("").await;
    assert_eq!(names(&all), ["rank-sweep"]);
    for (query, is_there) in [
        ("&team=ranking", true),
        ("&team=vision", false),
        ("&team=!ranking", false),
        ("&region=us-east-1", true),
        ("&region=!us-east-1", false),
        ("&account=111122223333", true),
        ("&account=!111122223333", false),
        ("&family=g4dn", true),
        ("&framework=PyTorch&kind=training&phase=train", true),
        ("&q=SWEEP", true),
        ("&q=nothing-like-it", false),
    ] {
        let page = site.page(&format!("/jobs/tuning?{ALL}{query}")).await;
        let text = words(&page.root_element());
        assert_eq!(!names(&page).is_empty(), is_there, "{query}");
        assert_eq!(text.contains("No tuning jobs match these filters"), !is_there, "{query}: {text}");
        assert!(is_there || text.contains("Without them there is 1."), "{query}: {text}");
    }
    let before = site.page("/jobs/tuning?from=2026-11-01&to=2026-11-07").await;
    assert!(words(&before.root_element()).contains("No tuning jobs in this period"));

    // From the list to the search, on to a trial and to a comparison, and back again.
    let kept = "team=ranking";
    let page = list("&team=ranking").await;
    let href = links(&page).into_iter().find(|link| link.starts_with("/jobs/tuning/rank-sweep.")).unwrap();
    assert!(href.contains(kept), "{href}");
    let search = site.page(&href).await;
    for start in ["/jobs/tuning?", "/jobs?", "/endpoints?", "/jobs/rank-sweep-1."] {
        let ways: Vec<String> = links(&search).into_iter().filter(|link| link.starts_with(start)).collect();
        assert!(!ways.is_empty() && ways.iter().all(|way| way.contains(kept)), "{start}: {ways:?}");
    }
    assert!(words(&search.root_element()).contains("do not narrow it"), "what is set and not obeyed is said");
    assert!(!words(&site.page(href.split('?').next().unwrap()).await.root_element()).contains("do not narrow it"));
    let form = site.page(&format!("/jobs?{ALL}&{kept}")).await;
    assert_eq!(attributes(&form, "form#compare input[name=team]", "value"), ["ranking"]);
    let ids: Vec<String> = attributes(&form, "input[name=id]", "value").into_iter().take(3).collect();
    let chosen: Vec<String> = ids.iter().map(|id| format!("id={id}")).collect();
    let compared = site.page(&format!("/jobs/compare?{}&{ALL}&{kept}", chosen.join("&"))).await;
    for start in ["/jobs?", "/jobs/compare?", "/overview", "/trends?"] {
        let ways: Vec<String> = links(&compared).into_iter().filter(|link| link.starts_with(start)).collect();
        assert!(ways.iter().all(|way| way.contains(kept)), "{start}: {ways:?}");
        assert!(start == "/overview" || !ways.is_empty(), "{start}");
    }

    // The best so far never falls, and ends at what the best trial reached.
    let steps: Vec<(Option<f64>, Option<f64>)> =
        cells(&search, "Best so far").iter().map(|row| (row[3].parse().ok(), row[4].parse().ok())).collect();
    assert_eq!(steps.len(), 9, "{steps:?}");
    let began: Vec<String> = cells(&search, "Best so far").into_iter().map(|row| row[1].clone()).collect();
    let in_order: Vec<String> = (1..=9).map(|number| format!("rank-sweep-{number}")).collect();
    assert_eq!(began, in_order);
    let mut best = f64::NEG_INFINITY;
    for (value, so_far) in &steps {
        best = best.max(value.unwrap_or(best));
        assert_eq!(so_far.unwrap_or(f64::NEG_INFINITY), best, "{steps:?}");
    }
    assert_eq!(select(&search, "#best-so-far svg.chart .stroke-front").len(), 1);
}

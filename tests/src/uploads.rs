//! Files from the browser: what CodeCarbon measured, how busy machines were, and tags out of bills.

use std::collections::BTreeMap;
use std::path::PathBuf;

use server::ingest::sent;
use server::ingest::tracked::Known;
use server::store::{AccountScope, Origin, account};

use crate::jobs::{select, words};
use crate::site::{Site, now};

type Row = BTreeMap<String, String>;

const NOVEMBER: &str = "from=2026-11-01&to=2026-11-30";

async fn rows(site: &Site, list: &str) -> BTreeMap<String, Row> {
    let (status, text) = site.get(&format!("/{list}.csv?{NOVEMBER}")).await;
    assert_eq!(status, 200, "{text}");
    let rows = csv::Reader::from_reader(text.as_bytes()).into_deserialize::<Row>().map(Result::unwrap);
    rows.map(|row| (row["name"].clone(), row)).collect()
}

fn number(row: &Row, column: &str) -> f64 {
    row[column].parse().unwrap_or_else(|_| panic!("{column} of {row:?}"))
}

async fn send(site: &Site, name: &str, text: &str) -> (u16, String, String) {
    let sent = site.send_file("/imports/files", "files", name, text).await;
    site.bring_up_to_date().await;
    sent
}

/// The accounts that files alone tell of.
async fn uploads(site: &Site) -> AccountScope {
    let scopes = account::scopes(&site.test.database.web).await.unwrap();
    scopes.into_iter().find(|scope| scope.origin() == Origin::Upload).unwrap()
}

/// Two runs at AWS on a machine that its parts tell, the first of them flushed once on its way.
const EMISSIONS: &str = "\
timestamp,project_name,run_id,experiment_id,duration,emissions,cpu_power,gpu_power,ram_power,cpu_energy,gpu_energy,\
ram_energy,energy_consumed,country_name,region,cloud_provider,cloud_region,cpu_count,cpu_model,gpu_count,gpu_model,\
ram_total_size,tracking_mode,cpu_utilization_percent,gpu_utilization_percent
2026-11-19T11:00:00,defects,5f3c2a1b-aaaa,e,3600,0.1,42,200,5,0.04,0.2,0.005,0.245,USA,virginia,aws,us-east-1,8,Xeon,1,1 x Tesla V100-SXM2-16GB,58.9,machine,10,70
2026-11-19T12:00:00,defects,5f3c2a1b-aaaa,e,7200,0.2,42,200,5,0.08,0.5,0.01,0.59,USA,virginia,aws,us-east-1,8,Xeon,1,1 x Tesla V100-SXM2-16GB,58.9,machine,10,70
2026-11-20T12:00:00,defects,77aa00bb-bbbb,e,1800,0.2,42,200,5,0.02,0.1,0.003,0.123,USA,virginia,aws,us-east-1,8,Xeon,1,1 x Tesla V100-SXM2-16GB,58.9,machine,10,60
";

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_codecarbon_alone_gives_a_dashboard() {
    let site = Site::empty().await;
    let (status, to, page) = send(&site, "emissions.csv", EMISSIONS).await;
    assert_eq!((status, to.as_str()), (303, "/imports#sent"), "{page}");

    let jobs = rows(&site, "jobs").await;
    assert_eq!(jobs.keys().collect::<Vec<_>>(), ["defects-5f3c2a1b", "defects-77aa00bb"]);
    let job = &jobs["defects-5f3c2a1b"];
    assert_eq!((job["evidence_tier"].as_str(), job["region"].as_str()), ("T0", "us-east-1"), "{job:?}");
    assert!((number(job, "instance_hours") - 2.0).abs() < 1e-9, "the longest row is the run: {job:?}");
    // The card's half a kilowatt-hour is in it, with what its host and the data centre add.
    assert!((0.5..1.5).contains(&number(job, "energy_kwh")) && number(job, "op_location_g") > 100.0, "{job:?}");
    let scope = uploads(&site).await;
    let watts = "select string_agg(distinct accelerators_w::text, ' ' order by accelerators_w::text)
        from measured_hour where host_w is null";
    assert_eq!(site.test.scalar_text(&scope, watts).await, "200 250", "0.1 kWh in half an hour, 0.5 in two");
    let overview = site.get(&format!("/?{NOVEMBER}")).await.1;
    assert!(overview.contains("defects-5f3c2a1b"), "{overview}");
    let imports = site.get("/imports").await.1;
    assert!(imports.contains("codecarbon"), "{imports}");

    // The same file once more changes nothing.
    let facts = "select md5(string_agg(row::text, ';' order by row::text)) from (
        select (account_id, entity_id, hour, accelerators_w, host_w, read_at)::text as row from measured_hour
        union all select s::text from capacity_span s
        union all select l::text from told_load l
        union all select (resource_id, arn, name, started_at, ended_at, attributes)::text from resource) as facts";
    let before = site.test.scalar_text(&scope, facts).await;
    let status = site.send_file("/imports/files", "files", "emissions.csv", EMISSIONS).await.0;
    let due = site.test.scalar_text(&scope, "select count(*)::text from stale_day").await;
    assert_eq!((status, due.as_str()), (303, "0"), "no day is due again");
    assert_eq!(site.test.scalar_text(&scope, facts).await, before);
    assert_eq!(rows(&site, "jobs").await, jobs);

    // A tracker that went on: the run is longer, and still one.
    let longer = EMISSIONS.replace("T12:00:00,defects,77aa00bb-bbbb,e,1800", "T12:30:00,defects,77aa00bb-bbbb,e,3600");
    send(&site, "emissions.csv", &longer).await;
    let jobs = rows(&site, "jobs").await;
    assert!(jobs.len() == 2 && (number(&jobs["defects-77aa00bb"], "instance_hours") - 1.0).abs() < 1e-9, "{jobs:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_codecarbons_file_is_told_with_its_line() {
    let site = Site::empty().await;
    let second = EMISSIONS.lines().nth(2).unwrap();
    let worse = |from: &str, to: &str| EMISSIONS.replace(second, &second.replace(from, to));
    for (text, sentence) in [
        (worse("0.08,0.5", "0.08,much"), "emissions.csv: line 3: gpu_energy is &quot;much&quot;, not a number"),
        (worse("2026-11-19T12", "19.11.2026 12"), "line 3: timestamp is"),
        (
            worse("e,7200,", "e,-7200,").replace("e,3600,", "e,-7300,"),
            "line 3: run 5f3c2a1b-aaaa has no usable duration",
        ),
        (EMISSIONS.replace("aws,us-east-1", ","), "does not say in which AWS region run 5f3c2a1b-aaaa was"),
        (EMISSIONS.replace("aws,us-east-1", "aws,moon-1"), "no grid is known for region"),
        (EMISSIONS.replace("Tesla V100-SXM2-16GB", "RTX 3090"), "fill in Instance type beside the file"),
        (worse("2026-11-19T12", "2027-11-19T12"), "line 3: run 5f3c2a1b-aaaa ends after now"),
    ] {
        let (status, _, page) = send(&site, "emissions.csv", &text).await;
        let page = page.replace('"', "&quot;");
        assert!(status == 422 && page.contains(sentence), "{sentence}: {page}");
        assert!(page.contains("upload-files-error"), "the sentence stands at the field");
    }
    assert!(account::all(&site.test.database.web).await.unwrap().is_empty(), "nothing is kept of what was refused");

    // What the file does not tell is filled in beside it.
    let bare = EMISSIONS.replace("aws,us-east-1", ",").replace("Tesla V100-SXM2-16GB", "RTX 3090");
    let fields = [("region", "eu-west-1"), ("instance_type", "ml.g5.xlarge"), ("host", "measured")];
    let (status, _, page) = site.send_form("/imports/files", &fields, ("files", "emissions.csv", &bare)).await;
    assert_eq!(status, 303, "{page}");
    site.bring_up_to_date().await;
    let job = rows(&site, "jobs").await.remove("defects-5f3c2a1b").unwrap();
    assert_eq!(job["region"], "eu-west-1", "{job:?}");
    let hosts = "select round(max(host_w)::numeric, 6)::text from measured_hour";
    assert_eq!(site.test.scalar_text(&uploads(&site).await, hosts).await, "46.000000", "0.023 kWh in half an hour");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_named_after_a_job_is_a_measurement_of_it() {
    let site = Site::new().await;
    let (status, _, page) = send(&site, "emissions.csv", &EMISSIONS.replace("defects", "plain-gpu")).await;
    // The demo's accounts are shown, and the runs are of another day than the job: they are jobs of their own.
    assert_eq!(status, 303, "{page}");
    let own = site.test.scalar_text(&uploads(&site).await, "select count(*)::text from measured_hour").await;
    assert_ne!(own, "0");

    let site = Site::new().await;
    let of_job = "select (ended_at at time zone 'UTC')::text from resource where name = 'plain-gpu'";
    let ended = site.test.scalar_text(&site.scope, of_job).await.replace(' ', "T");
    let [head, line] = [0, 2].map(|place| EMISSIONS.lines().nth(place).unwrap());
    let line = line.replace("2026-11-19T12:00:00,defects", &format!("{ended},plain-gpu"));
    let run = format!("{head}\n{line}\n");
    let (status, _, page) = send(&site, "emissions.csv", &run).await;
    assert_eq!(status, 303, "{page}");
    let watts = "select string_agg(distinct accelerators_w::text, ' ') from measured_hour
        join entity using (account_id, entity_id) join resource r using (account_id, resource_id)
        where r.name = 'plain-gpu'";
    assert_eq!(site.test.scalar_text(&site.scope, watts).await, "250");

    // Where AWS is read, a run without a job is no job of its own.
    let site = Site::empty().await;
    account::ensure(&site.test.database.ingest, Origin::Aws, Some("444455556666"), "research").await.unwrap();
    let (status, _, page) = send(&site, "emissions.csv", EMISSIONS).await;
    assert!(status == 422 && page.contains("give the tracker the job") && page.contains("project_name"), "{page}");
}

/// A line of usage for each hour of a morning.
fn hourly(column: &str, loads: &[&str]) -> String {
    let head = "account,region,kind,name,instance_type,instance_count,started_at,ended_at";
    let line = |(hour, load): (usize, &&str)| {
        format!(
            "111122223333,us-east-1,training,sweep,ml.p3.2xlarge,1,2026-11-18T{:02}:00:00Z,2026-11-18T{:02}:00:00Z,{load}",
            8 + hour,
            9 + hour
        )
    };
    [format!("{head},{column}")].into_iter().chain(loads.iter().enumerate().map(line)).collect::<Vec<_>>().join("\n")
}

#[tokio::test(flavor = "multi_thread")]
async fn utilisation_of_a_file_takes_the_place_of_the_usual_load() {
    let site = Site::empty().await;
    let mut energies = Vec::new();
    for (column, loads, tier) in [
        ("tag:x", ["", "", ""], "T3"),
        ("utilisation", ["0", "0", "0"], "T2"),
        ("utilisation_percent", ["50", "50", "50"], "T2"),
        ("utilisation", ["1", "1", "1"], "T2"),
        ("gpu_utilisation_percent", ["100", "0", "50"], "T2"),
        ("utilisation", ["0.5", "", "0.5"], ""),
    ] {
        let (status, _, page) = send(&site, "usage.csv", &hourly(column, &loads)).await;
        assert_eq!(status, 303, "{page}");
        let job = rows(&site, "jobs").await.remove("sweep").unwrap();
        assert!((number(&job, "instance_hours") - 3.0).abs() < 1e-9, "{job:?}");
        assert!(tier.is_empty() || job["evidence_tier"] == tier, "{column} {loads:?}: {job:?}");
        energies.push(number(&job, "energy_kwh"));
    }
    let [usual, idle, half, full, mixed, partly] = energies[..] else { panic!("{energies:?}") };
    assert!(idle < half && half < full && idle < usual && usual < full, "{energies:?}");
    assert!((mixed - (idle + half + full) / 3.0).abs() < 1e-6, "every hour has its own: {energies:?}");
    assert!((partly - (2.0 * half + usual) / 3.0).abs() < 1e-6, "an empty cell is a usual load: {energies:?}");

    // Without the column again, nothing is left of it.
    send(&site, "usage.csv", &hourly("tag:x", &["", "", ""])).await;
    assert_eq!(number(&rows(&site, "jobs").await["sweep"], "energy_kwh").to_bits(), usual.to_bits());
    let (status, _, page) = send(&site, "usage.csv", &hourly("utilisation", &["65", "", ""])).await;
    assert!(status == 422 && page.contains("line 2: utilisation is") && page.contains("a share from 0 to 1"), "{page}");
}

/// A report of November: day, job, and the cell of tags.
fn report(lines: &[(u32, &str, &str)]) -> String {
    let header = "line_item_line_item_type,line_item_product_code,line_item_usage_account_id,\
                  bill_billing_period_start_date,line_item_usage_start_date,product_region_code,line_item_usage_type,\
                  line_item_resource_id,line_item_currency_code,line_item_unblended_cost,line_item_usage_amount,resource_tags";
    let line = |(day, name, tags): &(u32, &str, &str)| {
        format!(
            "Usage,AmazonSageMaker,111122223333,2026-11-01T00:00:00Z,2026-11-{day:02}T00:00:00Z,us-east-1,\
             USE1-Train:ml.g5.xlarge,arn:aws:sagemaker:us-east-1:111122223333:training-job/{name},USD,1.41,1,\"{}\"",
            tags.replace('"', "\"\"")
        )
    };
    [header.to_owned()].into_iter().chain(lines.iter().map(line)).collect::<Vec<_>>().join("\n")
}

const TAGS: &str = "select string_agg(r.name || ': ' || t.key || '=' || t.value || ' ' || t.source || ' '
        || (t.from_at at time zone 'UTC')::date || coalesce(' to ' || (t.to_at at time zone 'UTC')::date, ''), '; '
        order by r.name, t.key, t.from_at)
    from tag_span t join resource r using (account_id, resource_id)";

#[tokio::test(flavor = "multi_thread")]
async fn tags_of_a_bill_name_the_team_and_are_restated_with_it() {
    let site = Site::empty().await;
    let nlp = r#"{"user_team":"nlp","aws_created_by":"x"}"#;
    let first = report(&[(17, "a", nlp), (18, "a", r#"{"user_team":"vision"}"#), (17, "b", nlp), (18, "b", "{}")]);
    let (status, _, page) = send(&site, "bill.csv", &first).await;
    assert_eq!(status, 303, "{page}");
    let scope = uploads(&site).await;
    assert_eq!(
        site.test.scalar_text(&scope, TAGS).await,
        "a: team=nlp bill 2026-11-17 to 2026-11-18; a: team=vision bill 2026-11-18; \
         b: team=nlp bill 2026-11-17 to 2026-11-18"
    );
    let teams = "select string_agg(r.name || ' ' || extract(day from l.day) || ' ' || coalesce(nullif(l.team, ''), 'nobody'), '; '
        order by r.name, l.day) from ledger_day l join estimate e using (estimate_id)
        join resource r on r.account_id = l.account_id and r.resource_id = l.resource_id where e.is_active";
    assert_eq!(site.test.scalar_text(&scope, teams).await, "a 17 nlp; a 18 vision; b 17 nlp; b 18 nobody");

    // AWS restates the month: its tags are others.
    let restated =
        report(&[(17, "a", r#"{"user_team":"search"}"#), (18, "a", r#"{"user_team":"search"}"#), (17, "b", nlp)]);
    send(&site, "bill.csv", &restated).await;
    let tags = site.test.scalar_text(&scope, TAGS).await;
    assert_eq!(tags, "a: team=search bill 2026-11-17; b: team=nlp bill 2026-11-17");
    assert!(site.test.scalar_text(&scope, teams).await.starts_with("a 17 search; a 18 search"));

    // A file of usage knows better, of the keys that it names; and the bill once more does not take that back.
    let usage = "\
account,region,kind,name,instance_type,instance_count,started_at,ended_at,tag:team
111122223333,us-east-1,training,a,ml.g5.xlarge,1,2026-11-17T00:00:00Z,2026-11-17T01:00:00Z,owners
";
    send(&site, "usage.csv", usage).await;
    let both = report(&[(17, "a", r#"{"user_team":"search","user_env":"prod"}"#)]);
    send(&site, "bill.csv", &both).await;
    let tags = site.test.scalar_text(&scope, TAGS).await;
    assert_eq!(tags, "a: env=prod bill 2026-11-17; a: team=owners usage 1970-01-01");

    let (status, _, page) = send(&site, "bill.csv", &report(&[(17, "a", "team")])).await;
    assert!(status == 422 && page.contains("resource_tags is") && page.contains("JSON object of tags"), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn tags_that_aws_itself_tells_are_believed_before_a_bill() {
    let site = Site::new().await;
    let tagged = "select r.arn from resource r join tag_span t using (account_id, resource_id)
        where t.key = 'team' and r.kind = 'training' and r.created_at > '2026-11-10Z' order by r.arn limit 1";
    let arn = site.test.scalar_text(&site.scope, tagged).await;
    let of = "select string_agg(t.key || '=' || t.value || ' ' || t.source, '; ' order by t.key) from tag_span t
        join resource r using (account_id, resource_id) where t.source = 'bill' or t.key = 'team'
          and r.arn = (select r.arn from resource r join tag_span t using (account_id, resource_id)
            where t.key = 'team' and r.kind = 'training' and r.created_at > '2026-11-10Z' order by r.arn limit 1)";
    let before = site.test.scalar_text(&site.scope, of).await;
    assert!(before.starts_with("team=") && before.ends_with(" api"), "{before}");
    let name = arn.rsplit_once('/').unwrap().1;
    let bill = report(&[(22, name, r#"{"user_team":"somebody-else","user_cost_center":"42"}"#)]);
    let (status, _, page) = send(&site, "bill.csv", &bill).await;
    assert_eq!(status, 303, "{page}");
    assert_eq!(site.test.scalar_text(&site.scope, of).await, format!("cost_center=42 bill; {before}"));
    site.read_again(now() - chrono::Duration::days(18)).await;
    assert_eq!(
        site.test.scalar_text(&site.scope, of).await,
        format!("cost_center=42 bill; {before}"),
        "a reading of AWS leaves it so"
    );
}

/// What the page says of the files that were sent last: name, size with its tooltip, what each was taken for, what came of it.
async fn last_files(site: &Site) -> Vec<[String; 4]> {
    let page = site.page("/imports").await;
    let rows = select(&page, "[aria-labelledby=sent] [aria-label='Files that were sent last, table'] tbody tr");
    let cells = |row: &scraper::ElementRef<'_>| {
        let cell = |place: usize| format!("th:nth-child({place}), td:nth-child({place})");
        let found = |place| {
            let cell = scraper::Selector::parse(&cell(place)).unwrap();
            words(&row.select(&cell).next().unwrap())
        };
        [found(1), found(2), found(3), found(4)]
    };
    rows.iter().map(cells).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_file_is_told_of_and_one_that_is_refused_hides_no_other() {
    let site = Site::empty().await;
    let usage = hourly("utilisation", &["0.5", "0.5"]);
    let bill = report(&[(17, "a", "{}"), (18, "b", "{}")]);
    let stateless = EMISSIONS.replace("aws,us-east-1", ",");
    let files = [
        ("files", "notes.csv", "a,b\n1,2\n"),
        ("files", "november.csv", bill.as_str()),
        ("files", "emissions.csv", stateless.as_str()),
        ("files", "usage.csv", usage.as_str()),
    ];
    let (status, to, page) = site.send_files("/imports/files", &[], &files).await;
    assert_eq!((status, to.as_str()), (303, "/imports#sent"), "{page}");
    site.bring_up_to_date().await;
    let told = last_files(&site).await;
    let [notes, november, emissions, ran] = told.as_slice() else { panic!("{told:?}") };
    assert_eq!(notes[..3], ["notes.csv", "8 B", "none that can be read"]);
    assert!(notes[3].starts_with("! refused notes.csv is none of the files that can be read here"), "{notes:?}");
    assert_eq!(november[2], "Bill, CUR 2.0");
    assert_eq!(
        november[3],
        "✓ taken 2 lines, 2 of them SageMaker's. Billed $2.82 for November 2026; 100 % of it belongs to what ran here."
    );
    assert_eq!(emissions[2], "CodeCarbon");
    assert!(
        emissions[3].starts_with("! refused emissions.csv: line")
            && emissions[3].contains("fill in Region beside the file"),
        "{emissions:?}"
    );
    assert_eq!(
        ran[3],
        "✓ taken 1 job, endpoint or other resource is told of; 1 part of them ran otherwise than was known."
    );
    let exact = select(&site.page("/imports").await, "[aria-labelledby=sent] td.number span")
        .first()
        .unwrap()
        .attr("title")
        .map(str::to_owned);
    assert_eq!(exact.as_deref(), Some("8 bytes"));
    assert!(rows(&site, "jobs").await.contains_key("sweep"), "what was refused kept nothing else away");

    // Of a bill's files one is broken: none of them is taken, the file of usage is.
    let broken = report(&[(19, "c", "{}")]).replace("1.41", "much");
    let more = report(&[(17, "a", "{}"), (19, "d", "{}")]);
    let usage = hourly("utilisation", &["0.7", "0.7"]);
    for (bad, name) in [(broken.as_str(), "part-2.csv"), ("", "part-2.csv")] {
        let files =
            [("files", "part-1.csv", more.as_str()), ("files", name, bad), ("files", "usage.csv", usage.as_str())];
        let (status, _, page) = site.send_files("/imports/files", &[], &files).await;
        assert_eq!(status, 303, "{page}");
        site.bring_up_to_date().await;
        let told = last_files(&site).await;
        let [whole, bad, ran] = told.as_slice() else { panic!("{told:?}") };
        assert!(whole[3].starts_with("! refused Not taken, because part-2.csv cannot be read"), "{whole:?}");
        assert!(
            bad[3].starts_with("! refused line 1 of part-2.csv") || bad[3].contains("part-2.csv is empty"),
            "{bad:?}"
        );
        assert!(ran[3].starts_with("✓ taken"), "{ran:?}");
        let jobs = rows(&site, "jobs").await;
        assert!(jobs.contains_key("b") && !jobs.contains_key("d"), "the month is as it was: {jobs:?}");
    }

    // Where nothing was taken the form comes back, and the files are told of all the same.
    let (status, _, page) = site.send_files("/imports/files", &[("region", "eu-west-9")], &files[..1]).await;
    assert!(status == 422 && page.contains("eu-west-9") && page.contains("upload-files-error"), "{page}");
    assert_eq!(last_files(&site).await.len(), 1);
    assert!(
        words(&select(&site.page("/imports").await, "[aria-labelledby=sent] details").remove(0))
            .contains("10 files before them")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_became_of_files_is_kept_within_bounds() {
    let site = Site::empty().await;
    let folder = std::env::temp_dir().join(format!("wattledger-sent-{}", uuid::Uuid::new_v4().simple()));
    std::fs::create_dir_all(&folder).unwrap();
    let written = |name: &str, text: &str| -> PathBuf {
        let path = folder.join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let (notes, bill) = (written("notes.csv", "a,b\n"), written("bill.csv", &report(&[(17, "a", "{}")])));
    let usage = written("usage.csv", "not a file of usage");
    let database = &site.test.database;
    let nobody = AccountScope::new(Origin::Upload, Vec::new());
    let kept = "select count(*)::text from sent_file";
    for (files, left) in [(250, "250"), (150, "200"), (1, "200")] {
        let files = vec![notes.clone(); files];
        let told = sent::take(database, &files, &Known::default(), now()).await.unwrap();
        assert!(told.len() == files.len() && !told.iter().any(server::store::sent_file::SentFile::is_taken));
        assert_eq!(site.test.scalar_text(&nobody, kept).await, left);
    }

    // The command line goes the same way, and says itself what is wrong.
    let scope = account::visible_scope(&database.ingest).await.unwrap();
    sent::take_bill(database, &scope, std::slice::from_ref(&bill), now()).await.unwrap();
    sent::take_usage(database, &scope, &usage, now()).await.unwrap_err();
    let last =
        "select string_agg(name || ' ' || sort || ' ' || (outcome ->> 'came') || ' ' || coalesce(origin, 'none'), '; '
        order by sending_id desc) from (select * from sent_file order by sending_id desc limit 2) last";
    assert_eq!(site.test.scalar_text(&nobody, last).await, "usage.csv usage refused none; bill.csv bill billed upload");
    std::fs::remove_dir_all(&folder).unwrap();
}

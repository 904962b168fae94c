//! What is configured, over time.

use std::collections::BTreeMap;

use aws_simulator::fleet::{HYPERPARAMETER_SECRET, Job};
use aws_simulator::{Faults, Fleet};
use chrono::{DateTime, Duration, Utc};

use crate::site::{ALL, Site, now};

const ACCOUNT: &str = "111122223333";
const REGION: &str = "us-east-1";

async fn site(change: impl FnOnce(&mut Fleet)) -> (Site, Fleet) {
    let mut fleet = Fleet::small(now(), 3);
    change(&mut fleet);
    (Site::of(fleet.clone(), now() - Duration::days(3)).await, fleet)
}

async fn text(site: &Site, sql: &'static str) -> String {
    site.test.scalar_text(&site.scope, sql).await
}

/// Adds a tuning job with three trials.
pub fn sweep(fleet: &mut Fleet) {
    let at = now() - Duration::hours(30);
    let trial = |number: i64| {
        let name = format!("defects-sweep-{number}");
        Job::new(ACCOUNT, REGION, &name, at + Duration::minutes(number)).on("ml.g4dn.xlarge", 1).ran(60, 1200)
    };
    fleet.accounts[0].regions[0].jobs.extend([trial(1), trial(2), trial(3).failed("AlgorithmError: NaN")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_is_kept_and_no_secret() {
    let (site, _) = site(sweep).await;
    let counts = "select string_agg(kind || ' ' || n, ', ' order by kind)
        from (select kind, count(*) as n from configuration_item group by kind) as k";
    assert_eq!(
        text(&site, counts).await,
        "alarm 4, bucket 7, domain 1, endpoint_config 3, feature_group 2, inference_component 2, log_group 8, model 4, \
         model_package 4, notebook_instance 2, pipeline 7, pipeline_execution 7, project 2, recommender_job 2, role 6, \
         scalable_target 1, scaling_policy 1, space 1, tuning_job 1, user_profile 1"
    );
    let documents = text(&site, "select string_agg(document::text, ' ') from configuration_item").await;
    assert!(documents.contains("PyTorch") && !documents.contains(HYPERPARAMETER_SECRET), "{documents}");
    let image = "select document #>> '{containers,0,image,framework}' from configuration_item where name = 'defects-v3' \
        and kind = 'model'";
    assert_eq!(text(&site, image).await, "PyTorch");
    let trials = "select concat_ws(' ', document ->> 'objective', jsonb_array_length(document -> 'trials'), \
        document ->> 'failed', (select count(*) from jsonb_array_elements(document -> 'trials') as t \
        where t ->> 'value' is not null)) from configuration_item where kind = 'tuning_job'";
    assert_eq!(text(&site, trials).await, "validation:recall 3 1 2", "a trial that failed has no value");
    let tuned = site.get("/jobs.csv?q=defects-sweep").await;
    assert_eq!(tuned.0, 200);

    // Nothing changed, so nothing is described again.
    site.simulator.clear_log();
    let summary = site.read_again(now() - Duration::days(3)).await;
    assert_eq!(summary.configured, 0);
    let called = |operation: &str| site.simulator.log().iter().filter(|call| call.operation == operation).count();
    for operation in [
        "DescribeModel",
        "DescribeHyperParameterTuningJob",
        "DescribePipeline",
        "DescribeSpace",
        "ListPipelineExecutionSteps",
    ] {
        assert_eq!(called(operation), 0, "{operation}");
    }
    assert!(called("ListModels") == 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn states_follow_each_other_and_what_is_deleted_stays_in_history() {
    let (site, mut fleet) = site(|_| ()).await;
    let whole = fleet.clone();
    let later = now() + Duration::hours(30);
    let region = &mut fleet.accounts[0].regions[0];
    region.endpoints.retain(|endpoint| endpoint.name != "llama-poc");
    let variant = region.endpoints.iter_mut().find(|e| e.name == "defects-live").unwrap();
    variant.configs[0].variants[0].scaling = Some((2, 6));
    fleet.now = later;
    site.simulator.set_fleet(fleet);
    site.read_at(later).await;

    let limits = "select string_agg(concat_ws(' ', document ->> 'max', valid_to is null), ', ' order by valid_from)
        from configuration_item where kind = 'scalable_target'";
    assert_eq!(text(&site, limits).await, "4 f, 6 t");
    let ends = "select count(*)::text from configuration_item a join configuration_item b
        on b.identifier = a.identifier and b.kind = a.kind and b.valid_from = a.valid_to";
    assert_ne!(text(&site, ends).await, "0", "one state ends where the next begins");
    let gone = "select string_agg(kind, ' ' order by kind) from configuration_item
        where valid_to is not null and name like '%llama-poc%'";
    assert_eq!(text(&site, gone).await, "alarm endpoint_config log_group model model_package");
    let components = "select count(*)::text from configuration_item where kind = 'inference_component'
        and valid_to is not null";
    assert_eq!(text(&site, components).await, "2");
    let grown = "select count(distinct document ->> 'online_bytes')::text from configuration_item
        where kind = 'feature_group' and name = 'nlp-features'";
    assert_eq!(text(&site, grown).await, "2", "the size of an online store is kept by the day");
    let overlaps = "select count(*)::text from configuration_item a join configuration_item b
        on b.kind = a.kind and b.identifier = a.identifier and b.valid_from > a.valid_from
        and (a.valid_to is null or b.valid_from < a.valid_to)";
    assert_eq!(text(&site, overlaps).await, "0");

    // The same name again, with the moment of creation that AWS first gave it: its past stays as it was.
    let again = later + Duration::hours(2);
    site.simulator.set_fleet(Fleet { now: again, ..whole });
    site.read_at(again).await;
    let lives = "select string_agg((valid_to is null)::text, ' ' order by valid_from)
        from configuration_item where kind = 'endpoint_config' and name like 'llama-poc%'";
    assert_eq!(text(&site, lives).await, "false true");
    assert_eq!(text(&site, overlaps).await, "0");
}

#[tokio::test(flavor = "multi_thread")]
async fn scaling_activities_give_the_count_to_the_second() {
    let (site, fleet) = site(|_| ()).await;
    let (_, _, endpoint) = fleet.endpoints().find(|(_, _, endpoint)| endpoint.name == "defects-live").unwrap();
    let variant = &endpoint.configs[0].variants[0];
    assert!(variant.steps.len() > 4, "it scales");
    let spans =
        "select string_agg(concat_ws(' ', extract(epoch from from_at)::bigint, instance_count), ',' order by from_at)
        from capacity_span join entity using (account_id, entity_id) join resource using (account_id, resource_id)
        where resource.name = 'defects-live' and capacity_span.source = 'scaling_activity'";
    let kept = text(&site, spans).await;
    let kept: BTreeMap<i64, u32> = kept
        .split(',')
        .map(|span| {
            let (from, count) = span.split_once(' ').unwrap();
            (from.parse().unwrap(), count.parse().unwrap())
        })
        .collect();
    let is_known = |at: DateTime<Utc>| at < now() && at > endpoint.in_service();
    let steps: Vec<_> = variant.steps.iter().filter(|step| is_known(step.from)).collect();
    let (last, before) = steps.split_last().unwrap();
    for step in before {
        assert_eq!(kept.get(&step.from.timestamp()), Some(&step.count), "{kept:?} {step:?}");
    }
    assert!(kept.keys().all(|from| *from <= last.from.timestamp()));

    // The hours of a whole day are those of the truth.
    let day = now().date_naive() - Duration::days(1);
    let path = format!("/endpoints.csv?from={day}&to={day}");
    let (status, body) = site.get(&path).await;
    assert_eq!(status, 200, "{body}");
    let rows = csv::Reader::from_reader(body.as_bytes()).into_deserialize::<BTreeMap<String, String>>();
    let row = rows.map(Result::unwrap).find(|row| row["name"] == "defects-live").unwrap();
    let midnight = day.and_hms_opt(0, 0, 0).unwrap().and_utc();
    let seconds = (0..86_400_i64).step_by(15).map(|s| variant.count_at(midnight + Duration::seconds(s)) * 15);
    let truth = f64::from(seconds.sum::<u32>()) / 3600.0;
    let hours: f64 = row["instance_hours"].parse().unwrap();
    assert!((hours - truth).abs() < 1e-6, "{hours} {truth}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_kind_of_configuration_is_named_and_delays_no_other() {
    let (site, _) = site(|_| ()).await;
    site.simulator.set_faults(Faults::none().denying("ListPipelines").denying("DescribeScalingActivities"));
    let summary = site.read_again(now() - Duration::days(3)).await;
    let refused: Vec<&str> = summary.errors.iter().map(|error| error.operation.as_str()).collect();
    assert_eq!(refused, ["sagemaker:ListPipelines", "application-autoscaling:DescribeScalingActivities"]);
    let page = site.get("/imports").await.1;
    assert!(page.contains("Allow sagemaker:ListPipelines"), "{page}");
    let overview = site.get(&format!("/?{ALL}")).await.1;
    assert!(overview.contains("kWh"));
}

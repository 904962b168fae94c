//! What stands around the workloads: buckets, log groups, roles, and what became of alarms.

use std::collections::BTreeSet;

use aws_simulator::{Faults, Fleet};
use chrono::Duration;

use crate::site::{Site, now};

async fn site(change: impl FnOnce(&mut Fleet)) -> Site {
    let mut fleet = Fleet::small(now(), 3);
    change(&mut fleet);
    Site::of(fleet, now() - Duration::days(3)).await
}

async fn text(site: &Site, sql: &'static str) -> String {
    site.test.scalar_text(&site.scope, sql).await
}

/// The text of a page without its tags.
async fn words(site: &Site, path: &str) -> String {
    let text: Vec<String> = site.page(path).await.root_element().text().map(str::to_owned).collect();
    text.join(" ").split_whitespace().collect::<Vec<_>>().join(" ")
}

#[tokio::test(flavor = "multi_thread")]
async fn buckets_in_use_tell_their_rules_and_those_of_others_none() {
    let site = site(|_| ()).await;
    let told = "select string_agg(concat_ws(' ', split_part(name, '-', 1), document ->> 'own', document ->> 'region',
            jsonb_array_length(nullif(document -> 'lifecycle', 'null')), document ->> 'encryption',
            document ->> 'versioning'), ', ' order by name)
        from configuration_item where kind = 'bucket'";
    assert_eq!(
        text(&site, told).await,
        "capture true us-east-1 1 Off, datasets true us-east-1 0 none Suspended, feature false, \
         features true eu-central-1 2 AES256 Off, models true us-east-1 1 aws:kms Enabled, scores false, \
         training true us-east-1 0 AES256 Off"
    );
    let used = "select string_agg(document ->> 'used_for', ' ' order by name) from configuration_item
        where kind = 'bucket' and document ->> 'own' = 'true'";
    assert_eq!(
        text(&site, used).await,
        r#"["data capture"] ["processing input", "training input"] ["offline store"] ["model artifacts"] ["checkpoints", "model artifacts", "training output"]"#
    );
    // Nobody asks about other people's buckets, and one that lies elsewhere is asked there.
    let calls = site.simulator.log();
    let of_s3: Vec<_> = calls.iter().filter(|call| call.service == "s3").collect();
    assert!(of_s3.iter().all(|call| call.status != Some(301)), "{of_s3:?}");
    let regions: BTreeSet<&str> = of_s3.iter().map(|call| call.region.as_str()).collect();
    assert_eq!(regions, BTreeSet::from(["eu-central-1", "us-east-1"]));
    let asked = |operation: &str| of_s3.iter().filter(|call| call.operation == operation).count();
    assert_eq!((asked("GetBucketVersioning"), asked("ListBuckets")), (5, 2), "a list of two pages");

    let page = words(&site, "/configuration?kind=bucket").await;
    for sentence in [
        "no lifecycle rule, so everything is kept for ever",
        "belongs to another account, whose rules are not read",
        "lies in eu-central-1",
        "nlp/: moved to GLACIER_IR after 90 days",
        "old versions deleted after 30 days",
        "no default encryption",
        "s3:GetEncryptionConfiguration was refused",
    ] {
        assert!(page.contains(sentence), "{sentence}: {page}");
    }
    assert!(!page.contains("accesspoint"));

    // Within a day nothing is asked again.
    site.simulator.clear_log();
    assert_eq!(site.read_again(now() - Duration::days(3)).await.configured, 0);
    assert!(site.simulator.log().iter().all(|call| call.service != "s3"));
    // The next day all of it is, and nothing has changed.
    let later = now() + Duration::days(1);
    site.simulator.set_now(later);
    site.read_at(later).await;
    assert!(site.simulator.log().iter().any(|call| call.service == "s3"));
    assert_eq!(text(&site, "select count(*)::text from configuration_item where kind = 'bucket'").await, "7");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_that_may_not_ask_of_buckets_keeps_what_is_known() {
    let site = site(|_| ()).await;
    let later = now() + Duration::days(1);
    site.simulator.set_now(later);
    site.simulator.set_faults(Faults::none().denying("GetBucketLifecycleConfiguration").denying("DescribeLogGroups"));
    let summary = site.read_at(later).await;
    let refused: Vec<&str> = summary.errors.iter().map(|error| error.operation.as_str()).collect();
    assert_eq!(refused, ["logs:DescribeLogGroups", "s3:GetLifecycleConfiguration"]);
    let page = site.get("/imports").await.1;
    assert!(page.contains("Allow s3:GetLifecycleConfiguration to the role"), "{page}");
    let states = "select concat_ws(' ', count(*), count(*) filter (where valid_to is null),
        count(*) filter (where document ->> 'lifecycle' is not null)) from configuration_item where kind = 'bucket'";
    assert_eq!(text(&site, states).await, "7 7 5");
    site.simulator.set_faults(Faults::none().denying("ListBuckets"));
    let summary = site.read_at(later).await;
    assert_eq!(
        summary.errors.iter().map(|error| error.operation.as_str()).collect::<Vec<_>>(),
        ["s3:ListAllMyBuckets"]
    );
    assert_eq!(text(&site, states).await, "7 7 5");
}

#[tokio::test(flavor = "multi_thread")]
async fn log_groups_tell_what_never_expires() {
    let site = site(|_| ()).await;
    let groups = "select string_agg(concat_ws(' ', replace(name, '/aws/sagemaker/', ''), document ->> 'retention_days',
            to_char(valid_from at time zone 'UTC', 'DD')), ', ' order by name)
        from configuration_item where kind = 'log_group'";
    assert_eq!(
        text(&site, groups).await,
        "Endpoints/defects-live 30 20, Endpoints/llama-poc 20, Endpoints/ranker-ab 20, NotebookInstances 03, \
         ProcessingJobs 22, TrainingJobs 21, TransformJobs 22, studio 03"
    );
    let calls = site.simulator.log();
    let listed: Vec<_> = calls.iter().filter(|call| call.operation == "DescribeLogGroups").collect();
    assert_eq!(listed.iter().filter(|call| call.continued).count(), 1, "the list goes on");
    let page = words(&site, "/configuration?kind=log_group").await;
    assert!(page.contains("never expires") && page.contains("kept for 30 days"), "{page}");
    // A group that nothing writes to for a while has no other state for it; one that doubles has.
    let later = now() + Duration::days(6);
    site.simulator.set_now(later);
    site.read_at(later).await;
    let states =
        "select string_agg(n::text, ' ' order by name) from (select name, count(*) as n from configuration_item
        where kind = 'log_group' and name like '%/Endpoints/%' group by name) as g";
    assert_eq!(text(&site, states).await, "2 2 2");
}

#[tokio::test(flavor = "multi_thread")]
async fn roles_name_those_who_work_with_them() {
    let site = site(|_| ()).await;
    let roles = "select string_agg(concat_ws(' ', name, document ->> 'used_by'), '; ' order by name)
        from configuration_item where kind = 'role'";
    let roles = text(&site, roles).await;
    for expected in [
        r#"Cluster ["cluster"]"#,
        r#"FeatureStore ["feature_group"]"#,
        r#"ModelServing ["model"]"#,
        r#"Notebooks ["notebook_instance"]"#,
        r#"SageMakerJobs ["processing", "training"]"#,
    ] {
        assert!(roles.contains(expected), "{expected}: {roles}");
    }
    let page = words(&site, "/configuration?kind=role").await;
    assert!(page.contains("3 endpoints such as defects-live, 4 models such as"), "{page}");
    assert!(page.contains("14 training jobs such as"), "{page}");
    assert!(page.contains("HyperPod cluster pretraining"), "{page}");
    let notebooks = words(&site, "/configuration?kind=notebook_instance").await;
    assert!(notebooks.contains("50 GB, reaches the internet directly, root access, role Notebooks"), "{notebooks}");
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_of_alarms_are_kept_once_and_outlive_cloudwatch() {
    let site = site(|fleet| fleet.endpoint_mut("defects-live").unwrap().traffic.share_5xx = 0.05).await;
    let changes =
        "select string_agg(concat_ws(' ', alarm, to_char(at at time zone 'UTC', 'DD HH24:MI'), new_state), ', '
            order by at, alarm) from alarm_change where alarm like 'defects-live%' or alarm like 'web%'";
    let kept = text(&site, changes).await;
    let alarm = "defects-live-primary-errors";
    assert_eq!(
        kept,
        format!("{alarm} 20 00:16 OK, {alarm} 20 06:16 ALARM, {alarm} 20 07:16 OK, {alarm} 21 00:16 ALARM"),
        "and none of alarms that watch something else"
    );
    let all = "select count(*)::text from alarm_change";
    let before = text(&site, all).await;
    site.simulator.clear_log();
    assert_eq!(site.read_again(now() - Duration::days(3)).await.configured, 0);
    assert_eq!(text(&site, all).await, before);
    let calls = site.simulator.log();
    let asked = calls.iter().filter(|call| call.operation == "DescribeAlarmHistory").count();
    assert_eq!(asked, 1, "only of what came since");

    let page = words(&site, "/configuration?kind=alarm").await;
    assert!(page.contains("When alarms changed") && page.contains("in order alarm Threshold Crossed"), "{page}");
    let link = site.page("/endpoints?from=2026-11-17&to=2026-11-23").await;
    let href = crate::site::links(&link).into_iter().find(|href| href.contains("defects-live")).unwrap();
    let endpoint = words(&site, &href).await;
    assert!(endpoint.contains("When alarms changed") && endpoint.contains("too little data in order"), "{endpoint}");

    // Two months on, CloudWatch has forgotten.
    let later = now() + Duration::days(60);
    site.simulator.set_now(later);
    site.read_at(later).await;
    assert_eq!(text(&site, changes).await, kept);

    site.simulator.set_faults(Faults::none().denying("DescribeAlarmHistory"));
    let summary = site.read_at(later).await;
    let refused: Vec<&str> = summary.errors.iter().map(|error| error.operation.as_str()).collect();
    assert_eq!(refused, ["cloudwatch:DescribeAlarmHistory"]);
}

//! Inventory: pages, filters, errors, and what may not be there.

use aws_simulator::Fleet;
use aws_simulator::fleet::{HYPERPARAMETER_SECRET, JobKind};
use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::client::{ACCOUNT, Client, at, now};

fn names(answer: &Value) -> Vec<String> {
    let summaries = answer["TrainingJobSummaries"].as_array().unwrap();
    summaries.iter().map(|summary| summary["TrainingJobName"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn ten_jobs_a_page_by_default_and_oldest_first() {
    let client = Client::small().await;
    let first = client.json("ListTrainingJobs", json!({})).await;
    assert_eq!(names(&first).len(), 10);
    assert_eq!(names(&first)[0], "plain-cpu");
    let second = client.json("ListTrainingJobs", json!({ "NextToken": first["NextToken"] })).await;
    assert_eq!(names(&second), ["kept-warm", "no-training-time", "very-short", "running"]);
    assert_eq!(second.get("NextToken"), None);
}

#[tokio::test]
async fn filters_act_after_the_page_is_cut_so_pages_may_be_empty() {
    let client = Client::small().await;
    let mut request = json!({ "MaxResults": 3, "StatusEquals": "Stopped" });
    let mut pages = Vec::new();
    loop {
        let answer = client.json("ListTrainingJobs", request.clone()).await;
        pages.push(names(&answer).len());
        match answer.get("NextToken") {
            Some(token) => request["NextToken"] = token.clone(),
            None => break,
        }
    }
    assert_eq!(pages, [0, 0, 1, 0, 0]);
}

#[tokio::test]
async fn time_filters_and_order() {
    let client = Client::small().await;
    let after = at("2026-11-22T00:00:00Z").timestamp();
    let before = at("2026-11-22T10:00:00Z").timestamp();
    let rows = [
        (
            json!({ "CreationTimeAfter": after, "CreationTimeBefore": before }),
            vec!["failed-before-start", "failed-out-of-memory"],
        ),
        (json!({ "LastModifiedTimeAfter": at("2026-11-23T00:00:00Z").timestamp() }), vec!["running"]),
        (json!({ "LastModifiedTimeBefore": at("2026-11-21T12:00:00Z").timestamp() }), vec!["plain-cpu"]),
        (json!({ "NameContains": "MIDNIGHT" }), vec!["across-midnight"]),
        (
            json!({ "SortBy": "Name", "SortOrder": "Descending", "StatusEquals": "Failed" }),
            vec!["failed-out-of-memory", "failed-before-start"],
        ),
    ];
    for (mut request, expected) in rows {
        request["MaxResults"] = json!(100);
        assert_eq!(names(&client.json("ListTrainingJobs", request.clone()).await), expected, "{request}");
    }
}

#[tokio::test]
async fn jobs_without_times_have_no_such_members() {
    let client = Client::small().await;
    let describe = |name: &'static str| client.json("DescribeTrainingJob", json!({ "TrainingJobName": name }));
    let times = ["TrainingStartTime", "TrainingEndTime", "TrainingTimeInSeconds", "BillableTimeInSeconds"];
    let present = |job: &Value| times.map(|name| job.get(name).is_some());
    assert_eq!(present(&describe("plain-cpu").await), [true; 4]);
    assert_eq!(present(&describe("failed-before-start").await), [false; 4]);
    assert_eq!(present(&describe("running").await), [true, false, false, false]);
    assert_eq!(present(&describe("no-training-time").await), [true, true, false, false]);
    let spot = describe("spot").await;
    assert_eq!((&spot["EnableManagedSpotTraining"], &spot["BillableTimeInSeconds"]), (&json!(true), &json!(1860)));
    assert_eq!(spot["ResourceConfig"]["InstanceType"], "ml.g4dn.2xlarge");
    assert_eq!(spot["HyperParameters"]["tracking_token"], HYPERPARAMETER_SECRET);
    assert_eq!(spot["CreationTime"], json!(at("2026-11-22T11:00:00Z").timestamp() as f64));
}

#[tokio::test]
async fn a_running_job_ends_when_the_present_moves_on() {
    let client = Client::small().await;
    client.handle.set_now(now() + TimeDelta::hours(6));
    let job = client.json("DescribeTrainingJob", json!({ "TrainingJobName": "running" })).await;
    assert_eq!((&job["TrainingJobStatus"], &job["TrainingTimeInSeconds"]), (&json!("Completed"), &json!(14_400)));
}

#[tokio::test]
async fn search_gives_whole_records_with_tags() {
    let client = Client::small().await;
    let filter = |name, operator, value: &str| json!({ "Name": name, "Operator": operator, "Value": value });
    let ask = |filters: Vec<Value>| {
        client.json(
            "Search",
            json!({ "Resource": "TrainingJob", "MaxResults": 100, "SearchExpression": { "Filters": filters } }),
        )
    };
    let all = ask(vec![]).await;
    assert_eq!(all["TotalHits"]["Value"], 14);
    let failed = ask(vec![
        filter("TrainingJobStatus", "Equals", "Failed"),
        filter("CreationTime", "GreaterThanOrEqualTo", "2026-11-22T09:00:00Z"),
        filter("LastModifiedTime", "LessThan", "2026-11-22T12:00:00+00:00"),
    ])
    .await;
    let results = failed["Results"].as_array().unwrap();
    assert_eq!(results.len(), 1);
    let job = &results[0]["TrainingJob"];
    assert_eq!(
        (&job["TrainingJobName"], &job["BillableTimeInSeconds"]),
        (&json!("failed-out-of-memory"), &json!(1260))
    );
    assert_eq!(job["Tags"][0], json!({ "Key": "team", "Value": "vision" }));
}

#[tokio::test]
async fn search_pages() {
    let client = Client::of(Fleet::demo(now(), 3)).await;
    let mut request =
        json!({ "Resource": "TrainingJob", "MaxResults": 100, "SortBy": "CreationTime", "SortOrder": "Ascending" });
    let mut created = Vec::new();
    loop {
        let answer = client.json("Search", request.clone()).await;
        created.extend(
            answer["Results"].as_array().unwrap().iter().map(|r| r["TrainingJob"]["CreationTime"].as_f64().unwrap()),
        );
        match answer.get("NextToken") {
            Some(token) => request["NextToken"] = token.clone(),
            None => break,
        }
    }
    let fleet = client.handle.fleet();
    let jobs = &fleet.region(ACCOUNT, "us-east-1").unwrap().jobs;
    let expected = jobs.iter().filter(|job| job.kind == JobKind::Training && job.created <= now()).count();
    assert_eq!(created.len(), expected);
    assert!(expected > 100 && created.is_sorted());
}

#[tokio::test]
async fn endpoints_have_a_count_and_their_configuration_a_type() {
    let client = Client::small().await;
    let list =
        client.json("ListEndpoints", json!({ "MaxResults": 100, "SortBy": "Name", "SortOrder": "Ascending" })).await;
    let names: Vec<_> = list["Endpoints"]
        .as_array()
        .unwrap()
        .iter()
        .map(|endpoint| endpoint["EndpointName"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["defects-live", "llama-poc", "ranker-ab"]);

    let endpoint = client.json("DescribeEndpoint", json!({ "EndpointName": "defects-live" })).await;
    let variant = &endpoint["ProductionVariants"][0];
    assert_eq!((&variant["CurrentInstanceCount"], &endpoint["EndpointStatus"]), (&json!(4), &json!("InService")));
    assert_eq!(variant.get("InstanceType"), None, "the type is in the configuration only");

    let config =
        client.json("DescribeEndpointConfig", json!({ "EndpointConfigName": endpoint["EndpointConfigName"] })).await;
    assert_eq!(config["ProductionVariants"][0]["InstanceType"], "ml.g5.xlarge");
    let configs = client.json("ListEndpointConfigs", json!({})).await;
    assert_eq!(configs["EndpointConfigs"].as_array().unwrap().len(), 3);
    let tags = client.json("ListTags", json!({ "ResourceArn": endpoint["EndpointArn"] })).await;
    assert_eq!(tags["Tags"][0], json!({ "Key": "team", "Value": "vision" }));
}

#[tokio::test]
async fn a_deleted_endpoint_is_gone_and_leaves_its_configuration() {
    let client = Client::small().await;
    client.handle.alter(|fleet| fleet.endpoint_mut("llama-poc").unwrap().deleted = Some(now()));
    let list = client.json("ListEndpoints", json!({})).await;
    assert_eq!(list["Endpoints"].as_array().unwrap().len(), 2);
    let configs = client.json("ListEndpointConfigs", json!({})).await;
    assert_eq!(configs["EndpointConfigs"].as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn errors_are_those_of_sagemaker() {
    let client = Client::small().await;
    let key = format!("AKIADEMO{ACCOUNT}");
    let rows = [
        ("DescribeTrainingJob", json!({ "TrainingJobName": "nobody" }), "ValidationException"),
        ("DescribeTrainingJob", json!({}), "ValidationException"),
        ("DescribeEndpoint", json!({ "EndpointName": "nobody" }), "ValidationException"),
        ("DescribeEndpointConfig", json!({ "EndpointConfigName": "nobody" }), "ValidationException"),
        (
            "ListTags",
            json!({ "ResourceArn": "arn:aws:sagemaker:us-east-1:111122223333:endpoint/nobody" }),
            "ValidationException",
        ),
        ("ListTrainingJobs", json!({ "MaxResults": 101 }), "ValidationException"),
        ("ListTrainingJobs", json!({ "NextToken": "made-up" }), "ValidationException"),
        ("ListTrainingJobs", json!([]), "SerializationException"),
        ("Search", json!({ "Resource": "Model" }), "ValidationException"),
        ("ListHubs", json!({}), "UnknownOperationException"),
        ("DeleteEndpoint", json!({ "EndpointName": "llama-poc" }), "UnknownOperationException"),
    ];
    for (operation, body, code) in rows {
        let (status, answer) = client.json_at(&key, "us-east-1", operation, body).await;
        assert_eq!((status, answer["__type"].as_str()), (400, Some(code)), "{operation} {answer}");
    }
}

#[tokio::test]
async fn key_and_scope_choose_account_and_region() {
    let client = Client::of(Fleet::demo(now(), 1)).await;
    let count = async |key: &str, region: &str| {
        let (_, answer) = client.json_at(key, region, "ListEndpoints", json!({ "MaxResults": 100 })).await;
        answer["Endpoints"].as_array().map(Vec::len)
    };
    assert_eq!(count("AKIADEMO222233334444", "eu-west-1").await, Some(7), "one of eight is deleted");
    assert_eq!(count("AKIADEMO333344445555", "eu-north-1").await, Some(6), "one of seven is deleted");
    assert_eq!(count("AKIADEMO222233334444", "ap-south-1").await, Some(0));
    assert_eq!(count("testing", "us-west-2").await, Some(5), "unknown keys belong to the first account");
    assert_eq!(count("AKIADEMO999999999999", "us-east-1").await, None);
}

#[tokio::test]
async fn sts_tells_who_asks() {
    let client = Client::of(Fleet::demo(now(), 1)).await;
    let form = b"Action=GetCallerIdentity&Version=2011-06-15".to_vec();
    let headers = [("content-type", "application/x-www-form-urlencoded")];
    let answer = client.send("/", "AKIADEMO222233334444", "us-east-1", &headers, form).await;
    let text = String::from_utf8(answer.body).unwrap();
    assert_eq!(answer.status, 200);
    assert!(text.contains("<Account>222233334444</Account>"), "{text}");
    let role = |external_id: &str| {
        let role = "arn%3Aaws%3Aiam%3A%3A222233334444%3Arole%2FCarbonReader";
        format!("Action=AssumeRole&RoleArn={role}&ExternalId={external_id}").into_bytes()
    };
    for (form, status, holds) in [
        (role(aws_simulator::EXTERNAL_ID), 200, "AKIADEMO222233334444"),
        (role("another"), 403, "AccessDenied"),
        (b"Action=GetSessionToken".to_vec(), 400, "InvalidAction"),
    ] {
        let answer = client.send("/", "AKIAHUB", "us-east-1", &headers, form).await;
        let text = String::from_utf8(answer.body).unwrap();
        assert!(answer.status == status && text.contains(holds), "{status}: {text}");
    }
}

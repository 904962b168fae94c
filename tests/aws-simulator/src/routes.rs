//! HTTP: which service a request is for, and the simulator's own pages below `/__simulator__/`.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, RawQuery, State as Shared};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use chrono::{DateTime, Utc};
use futures::stream;
use serde::Serialize;

use crate::autoscaling;
use crate::caller::{Caller, Site};
use crate::cloudwatch;
use crate::explorer;
use crate::faults::{Damage, Faults};
use crate::fleet::Fleet;
use crate::log::{Call, Window};
use crate::logs;
use crate::pricing;
use crate::s3;
use crate::sagemaker;
use crate::simulator::State;
use crate::sustainability;
use crate::wire::{AwsError, cbor, json, sts};

pub(crate) fn router(state: Arc<State>) -> Router {
    Router::new()
        .route("/", post(sagemaker_or_sts).get(list_buckets))
        .route(cloudwatch::SERVICE_PATH, post(ask_cloudwatch))
        .route(sustainability::PATH, post(ask_sustainability))
        .route("/__simulator__/faults", get(show_faults).post(replace_faults))
        .route("/__simulator__/log", get(show_log))
        .route("/__simulator__/fleet", get(show_fleet))
        .route("/{bucket}", get(ask_bucket))
        .route("/{bucket}/", get(ask_bucket))
        .route("/{bucket}/{*key}", get(ask_object))
        .with_state(state)
}

/// SageMaker, the Price List and STS share the root path: the first two send a target.
async fn sagemaker_or_sts(shared: Shared<Arc<State>>, headers: HeaderMap, body: Bytes) -> Response {
    match headers.get("x-amz-target").and_then(|target| target.to_str().ok()) {
        Some(target) if target.starts_with(pricing::TARGET) => {
            ask_json(shared, "pricing", target, pricing::TARGET, pricing::answer, &headers, &body).await
        }
        Some(target) if target.starts_with(explorer::TARGET) => {
            ask_json(shared, "ce", target, explorer::TARGET, explorer::answer, &headers, &body).await
        }
        Some(target) if target.starts_with(autoscaling::TARGET) => {
            let answer = autoscaling::answer;
            ask_json(shared, "application-autoscaling", target, autoscaling::TARGET, answer, &headers, &body).await
        }
        Some(target) if target.starts_with(logs::TARGET) => {
            ask_json(shared, "logs", target, logs::TARGET, logs::answer, &headers, &body).await
        }
        Some(target) => ask_json(shared, "sagemaker", target, "SageMaker.", sagemaker::answer, &headers, &body).await,
        None => ask_sts(shared, &headers, &body).await,
    }
}

/// Answers one operation of a service for one account in one region.
type Answer = fn(&str, &serde_json::Value, Site<'_>) -> Result<serde_json::Value, AwsError>;

/// A service that speaks awsJson and names its operation in the target.
async fn ask_json(
    Shared(state): Shared<Arc<State>>,
    service: &'static str,
    target: &str,
    prefix: &str,
    answer: Answer,
    headers: &HeaderMap,
    body: &Bytes,
) -> Response {
    let operation = target.strip_prefix(prefix).unwrap_or(target);
    let parsed = json::parse(body);
    let continued = parsed
        .as_ref()
        .is_ok_and(|body| ["NextToken", "nextToken"].iter().any(|name| json::text(body, name).is_some()));
    let question = Question::new(service, operation, headers, continued, None);
    let (sequence, admitted) = question.admit(&state).await;
    let result = admitted.and_then(|fleet| answer(operation, &parsed?, Site::new(&fleet, &question.caller)?));
    finish(&state, sequence, json::reply(result)).await
}

async fn ask_sustainability(Shared(state): Shared<Arc<State>>, headers: HeaderMap, body: Bytes) -> Response {
    let parsed = json::parse(&body);
    let continued = parsed.as_ref().is_ok_and(|body| json::text(body, "NextToken").is_some());
    let question = Question::new("sustainability", sustainability::OPERATION, &headers, continued, None);
    let (sequence, admitted) = question.admit(&state).await;
    let result = admitted.and_then(|fleet| sustainability::answer(&parsed?, Site::new(&fleet, &question.caller)?));
    finish(&state, sequence, json::reply(result)).await
}

async fn list_buckets(shared: Shared<Arc<State>>, RawQuery(query): RawQuery, headers: HeaderMap) -> Response {
    ask_s3(shared, "", "", query.as_deref().unwrap_or_default(), &headers).await
}

async fn ask_sts(Shared(state): Shared<Arc<State>>, headers: &HeaderMap, body: &Bytes) -> Response {
    let action = sts::action(body).unwrap_or_default();
    let question = Question::new("sts", action, headers, false, None);
    let (sequence, admitted) = question.admit(&state).await;
    let result = admitted.and_then(|fleet| match action {
        "AssumeRole" => sts::assume_role(body, &fleet),
        _ => sts::answer(action, &question.caller.account(&fleet)?.id),
    });
    finish(&state, sequence, sts::reply(result)).await
}

async fn ask_cloudwatch(
    Shared(state): Shared<Arc<State>>,
    Path(operation): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let parsed = cbor::parse(&body);
    let continued = parsed.as_ref().is_ok_and(|body| cbor::text(body, "NextToken").is_some());
    let window = parsed.as_ref().ok().and_then(|body| {
        let at = |name| DateTime::from_timestamp(cbor::time(body, name)?, 0);
        Some(Window { start: at("StartTime")?, end: at("EndTime")? })
    });
    let question = Question::new("cloudwatch", &operation, &headers, continued, window);
    let (sequence, admitted) = question.admit(&state).await;
    let faults = Faults { call: sequence, ..state.faults().clone() };
    let result = admitted
        .and_then(|fleet| cloudwatch::answer(&operation, &parsed?, Site::new(&fleet, &question.caller)?, &faults));
    finish(&state, sequence, cbor::reply(result)).await
}

async fn ask_bucket(
    shared: Shared<Arc<State>>,
    Path(bucket): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    ask_s3(shared, &bucket, "", query.as_deref().unwrap_or_default(), &headers).await
}

async fn ask_object(
    shared: Shared<Arc<State>>,
    Path((bucket, key)): Path<(String, String)>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    ask_s3(shared, &bucket, &key, query.as_deref().unwrap_or_default(), &headers).await
}

async fn ask_s3(
    Shared(state): Shared<Arc<State>>,
    bucket: &str,
    key: &str,
    query: &str,
    headers: &HeaderMap,
) -> Response {
    let ask = s3::Ask { bucket, key, query };
    let continued = ask.member("continuation-token").is_some();
    let question = Question::new("s3", ask.operation(), headers, continued, None);
    let (sequence, admitted) = question.admit(&state).await;
    let result = admitted.and_then(|fleet| s3::answer(&ask, &fleet, &question.caller, headers));
    finish(&state, sequence, s3::reply(result)).await
}

/// What is known of a request before it is answered.
struct Question<'a> {
    service: &'static str,
    operation: &'a str,
    caller: Caller,
    continued: bool,
    window: Option<Window>,
}

impl<'a> Question<'a> {
    fn new(
        service: &'static str,
        operation: &'a str,
        headers: &HeaderMap,
        continued: bool,
        window: Option<Window>,
    ) -> Self {
        Self { service, operation, caller: Caller::of(headers), continued, window }
    }

    /// Notes the call, waits as long as the faults say, and lets it pass or not.
    async fn admit(&self, state: &State) -> (usize, Result<Arc<Fleet>, AwsError>) {
        let fleet = state.fleet();
        let account = self.caller.account(&fleet).map(|account| account.id.clone()).unwrap_or_default();
        let sequence = state.log().receive(|sequence| Call {
            sequence,
            received: Utc::now(),
            answered: None,
            service: self.service.to_owned(),
            operation: self.operation.to_owned(),
            account,
            region: self.caller.region.clone(),
            window: self.window,
            continued: self.continued,
            status: None,
        });
        let latency = state.faults().latency(self.service, self.operation, sequence);
        if !latency.is_zero() {
            tokio::time::sleep(latency).await;
        }
        let refused = self.caller.is_refused(&fleet, self.operation);
        let refusal = refused.then(|| AwsError::denied(self.service, self.operation));
        let struck = refusal.or_else(|| state.faults().strike(self.service, self.operation, sequence));
        (sequence, struck.map_or(Ok(fleet), Err))
    }
}

async fn finish(state: &State, sequence: usize, mut response: Response) -> Response {
    state.log().answer(sequence, response.status().as_u16());
    let damage = state.faults().damage(sequence);
    if let Some(damage) = damage {
        response = damaged(response, damage).await;
    }
    if let Ok(id) = HeaderValue::from_str(&format!("simulated-{sequence}")) {
        response.headers_mut().insert("x-amzn-requestid", id);
    }
    response
}

/// The first half of an answer: as if that were all, or with an end that no client takes for one.
async fn damaged(response: Response, damage: Damage) -> Response {
    let (mut parts, body) = response.into_parts();
    let Ok(whole) = axum::body::to_bytes(body, usize::MAX).await else {
        return parts.into_response();
    };
    let half = whole.slice(..whole.len() / 2);
    parts.headers.remove(CONTENT_LENGTH);
    match damage {
        Damage::Cut => Response::from_parts(parts, Body::from(half)),
        Damage::Reset => {
            let broken = std::io::Error::from(std::io::ErrorKind::ConnectionReset);
            Response::from_parts(parts, Body::from_stream(stream::iter([Ok(half), Err(broken)])))
        }
    }
}

async fn show_faults(Shared(state): Shared<Arc<State>>) -> Response {
    page(&*state.faults())
}

async fn replace_faults(Shared(state): Shared<Arc<State>>, body: Bytes) -> Response {
    match serde_json::from_slice::<Faults>(&body) {
        Ok(faults) => {
            *state.faults() = faults;
            page(&*state.faults())
        }
        Err(error) => (StatusCode::BAD_REQUEST, format!("These are not faults: {error}\n")).into_response(),
    }
}

async fn show_log(Shared(state): Shared<Arc<State>>) -> Response {
    page(state.log().calls())
}

async fn show_fleet(Shared(state): Shared<Arc<State>>) -> Response {
    page(&*state.fleet())
}

fn page(value: &(impl Serialize + ?Sized)) -> Response {
    match serde_json::to_string(value) {
        Ok(text) => ([(CONTENT_TYPE, "application/json")], text).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

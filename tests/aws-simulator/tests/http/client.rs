//! A tiny AWS client: it writes the requests and reads the answers by itself.

use aws_simulator::{Fleet, Handle, Simulator};
use chrono::{DateTime, Utc};
use ciborium::Value as Cbor;
use serde_json::Value as Json;

pub const ACCOUNT: &str = "111122223333";

pub struct Client {
    pub handle: Handle,
    http: reqwest::Client,
}

pub struct Answer {
    pub status: u16,
    pub headers: reqwest::header::HeaderMap,
    pub body: Vec<u8>,
}

impl Client {
    pub async fn small() -> Self {
        Self::of(Fleet::small(now(), 11)).await
    }

    pub async fn of(fleet: Fleet) -> Self {
        let handle = Simulator::start(fleet, 0).await.unwrap();
        Self { handle, http: reqwest::Client::new() }
    }

    pub async fn send(&self, path: &str, key: &str, region: &str, headers: &[(&str, &str)], body: Vec<u8>) -> Answer {
        let scope = format!(
            "AWS4-HMAC-SHA256 Credential={key}/20261123/{region}/service/aws4_request, SignedHeaders=host, Signature=00"
        );
        let url = format!("{}{path}", self.handle.endpoint_url());
        let mut request = self.http.post(url).header("authorization", scope).body(body);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Answer { status, headers, body: response.bytes().await.unwrap().to_vec() }
    }

    pub async fn json_at(&self, key: &str, region: &str, operation: &str, body: Json) -> (u16, Json) {
        let target = format!("SageMaker.{operation}");
        let headers = [("x-amz-target", target.as_str()), ("content-type", "application/x-amz-json-1.1")];
        let answer = self.send("/", key, region, &headers, body.to_string().into_bytes()).await;
        (answer.status, serde_json::from_slice(&answer.body).unwrap())
    }

    /// A SageMaker call of the first account in its first region that must succeed.
    pub async fn json(&self, operation: &str, body: Json) -> Json {
        let (status, answer) = self.json_at(&format!("AKIADEMO{ACCOUNT}"), "us-east-1", operation, body).await;
        assert_eq!(status, 200, "{answer}");
        answer
    }

    pub async fn cbor(&self, operation: &str, body: Cbor) -> Answer {
        let mut bytes = Vec::new();
        ciborium::into_writer(&body, &mut bytes).unwrap();
        let path = format!("/service/GraniteServiceVersion20100801/operation/{operation}");
        let headers = [("smithy-protocol", "rpc-v2-cbor"), ("content-type", "application/cbor")];
        self.send(&path, &format!("AKIADEMO{ACCOUNT}"), "us-east-1", &headers, bytes).await
    }

    pub async fn get(&self, path: &str) -> String {
        let url = format!("{}{path}", self.handle.endpoint_url());
        self.http.get(url).send().await.unwrap().text().await.unwrap()
    }

    pub async fn post(&self, path: &str, body: &str) -> u16 {
        let url = format!("{}{path}", self.handle.endpoint_url());
        self.http.post(url).body(body.to_owned()).send().await.unwrap().status().as_u16()
    }
}

impl Answer {
    pub fn cbor(&self) -> Cbor {
        ciborium::from_reader(self.body.as_slice()).unwrap()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

pub fn now() -> DateTime<Utc> {
    at("2026-11-23T14:30:00Z")
}

pub fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

pub fn map<const N: usize>(pairs: [(&str, Cbor); N]) -> Cbor {
    Cbor::Map(pairs.into_iter().map(|(key, value)| (Cbor::from(key), value)).collect())
}

pub fn time(at: DateTime<Utc>) -> Cbor {
    Cbor::Tag(1, Box::new(Cbor::Float(at.timestamp() as f64)))
}

pub fn member<'a>(value: &'a Cbor, name: &str) -> Option<&'a Cbor> {
    value.as_map().unwrap().iter().find(|(key, _)| key.as_text() == Some(name)).map(|(_, value)| value)
}

//! Smithy RPC v2 CBOR, the protocol of CloudWatch.
//!
//! Answers are written here byte by byte, as the service writes them: doubles always as 64-bit floats, times as tag 1
//! around such a float, everything of definite length. Requests come from any client and are read through `ciborium`.

use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use ciborium::Value;

use super::AwsError;
use crate::noise;

const MEDIA_TYPE: &str = "application/cbor";
const PROTOCOL: (&str, &str) = ("smithy-protocol", "rpc-v2-cbor");

pub(crate) fn reply(result: Result<Vec<u8>, AwsError>) -> Response {
    match result {
        Ok(body) => ([(CONTENT_TYPE.as_str(), MEDIA_TYPE), PROTOCOL], body).into_response(),
        Err(error) => {
            let query_error =
                format!("{};{}", error.code, if error.status.is_server_error() { "Receiver" } else { "Sender" });
            let mut body = Writer::default();
            body.map(2).text("__type").text(error.code).text("message").text(&error.message);
            let headers = [(CONTENT_TYPE.as_str(), MEDIA_TYPE), PROTOCOL, ("x-amzn-query-error", query_error.as_str())];
            (error.status, headers, body.into_bytes()).into_response()
        }
    }
}

/// Writes the few kinds of items that CloudWatch answers with.
#[derive(Default)]
pub(crate) struct Writer {
    bytes: Vec<u8>,
}

impl Writer {
    /// Begins a map of `pairs` keys and values.
    pub(crate) fn map(&mut self, pairs: usize) -> &mut Self {
        self.head(0xa0, pairs)
    }

    /// Begins a list.
    pub(crate) fn list(&mut self, members: usize) -> &mut Self {
        self.head(0x80, members)
    }

    pub(crate) fn text(&mut self, text: &str) -> &mut Self {
        self.head(0x60, text.len());
        self.bytes.extend_from_slice(text.as_bytes());
        self
    }

    pub(crate) fn double(&mut self, value: f64) -> &mut Self {
        self.bytes.push(0xfb);
        self.bytes.extend_from_slice(&value.to_be_bytes());
        self
    }

    pub(crate) fn yes(&mut self) -> &mut Self {
        self.bytes.push(0xf5);
        self
    }

    pub(crate) fn time(&mut self, epoch_s: i64) -> &mut Self {
        self.bytes.push(0xc1);
        self.double(epoch_s as f64)
    }

    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// A major type with its length in the shortest form.
    fn head(&mut self, major: u8, length: usize) -> &mut Self {
        let [.., a, b, c, d] = (length as u64).to_be_bytes();
        match length {
            0..24 => self.bytes.push(major | d),
            24..0x100 => self.bytes.extend_from_slice(&[major | 24, d]),
            0x100..0x1_0000 => self.bytes.extend_from_slice(&[major | 25, c, d]),
            // Four bytes of length reach 4 GiB, far beyond any answer.
            _ => self.bytes.extend_from_slice(&[major | 26, a, b, c, d]),
        }
        self
    }
}

/// Reads a request; an empty body is an empty structure.
pub(crate) fn parse(body: &[u8]) -> Result<Value, AwsError> {
    if body.is_empty() {
        return Ok(Value::Map(Vec::new()));
    }
    match ciborium::from_reader(body) {
        Ok(value @ Value::Map(_)) => Ok(value),
        Ok(_) => Err(AwsError::serialization("Start of structure expected.")),
        Err(error) => Err(AwsError::serialization(error.to_string())),
    }
}

/// A member of a structure; null counts as absent.
pub(crate) fn member<'a>(value: &'a Value, name: &str) -> Option<&'a Value> {
    value
        .as_map()?
        .iter()
        .find(|(key, _)| key.as_text() == Some(name))
        .map(|(_, value)| value)
        .filter(|value| !value.is_null())
}

/// A text member.
pub(crate) fn text<'a>(value: &'a Value, name: &str) -> Option<&'a str> {
    member(value, name)?.as_text()
}

/// A whole-number member.
pub(crate) fn integer(value: &Value, name: &str) -> Option<i64> {
    member(value, name)?.as_integer().and_then(|integer| i64::try_from(integer).ok())
}

/// A list member; absent is empty.
pub(crate) fn list<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    member(value, name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// A time member in whole epoch seconds, rounded down: CloudWatch has no finer grid than that.
pub(crate) fn time(value: &Value, name: &str) -> Option<i64> {
    match member(value, name)? {
        Value::Tag(1, inner) => match inner.as_ref() {
            Value::Float(seconds) => Some(noise::floor(*seconds)),
            Value::Integer(seconds) => i64::try_from(*seconds).ok(),
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_have_the_bytes_of_rfc_8949() {
        let mut writer = Writer::default();
        writer.map(1).text("a").list(2).double(1.1).time(1_363_896_240);
        let expected = [
            0xa1, 0x61, b'a', 0x82, 0xfb, 0x3f, 0xf1, 0x99, 0x99, 0x99, 0x99, 0x99, 0x9a, 0xc1, 0xfb, 0x41, 0xd4, 0x52,
            0xd9, 0xec, 0x00, 0x00, 0x00,
        ];
        assert_eq!(writer.into_bytes(), expected);
    }

    #[test]
    fn lengths_take_the_shortest_form() {
        for (length, head) in
            [(23, vec![0x97]), (24, vec![0x98, 24]), (256, vec![0x99, 1, 0]), (65_536, vec![0x9a, 0, 1, 0, 0])]
        {
            let mut writer = Writer::default();
            writer.list(length);
            assert_eq!(writer.into_bytes(), head, "{length}");
        }
    }

    #[test]
    fn requests_of_indefinite_length_are_read() {
        // {_ "StartTime": 1(1363896240.0), "MaxDatapoints": 5 }
        let mut body = vec![0xbf, 0x69];
        body.extend_from_slice(b"StartTime");
        body.extend_from_slice(&[0xc1, 0xfb, 0x41, 0xd4, 0x52, 0xd9, 0xec, 0, 0, 0, 0x6d]);
        body.extend_from_slice(b"MaxDatapoints");
        body.extend_from_slice(&[0x05, 0xff]);
        let value = parse(&body).unwrap();
        assert_eq!((time(&value, "StartTime"), integer(&value, "MaxDatapoints")), (Some(1_363_896_240), Some(5)));
        assert_eq!(member(&value, "EndTime"), None);
    }

    #[test]
    fn nonsense_is_a_serialization_error() {
        for body in [&[0xff_u8][..], &[0x01], &[0xa1, 0x61]] {
            assert_eq!(parse(body).unwrap_err().code, "SerializationException");
        }
    }
}

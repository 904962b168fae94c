//! The canonical text of a frozen review: one sequence of bytes for one meaning, so that a hash can prove it unchanged.
//!
//! Version 1 is RFC 8785 (JSON Canonicalization Scheme) restricted to what cannot be written in two ways: objects with
//! sorted keys, arrays, strings, whole numbers, booleans and null. A quantity is a string holding an exact decimal.

use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

/// The version of the form described above; stored beside every text written in it.
pub const VERSION: i32 = 1;

/// A value that has no canonical text.
#[derive(Debug, thiserror::Error)]
pub enum CanonicalError {
    /// Binary fractions print differently between programs; quantities are decimal strings.
    #[error("{0} is a binary fraction, which has no canonical text")]
    Fraction(String),
    /// The value does not fit JSON at all.
    #[error("the value cannot be written as JSON")]
    Json(#[source] serde_json::Error),
}

/// Writes a value in canonical form.
///
/// # Errors
/// [`CanonicalError::Fraction`] where a number is not whole.
pub fn text(value: &impl Serialize) -> Result<String, CanonicalError> {
    let value = serde_json::to_value(value).map_err(CanonicalError::Json)?;
    let mut text = String::new();
    write(&value, &mut text)?;
    Ok(text)
}

/// SHA-256 of a text, as 64 lower-case hexadecimal digits.
pub fn sha256_hex(text: &str) -> String {
    hex::encode(Sha256::digest(text.as_bytes()))
}

/// A count of a smallest unit as an exact decimal of the larger one: `decimal(1_500_000, 6)` is `1.5`.
pub fn decimal(count: i64, places: usize) -> String {
    let digits = format!("{:0>width$}", count.unsigned_abs(), width = places + 1);
    let (whole, fraction) = digits.split_at(digits.len() - places);
    let fraction = fraction.trim_end_matches('0');
    let sign = if count < 0 { "-" } else { "" };
    if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
}

/// A measured or estimated value as a decimal of at most `places` places; not finite becomes `None`, never a number.
pub fn rounded(value: f64, places: usize) -> Option<String> {
    if !value.is_finite() {
        return None;
    }
    let text = format!("{value:.places$}");
    let short = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { text.as_str() };
    Some(if short == "-0" { "0".to_owned() } else { short.to_owned() })
}

fn write(value: &Value, out: &mut String) -> Result<(), CanonicalError> {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(true) => out.push_str("true"),
        Value::Bool(false) => out.push_str("false"),
        Value::Number(number) if number.is_f64() => return Err(CanonicalError::Fraction(number.to_string())),
        Value::Number(number) => out.push_str(&number.to_string()),
        Value::String(string) => quote(string, out),
        Value::Array(items) => {
            out.push('[');
            for (position, item) in items.iter().enumerate() {
                if position > 0 {
                    out.push(',');
                }
                write(item, out)?;
            }
            out.push(']');
        }
        Value::Object(fields) => {
            let mut fields: Vec<(&String, &Value)> = fields.iter().collect();
            // RFC 8785 compares UTF-16 code units.
            fields.sort_by(|(a, _), (b, _)| a.encode_utf16().cmp(b.encode_utf16()));
            out.push('{');
            for (position, (key, item)) in fields.into_iter().enumerate() {
                if position > 0 {
                    out.push(',');
                }
                quote(key, out);
                out.push(':');
                write(item, out)?;
            }
            out.push('}');
        }
    }
    Ok(())
}

fn quote(string: &str, out: &mut String) {
    out.push('"');
    for character in string.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{8}' => out.push_str("\\b"),
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            '\u{c}' => out.push_str("\\f"),
            '\r' => out.push_str("\\r"),
            control if control < ' ' => out.push_str(&format!("\\u{:04x}", u32::from(control))),
            other => out.push(other),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn one_meaning_has_one_text() {
        let check = |value: Value, expected: &str| assert_eq!(text(&value).unwrap(), expected);
        check(json!({"b": 1, "a": [true, false, null], "": {}}), r#"{"":{},"a":[true,false,null],"b":1}"#);
        check(json!({"z": {"y": "1.50", "x": -3}, "Z": []}), r#"{"Z":[],"z":{"x":-3,"y":"1.50"}}"#);
        check(json!("a\"b\\c\u{8}\t\n\u{c}\r\u{1f}\u{7f}/é☃"), "\"a\\\"b\\\\c\\b\\t\\n\\f\\r\\u001f\u{7f}/é☃\"");
        // UTF-16 order puts a surrogate pair before U+FB33; byte order would not.
        check(json!({"\u{fb33}": 1, "\u{1f600}": 2}), "{\"\u{1f600}\":2,\"\u{fb33}\":1}");
        check(json!(u64::MAX), "18446744073709551615");
    }

    #[test]
    fn the_order_of_writing_does_not_matter() {
        let one: Value = serde_json::from_str(r#"{ "energy" : "1.5", "cost":"2" }"#).unwrap();
        let other: Value = serde_json::from_str(r#"{"cost":"2","energy":"1.5"}"#).unwrap();
        assert_eq!(text(&one).unwrap(), text(&other).unwrap());
        assert_eq!(
            sha256_hex(&text(&one).unwrap()),
            "1db7a72a73364d08793081d1653b0b5578773acf21059d9a15c51aba7b7da99a"
        );
    }

    #[test]
    fn a_binary_fraction_is_refused() {
        assert!(matches!(text(&json!({"cost": 1.5})), Err(CanonicalError::Fraction(_))));
    }

    #[test]
    fn counts_become_exact_decimals() {
        let check = |count: i64, places: usize, expected: &str| assert_eq!(decimal(count, places), expected);
        check(0, 6, "0");
        check(1, 9, "0.000000001");
        check(1_500_000, 6, "1.5");
        check(-1_500_000, 6, "-1.5");
        check(-1, 6, "-0.000001");
        check(42, 0, "42");
        check(i64::MAX, 9, "9223372036.854775807");
        check(i64::MIN, 9, "-9223372036.854775808");
    }

    #[test]
    fn estimates_are_rounded_once() {
        let check = |value: f64, places: usize, expected: Option<&str>| {
            assert_eq!(rounded(value, places).as_deref(), expected, "{value}");
        };
        check(1.25, 3, Some("1.25"));
        check(2.0, 3, Some("2"));
        check(0.1 + 0.2, 3, Some("0.3"));
        check(-0.0001, 3, Some("0"));
        check(100.0, 0, Some("100"));
        check(f64::NAN, 3, None);
        check(f64::INFINITY, 3, None);
    }
}

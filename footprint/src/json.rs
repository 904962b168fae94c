//! How an estimate is written as JSON, the same wherever it is written.

use serde::Serialize;
use serde_json::ser::{Formatter, PrettyFormatter, Serializer};
use std::io::{Result, Write};

/// Indented JSON. Numbers are the shortest that give the same bits back, as the standard library spells them: what runs in
/// a browser has that spelling on board already, and another would bring ten kilobytes of tables.
pub(crate) fn pretty(value: &impl Serialize) -> std::result::Result<String, serde_json::Error> {
    let mut text = Vec::new();
    value.serialize(&mut Serializer::with_formatter(&mut text, Indented(PrettyFormatter::new())))?;
    // The writer writes nothing but what was text before.
    Ok(String::from_utf8(text).unwrap_or_default())
}

struct Indented(PrettyFormatter<'static>);

impl Formatter for Indented {
    fn write_f64<W: ?Sized + Write>(&mut self, writer: &mut W, value: f64) -> Result<()> {
        write!(writer, "{value:?}")
    }

    fn begin_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> Result<()> {
        self.0.begin_array(writer)
    }

    fn end_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> Result<()> {
        self.0.end_array(writer)
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> Result<()> {
        self.0.begin_array_value(writer, first)
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> Result<()> {
        self.0.end_array_value(writer)
    }

    fn begin_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> Result<()> {
        self.0.begin_object(writer)
    }

    fn end_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> Result<()> {
        self.0.end_object(writer)
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> Result<()> {
        self.0.begin_object_key(writer, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> Result<()> {
        self.0.begin_object_value(writer)
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> Result<()> {
        self.0.end_object_value(writer)
    }
}

#[cfg(test)]
mod tests {
    use super::pretty;

    #[test]
    fn what_is_written_is_read_back_bit_by_bit() {
        for number in [0.0, -0.0, 1.0, 0.1 + 0.2, 1e-7, 1e21, 123_456_789.123, f64::MIN_POSITIVE, f64::MAX] {
            let text = pretty(&[number]).unwrap();
            let read: [serde_json::Value; 1] = serde_json::from_str(&text).unwrap();
            assert!(read[0].is_f64(), "{text}");
            let digits = text.trim_matches(['[', ']', '\n', ' ']);
            assert_eq!(digits.parse::<f64>().unwrap().to_bits(), number.to_bits(), "{text}");
        }
        assert_eq!(pretty(&[Some(1), None]).unwrap(), "[\n  1,\n  null\n]");
        assert_eq!(pretty(&f64::NAN).unwrap(), "null");
    }
}

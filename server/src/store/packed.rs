//! Many figures in one row: arrays, such as one of the 24 hours of a day, and sets of hours as bits.

use std::fmt::{Display, Write as _};

use chrono::{DateTime, Timelike as _, Utc};

const HOURS: usize = 24;

/// What is known of each UTC hour of a day.
#[derive(Debug, Clone)]
pub(super) struct Hours<'a, T>([Option<&'a T>; HOURS]);

impl<T> Default for Hours<'_, T> {
    fn default() -> Self {
        Self([None; HOURS])
    }
}

impl<'a, T> Hours<'a, T> {
    /// Sets what is known of an hour.
    pub(super) fn set(&mut self, hour: DateTime<Utc>, known: &'a T) {
        if let Some(slot) = usize::try_from(hour.hour()).ok().and_then(|hour| self.0.get_mut(hour)) {
            *slot = Some(known);
        }
    }

    /// An array literal of 24 elements; null where nothing is known.
    pub(super) fn array<V: Display>(&self, of: impl Fn(&T) -> Option<V>) -> String {
        literal(self.0.iter().map(|known| known.and_then(&of)))
    }

    /// The hours of which something holds: bit n is hour n.
    pub(super) fn bits(&self, holds: impl Fn(&T) -> bool) -> i32 {
        let bit = |(index, known): (usize, &Option<&T>)| if known.is_some_and(&holds) { 1 << index } else { 0 };
        self.0.iter().enumerate().map(bit).sum()
    }
}

/// An array literal; null where nothing is known.
pub(super) fn literal<V: Display>(elements: impl Iterator<Item = Option<V>>) -> String {
    let mut text = String::with_capacity(elements.size_hint().0 * 10);
    text.push('{');
    for (index, element) in elements.enumerate() {
        if index > 0 {
            text.push(',');
        }
        match element {
            // Writing into a String cannot fail.
            Some(value) => _ = write!(text, "{value}"),
            None => text.push_str("NULL"),
        }
    }
    text.push('}');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_have_their_places() {
        let at = |hour: i64| DateTime::from_timestamp(1_790_035_200 + hour * 3_600, 0).unwrap();
        let (first, last) = (1.5, -2.0);
        let mut hours = Hours::default();
        hours.set(at(0), &first);
        hours.set(at(23), &last);
        assert_eq!(hours.array(|value| Some(*value)), format!("{{1.5,{}-2}}", "NULL,".repeat(22)));
        assert_eq!(hours.array(|value| (*value > 0.0).then_some(7)), format!("{{7{}}}", ",NULL".repeat(23)));
        assert_eq!((hours.bits(|_| true), hours.bits(|value| *value > 0.0)), (1 | 1 << 23, 1));
    }
}

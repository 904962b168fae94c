//! Which hours of the week are working hours.

/// Weekdays, Monday first.
pub const WEEKDAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// The same hours on some weekdays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WorkingHours {
    weekdays: [bool; 7],
    from: u8,
    to: u8,
}

impl Default for WorkingHours {
    /// Where nobody says otherwise.
    fn default() -> Self {
        Self { weekdays: [true, true, true, true, true, false, false], from: 8, to: 18 }
    }
}

impl WorkingHours {
    /// Hours from `from` (0 to 23) to `to` (1 to 24), UTC, on weekdays counted from 1 for Monday. Where `to` comes before `from`
    /// they end on the next day. `None` for hours that no day has, for none, and where there is no weekday.
    #[must_use]
    pub fn new(weekdays: &[i32], from: i32, to: i32) -> Option<Self> {
        let mut days = [false; 7];
        for weekday in weekdays {
            *days.get_mut(usize::try_from(weekday.checked_sub(1)?).ok()?)? = true;
        }
        let (from, to) = (u8::try_from(from).ok()?, u8::try_from(to).ok()?);
        let is_span = from <= 23 && (1..=24).contains(&to) && from != to;
        (is_span && days.contains(&true)).then_some(Self { weekdays: days, from, to })
    }

    /// Whether an hour of the week is one of them; 1 is Monday, hours are UTC. Hours after midnight belong to the day on which
    /// they began.
    #[must_use]
    pub fn hold(&self, weekday: i32, hour: i32) -> bool {
        let (from, to) = (i32::from(self.from), i32::from(self.to));
        if from < to {
            return self.is_on(weekday) && from <= hour && hour < to;
        }
        let before = if weekday == 1 { 7 } else { weekday - 1 };
        (from <= hour && self.is_on(weekday)) || (hour < to && self.is_on(before))
    }

    /// Whether they begin on a weekday; 1 is Monday.
    #[must_use]
    pub fn is_on(&self, weekday: i32) -> bool {
        let place = usize::try_from(weekday - 1).ok();
        place.and_then(|place| self.weekdays.get(place)).copied().unwrap_or_default()
    }

    /// The weekdays on which they begin, ascending; 1 is Monday.
    #[must_use]
    pub fn weekdays(&self) -> Vec<i32> {
        (1..=7).filter(|weekday| self.is_on(*weekday)).collect()
    }

    /// The hour in which they begin, 0 to 23, UTC.
    #[must_use]
    pub fn from(&self) -> i32 {
        i32::from(self.from)
    }

    /// The hour before which they end, 1 to 24, UTC; on the next day where it comes before the first.
    #[must_use]
    pub fn to(&self) -> i32 {
        i32::from(self.to)
    }

    /// Such as `Monday to Friday, 08:00 to 18:00 UTC`.
    #[must_use]
    pub fn words(&self) -> String {
        let next_day = if self.to < self.from { " on the next day" } else { "" };
        format!("{}, {:02}:00 to {:02}:00 UTC{next_day}", self.days_in_words(), self.from, self.to)
    }

    /// Three and more that follow each other are a span.
    fn days_in_words(&self) -> String {
        let named: Vec<(usize, &str)> = WEEKDAYS
            .into_iter()
            .enumerate()
            .filter(|(place, _)| self.weekdays.get(*place).is_some_and(|is_on| *is_on))
            .collect();
        let spans = named.chunk_by(|(one, _), (next, _)| one + 1 == *next).flat_map(|span| match span {
            [(_, first), _, .., (_, last)] => vec![format!("{first} to {last}")],
            few => few.iter().map(|(_, name)| (*name).to_owned()).collect(),
        });
        let spans: Vec<String> = spans.collect();
        match spans.split_last() {
            Some((last, [])) => last.clone(),
            Some((last, others)) => format!("{} and {last}", others.join(", ")),
            None => String::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(hours: &WorkingHours) -> usize {
        (1..=7)
            .flat_map(|day| (0..24).map(move |hour| (day, hour)))
            .filter(|(day, hour)| hours.hold(*day, *hour))
            .count()
    }

    #[test]
    fn nights_and_weekends_are_outside_the_usual_ones() {
        let usual = WorkingHours::default();
        assert_eq!(count(&usual), 50);
        for (weekday, hour, expected) in [(1, 7, false), (1, 8, true), (5, 17, true), (5, 18, false), (6, 12, false)] {
            assert_eq!(usual.hold(weekday, hour), expected, "{weekday} {hour}");
        }
        assert_eq!(usual.words(), "Monday to Friday, 08:00 to 18:00 UTC");
    }

    #[test]
    fn hours_that_end_on_the_next_day_belong_to_the_day_on_which_they_begin() {
        let late = WorkingHours::new(&[1, 7], 17, 2).unwrap();
        assert_eq!(count(&late), 18);
        for (weekday, hour, expected) in
            [(1, 16, false), (1, 17, true), (2, 1, true), (2, 2, false), (2, 17, false), (7, 23, true), (1, 1, true)]
        {
            assert_eq!(late.hold(weekday, hour), expected, "{weekday} {hour}");
        }
        assert_eq!(late.words(), "Monday and Sunday, 17:00 to 02:00 UTC on the next day");
    }

    #[test]
    fn every_choice_of_days_holds_so_many_hours_and_says_which() {
        for (weekdays, words) in [
            (vec![3], "Wednesday"),
            (vec![1, 2], "Monday and Tuesday"),
            (vec![1, 2, 3, 5, 6, 7], "Monday to Wednesday and Friday to Sunday"),
            (vec![2, 4, 6], "Tuesday, Thursday and Saturday"),
        ] {
            for (from, to) in [(0, 24), (9, 10), (23, 24), (23, 1), (12, 11)] {
                let hours = WorkingHours::new(&weekdays, from, to).unwrap();
                let each = usize::try_from((to - from).rem_euclid(24)).unwrap();
                assert_eq!(
                    count(&hours),
                    weekdays.len() * if each == 0 { 24 } else { each },
                    "{weekdays:?} {from} {to}"
                );
                assert!(hours.words().starts_with(&format!("{words}, ")), "{}", hours.words());
                assert_eq!(WorkingHours::new(&hours.weekdays(), hours.from(), hours.to()), Some(hours));
            }
        }
    }

    #[test]
    fn hours_that_no_day_has_are_none() {
        for (weekdays, from, to) in [
            (vec![], 8, 18),
            (vec![0], 8, 18),
            (vec![8], 8, 18),
            (vec![1], 8, 8),
            (vec![1], 24, 3),
            (vec![1], 8, 25),
            (vec![1], 8, 0),
            (vec![1], -1, 5),
        ] {
            assert_eq!(WorkingHours::new(&weekdays, from, to), None, "{weekdays:?} {from} {to}");
        }
    }
}

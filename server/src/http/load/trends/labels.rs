//! What stands under the axis, and what is said of a bucket.

use app::parts::number;
use app::view::BucketLabel;
use chrono::{Datelike as _, TimeDelta, Timelike as _};

use super::asked::Asked;
use super::pile::{Heaped, Pile};
use super::shown;
use crate::http::desk::Desk;
use crate::http::load::{figures, whole};
use crate::http::query::Query;
use crate::store::day_note::Read;
use crate::store::step::{Bucket, Step};

/// A label for every bucket.
pub(super) fn labels(
    desk: &Desk,
    (query, asked): (&Query, &Asked),
    buckets: &[Bucket],
    heaped: &Heaped,
    read: &Read,
) -> Vec<BucketLabel> {
    let (metric, step) = (asked.metric, asked.step);
    let partial = |(bucket, pile): (&Bucket, &Pile)| {
        let sums = figures::sum_closed(&desk.factors, pile.parts());
        let time = whole::Time { is_cut: bucket.is_cut, is_open: bucket.is_open, is_unread: read.lacks_of(bucket) };
        whole::partial(time, &sums, &shown(metric, &sums, pile.now), metric.rests_on_load())
    };
    // A bucket is seen in steps that fit it: days in their own, an hour among those of its day.
    let mut within = query.clone();
    within.own.retain(|(key, _)| *key != "gran" || step == Step::Hour);
    let is_alone = buckets.first().zip(buckets.last()).is_none_or(|(first, last)| first.days == last.days);
    let years = buckets.first().zip(buckets.last()).is_some_and(|(a, b)| a.start.year() != b.start.year());
    let label = |(bucket, pile): (&Bucket, &Pile)| {
        let (short, long) = named(bucket, step, buckets.len(), years);
        BucketLabel {
            short,
            long,
            partial: partial((bucket, pile)),
            href: (!is_alone).then(|| within.permalink(bucket.days)),
            hour: bucket.is_hour.then_some(bucket.start),
        }
    };
    buckets.iter().zip(&heaped.buckets).map(label).collect()
}

/// A bucket under the axis, and in words; `years` where the period has days of more than one.
fn named(bucket: &Bucket, step: Step, buckets: usize, years: bool) -> (String, String) {
    let (from, to) = (bucket.days.from, bucket.days.to);
    match step {
        Step::Hour => {
            let end = bucket.start + TimeDelta::hours(1);
            let long =
                format!("{}, {}–{} UTC", number::weekday(from), bucket.start.format("%H:%M"), end.format("%H:%M"));
            // Where a day begins, its date stands for the hour.
            let short = if bucket.start.hour() == 0 { from.format("%-d %b") } else { bucket.start.format("%H:%M") };
            (short.to_string(), long)
        }
        Step::Day if buckets <= 8 => (from.format("%a %-d").to_string(), number::weekday(from)),
        Step::Day => (from.format("%-d %b").to_string(), number::weekday(from)),
        Step::Week => {
            (from.format("W%V").to_string(), format!("week {}, {}", from.format("%V"), number::period(from, to)))
        }
        Step::Month if years => (from.format("%b %y").to_string(), number::month(from)),
        Step::Month => (from.format("%b").to_string(), number::month(from)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::selection::Period;

    #[test]
    fn an_hour_is_named_by_its_time_and_a_day_s_first_by_the_date() {
        let day = |number| chrono::NaiveDate::from_ymd_opt(2026, 11, number).unwrap();
        let now = day(24).and_hms_opt(0, 0, 0).unwrap().and_utc();
        let hours = Step::Hour.buckets(Period { from: day(21), to: day(22) }, now);
        let names: Vec<(String, String)> =
            hours.iter().map(|hour| named(hour, Step::Hour, hours.len(), false)).collect();
        assert_eq!(names[0], ("21 Nov".to_owned(), "Sat 21 Nov, 00:00–01:00 UTC".to_owned()));
        assert_eq!(names[13], ("13:00".to_owned(), "Sat 21 Nov, 13:00–14:00 UTC".to_owned()));
        assert_eq!(names[24].0, "22 Nov");
        assert_eq!(names[47].1, "Sun 22 Nov, 23:00–00:00 UTC");
    }
}

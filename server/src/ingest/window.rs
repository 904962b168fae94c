//! Which windows are still to be planned: closed, half-open, never overlapping.

use chrono::{DateTime, Duration, DurationRound, Utc};

/// A half-open stretch of time.
pub type Window = (DateTime<Utc>, DateTime<Utc>);

/// The windows missing between `from` and `to`: whole UTC days where a day is free, single hours elsewhere.
///
/// `to` is cut down to the hour, so that a window is closed before it is planned; `known` may be in any order.
pub fn missing(known: &[Window], from: DateTime<Utc>, to: DateTime<Utc>) -> Vec<Window> {
    let hour = Duration::hours(1);
    let (Ok(from), Ok(to)) = (from.duration_trunc(hour), to.duration_trunc(hour)) else {
        return Vec::new();
    };
    let mut known: Vec<Window> = known.to_vec();
    known.sort_unstable();
    let mut windows = Vec::new();
    let mut at = from;
    for (start, end) in known {
        if start > at {
            fill(&mut windows, at, start.min(to));
        }
        at = at.max(end);
    }
    fill(&mut windows, at, to);
    windows
}

fn fill(windows: &mut Vec<Window>, from: DateTime<Utc>, to: DateTime<Utc>) {
    let mut at = from;
    while at < to {
        let starts_a_day = at.timestamp().rem_euclid(86_400) == 0;
        let length = if starts_a_day && at + Duration::days(1) <= to { Duration::days(1) } else { Duration::hours(1) };
        windows.push((at, at + length));
        at += length;
    }
}

/// The UTC days that `[from, to)` touches, as windows of a day each; the last may still be open.
pub fn days(from: DateTime<Utc>, to: DateTime<Utc>) -> Vec<Window> {
    let day = Duration::days(1);
    let Ok(mut at) = from.duration_trunc(day) else {
        return Vec::new();
    };
    let mut windows = Vec::new();
    while at < to {
        windows.push((at, at + day));
        at += day;
    }
    windows
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hour: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_790_000_000 / 86_400 * 86_400 + hour * 3600, 0).unwrap()
    }

    fn hours(windows: &[Window]) -> Vec<(i64, i64)> {
        windows.iter().map(|(a, b)| ((*a - at(0)).num_hours(), (*b - at(0)).num_hours())).collect()
    }

    #[test]
    fn days_where_free_hours_elsewhere() {
        type Spans = &'static [(i64, i64)];
        let rows: [(Spans, i64, i64, Spans); 6] = [
            (&[], 0, 48, &[(0, 24), (24, 48)]),
            (&[], 22, 50, &[(22, 23), (23, 24), (24, 48), (48, 49), (49, 50)]),
            (&[(0, 24)], 0, 26, &[(24, 25), (25, 26)]),
            (&[(24, 25), (26, 27)], 24, 28, &[(25, 26), (27, 28)]),
            (&[(0, 24), (24, 48)], 0, 48, &[]),
            (&[(30, 31)], 48, 20, &[]),
        ];
        for (known, from, to, expected) in rows {
            let known: Vec<Window> = known.iter().map(|(a, b)| (at(*a), at(*b))).collect();
            assert_eq!(hours(&missing(&known, at(from), at(to))), expected, "{known:?} {from} {to}");
        }
    }

    #[test]
    fn an_hour_that_has_not_ended_is_not_planned() {
        let windows = missing(&[], at(1) + Duration::minutes(20), at(3) + Duration::minutes(59));
        assert_eq!(hours(&windows), [(1, 2), (2, 3)]);
    }

    #[test]
    fn planning_twice_plans_nothing_more_and_leaves_no_hole() {
        let mut covered = std::collections::BTreeSet::new();
        for from in 0..30 {
            for length in 0..60 {
                let first = missing(&[], at(from), at(from + length));
                assert!(missing(&first, at(from), at(from + length)).is_empty());
                let total: i64 = first.iter().map(|(a, b)| (*b - *a).num_hours()).sum();
                assert_eq!(total, length);
                assert!(first.windows(2).all(|pair| pair[0].1 == pair[1].0));
                covered.insert(first.len());
            }
        }
        assert!(covered.len() > 20, "many shapes were tried");
    }
}

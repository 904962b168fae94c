//! Capacity over time: half-open spans that never overlap.

use std::borrow::Cow;

use chrono::{DateTime, Utc};

use crate::aws::facts::is_serverless;
use crate::kind::Kind;
use crate::store::capacity::{Purchase, Source, Span, State};
use crate::store::metric::Alive;

/// Replaces what `existing` says of `[from, to)` by `new`, which must lie inside it; `to = None` is for ever.
///
/// What lies outside is kept and cut at the borders; equal neighbours become one.
pub fn splice(existing: &[Span], from: DateTime<Utc>, to: Option<DateTime<Utc>>, new: &[Span]) -> Vec<Span> {
    let mut spans: Vec<Span> = Vec::with_capacity(existing.len() + new.len() + 1);
    for span in existing {
        if span.from < from {
            spans.push(Span { to: Some(span.to.map_or(from, |end| end.min(from))), ..span.clone() });
        }
        if let Some(to) = to
            && span.to.is_none_or(|end| end > to)
        {
            spans.push(Span { from: span.from.max(to), ..span.clone() });
        }
    }
    spans.extend(new.iter().cloned());
    spans.retain(|span| span.to.is_none_or(|end| end > span.from));
    spans.sort_by_key(|span| span.from);
    join_equal_neighbours(spans)
}

/// The spans of a production variant that its sample counts tell: `counts` are instances per cell of `period_s`.
///
/// A cell without a count, or whose count is no whole number of instances, leaves what was known to stand.
pub fn from_samples(known: &[Span], window_start: DateTime<Utc>, period_s: i32, counts: &[Option<f64>]) -> Vec<Span> {
    let step = chrono::Duration::seconds(i64::from(period_s));
    let mut spans = known.to_vec();
    let mut at = window_start;
    let mut run: Option<(DateTime<Utc>, i32)> = None;
    for cell in counts.iter().map(|samples| samples.and_then(|n| instances(n, period_s))).chain([None]) {
        let goes_on = matches!((run, cell), (Some((_, count)), Some(now)) if count == now);
        if !goes_on {
            if let Some((start, count)) = run {
                spans = splice_count(&spans, start, at, count);
            }
            run = cell.map(|count| (at, count));
        }
        at += step;
    }
    spans
}

/// The capacity of an entity as its sample counts tell it, which AWS' Describe calls forget; `None` where they say nothing new.
pub(super) fn refined(
    entity: &Alive,
    known: &[Span],
    counts: Option<&Vec<Option<f64>>>,
    (from, to): (DateTime<Utc>, DateTime<Utc>),
    period_s: i32,
) -> Option<Vec<Span>> {
    if Kind::parse(&entity.kind) != Some(Kind::Endpoint) || is_serverless(&entity.instance_type) {
        return None;
    }
    // An entity of which nothing came has no sample in any cell.
    let cells = usize::try_from((to - from).num_seconds() / i64::from(period_s)).unwrap_or_default();
    let counts = counts.map_or_else(|| Cow::Owned(vec![None; cells]), Cow::Borrowed);
    let told = from_samples(known, from, period_s, &counts);
    (told != known).then_some(told)
}

/// CPU readings are published once a minute and instance.
fn instances(samples: f64, period_s: i32) -> Option<i32> {
    let each = f64::from(period_s) / 60.0;
    let count = samples / each;
    let whole = count.round();
    let is_whole = (count - whole).abs() <= 0.15;
    #[expect(clippy::cast_possible_truncation, reason = "bounded to 10,000 on the same line")]
    (is_whole && (1.0..=10_000.0).contains(&whole)).then_some(whole as i32)
}

/// Sample counts know how many, not which: the type is that of the span in force.
fn splice_count(known: &[Span], from: DateTime<Utc>, to: DateTime<Utc>, count: i32) -> Vec<Span> {
    let in_force = known
        .iter()
        .filter(|span| span.from < to && span.to.is_none_or(|end| end > from))
        .map(|span| {
            let told = span.count == count && span.state == State::Serving;
            Span {
                from: span.from.max(from),
                to: Some(span.to.map_or(to, |end| end.min(to))),
                count,
                state: State::Serving,
                // A count that only repeats what was described changes nothing, so the span stays whole.
                source: if told { span.source } else { Source::SampleCount },
                ..span.clone()
            }
        })
        .collect::<Vec<_>>();
    if in_force.is_empty() { known.to_vec() } else { splice(known, from, Some(to), &in_force) }
}

fn join_equal_neighbours(spans: Vec<Span>) -> Vec<Span> {
    let mut joined: Vec<Span> = Vec::with_capacity(spans.len());
    for span in spans {
        match joined.last_mut() {
            Some(last)
                if last.to == Some(span.from)
                    && (&last.instance_type, last.count, last.purchase, last.state, last.source)
                        == (&span.instance_type, span.count, span.purchase, span.state, span.source) =>
            {
                last.to = span.to;
            }
            _ => joined.push(span),
        }
    }
    joined
}

/// A span of instances that serve.
pub fn serving(
    from: DateTime<Utc>,
    to: Option<DateTime<Utc>>,
    instance_type: &str,
    count: i32,
    purchase: Purchase,
) -> Span {
    Span {
        from,
        to,
        instance_type: instance_type.to_owned(),
        count,
        purchase,
        state: if count > 0 { State::Serving } else { State::Provisioning },
        source: Source::Described,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hour: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_790_000_000 / 3600 * 3600 + hour * 3600, 0).unwrap()
    }

    fn described(from: i64, to: Option<i64>, count: i32) -> Span {
        serving(at(from), to.map(at), "ml.g5.xlarge", count, Purchase::OnDemand)
    }

    fn shape(spans: &[Span]) -> Vec<(i64, Option<i64>, i32)> {
        let hour = |t: DateTime<Utc>| (t - at(0)).num_hours();
        spans.iter().map(|s| (hour(s.from), s.to.map(hour), s.count)).collect()
    }

    #[test]
    fn a_splice_cuts_at_its_borders_and_keeps_the_rest() {
        let known = [described(0, None, 1)];
        let spans = splice(&known, at(4), Some(at(6)), &[described(4, Some(6), 3)]);
        assert_eq!(shape(&spans), [(0, Some(4), 1), (4, Some(6), 3), (6, None, 1)]);
        let closed = splice(&spans, at(8), None, &[]);
        assert_eq!(shape(&closed), [(0, Some(4), 1), (4, Some(6), 3), (6, Some(8), 1)]);
    }

    #[test]
    fn equal_neighbours_become_one() {
        let spans = splice(&[described(0, Some(4), 2)], at(4), None, &[described(4, None, 2)]);
        assert_eq!(shape(&spans), [(0, None, 2)]);
    }

    #[test]
    fn sample_counts_refine_what_was_described() {
        let known = [described(0, None, 1)];
        let counts = [Some(60.0), Some(180.0), None, Some(180.0), Some(90.0)];
        let spans = from_samples(&known, at(0), 3600, &counts);
        // The hour without samples and the one with a broken count keep the described single instance.
        assert_eq!(shape(&spans), [(0, Some(1), 1), (1, Some(2), 3), (2, Some(3), 1), (3, Some(4), 3), (4, None, 1)]);
    }

    #[test]
    fn spans_never_overlap_whatever_is_spliced() {
        let mut spans = vec![described(0, None, 1)];
        let mut seed = 7_u64;
        let mut lengths = std::collections::BTreeSet::new();
        for _ in 0..500 {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let from = i64::from(u8::try_from(seed >> 56).unwrap() % 48);
            let length = i64::from(u8::try_from((seed >> 48) & 0xff).unwrap() % 5) + 1;
            let count = i32::from(u8::try_from((seed >> 40) & 0xff).unwrap() % 4);
            spans = splice(&spans, at(from), Some(at(from + length)), &[described(from, Some(from + length), count)]);
            lengths.insert(length);
            for pair in spans.windows(2) {
                assert!(pair[0].to.is_some_and(|end| end <= pair[1].from), "{spans:?}");
            }
            let covered: i64 = spans.iter().filter_map(|s| s.to.map(|to| (to - s.from).num_hours())).sum();
            assert!(covered >= 48 || spans.last().unwrap().to.is_none());
        }
        assert_eq!(lengths.len(), 5, "every length was tried");
    }
}

//! The phases of a job as one bar, hand-written: a length is a share of the time from its creation to its end.

use super::frame::{self, Key};
use super::ink::Ink;
use crate::parts::{bar, facts, figure, number, table};
use crate::view::{JobPhaseKind, JobPhaseRow, JobPhases};
use leptos::prelude::*;

/// Length of the whole bar in its own units.
const LENGTH: f64 = 1_000.0;
/// What is there is seen, however short it was.
const LEAST: f64 = 3.0;

const KINDS: [JobPhaseKind; 6] = [
    JobPhaseKind::Waiting,
    JobPhaseKind::Loading,
    JobPhaseKind::Training,
    JobPhaseKind::Interrupted,
    JobPhaseKind::Storing,
    JobPhaseKind::Other,
];

const fn ink(kind: JobPhaseKind) -> Ink {
    match kind {
        JobPhaseKind::Waiting => Ink::Rest,
        JobPhaseKind::Loading => Ink::Preparation,
        JobPhaseKind::Training => Ink::Training,
        JobPhaseKind::Storing => Ink::Endpoint,
        JobPhaseKind::Interrupted => Ink::Rise,
        JobPhaseKind::Other => Ink::Beaten,
    }
}

const fn word(kind: JobPhaseKind) -> &'static str {
    match kind {
        JobPhaseKind::Waiting => "Waiting for instances",
        JobPhaseKind::Loading => "Loading",
        JobPhaseKind::Training => "Training",
        JobPhaseKind::Storing => "Storing",
        JobPhaseKind::Interrupted => "Interrupted",
        JobPhaseKind::Other => "Other",
    }
}

/// The bar with its legend and its table; nothing where no phase is known.
#[must_use]
pub fn draw(phases: &JobPhases) -> Option<AnyView> {
    if phases.rows.is_empty() {
        return None;
    }
    let percent = |kind: JobPhaseKind| {
        let own: f64 = phases.rows.iter().filter(|row| row.kind == kind).map(|row| row.share_percent).sum();
        // A final state is a moment.
        (own > 0.0).then_some(own)
    };
    let keys = KINDS.into_iter().filter_map(|kind| {
        let label = format!("{} {}\u{202f}%", word(kind), number::significant(percent(kind)?));
        Some(Key::area(ink(kind), label))
    });
    let keys = keys.collect();
    let plot = view! {
        <svg
            class="chart phases"
            viewBox="0 0 1000 28"
            preserveAspectRatio="none"
            role="img"
            aria-labelledby="phases-title phases-desc"
        >
            <title id="phases-title">"Phases"</title>
            <desc id="phases-desc">{described(phases)}</desc>
            {pieces(phases)}
        </svg>
    };
    Some(frame::figure("job-phases", "From creation to end", sentence(phases), keys, plot.into_any(), twin(phases)))
}

fn pieces(phases: &JobPhases) -> AnyView {
    let pieces = stretches(phases).into_iter().map(|(kind, from, length)| {
        let (x, width) = (format!("{from:.1}"), format!("{length:.1}"));
        view! { <rect class=format!("fill-{}", ink(kind).class()) x=x width=width height="28"></rect> }
    });
    pieces.collect_view().into_any()
}

/// Kind, beginning and length of every phase that lasted; the bar is as long as it is, whatever was made longer to be seen.
fn stretches(phases: &JobPhases) -> Vec<(JobPhaseKind, f64, f64)> {
    let lengths: Vec<(JobPhaseKind, f64)> = phases
        .rows
        .iter()
        .filter(|row| row.seconds > 0.0)
        .map(|row| (row.kind, (row.share_percent / 100.0 * LENGTH).max(LEAST)))
        .collect();
    let all: f64 = lengths.iter().map(|(_, length)| length).sum();
    let mut from = 0.0;
    let placed = lengths.into_iter().map(|(kind, length)| {
        let length = length / all * LENGTH;
        from += length;
        (kind, from - length, length)
    });
    placed.collect()
}

fn described(phases: &JobPhases) -> String {
    let each = |row: &JobPhaseRow| format!("{} {}", row.name, lasted(row.seconds));
    phases.rows.iter().filter(|row| row.seconds > 0.0).map(each).collect::<Vec<_>>().join(", ")
}

fn lasted(seconds: f64) -> String {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "no phase is negative or lasts for ages"
    )]
    let whole = seconds.max(0.0).round() as u64;
    number::time_span(whole)
}

fn sentence(phases: &JobPhases) -> String {
    match (phases.on_instances.figure(), phases.not_training.figure()) {
        (Some(_), Some(_)) => format!(
            "It held its instances for {}; {} of that time was not training. Before, and while spot capacity is gone, nothing is billed.",
            figure::text(&phases.on_instances),
            figure::text(&phases.not_training)
        ),
        _ => "How long it held its instances is not known.".to_owned(),
    }
}

fn twin(phases: &JobPhases) -> AnyView {
    let rows = phases
        .rows
        .iter()
        .map(|row| {
            let share = (row.seconds > 0.0).then(|| {
                view! {
                    <span class="share-text">{number::significant(row.share_percent)} "\u{202f}%"</span>
                    {bar::share(row.share_percent)}
                }
            });
            let length = (row.seconds > 0.0 || row.to.is_none()).then(|| lasted(row.seconds));
            view! {
                <tr>
                    <th scope="row">{row.name.clone()}</th>
                    <td>{facts::time(row.from)}</td>
                    <td>{row.to.map_or_else(|| "lasts".into_any(), facts::time)}</td>
                    <td class="number">{length}</td>
                    <td class="share-cell">{share}</td>
                    <td class="told">{row.message.clone()}</td>
                </tr>
            }
        })
        .collect_view();
    let head = table::head(&["Phase", "From, UTC", "To, UTC", "#Duration", "Share", "As AWS says it"]);
    table::table("Phases", head, rows.into_any(), None)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(kind: JobPhaseKind, seconds: f64, share_percent: f64) -> JobPhaseRow {
        JobPhaseRow { kind, seconds, share_percent, ..JobPhaseRow::default() }
    }

    #[test]
    fn short_phases_are_seen_and_the_bar_is_no_longer_for_it() {
        let phases = JobPhases {
            rows: vec![
                row(JobPhaseKind::Waiting, 1.0, 0.01),
                row(JobPhaseKind::Training, 9_999.0, 99.99),
                row(JobPhaseKind::Other, 0.0, 0.0),
            ],
            ..JobPhases::default()
        };
        let pieces = stretches(&phases);
        assert_eq!(pieces.len(), 2, "a moment has no length");
        assert!(pieces[0].2 > 2.5 && (pieces[1].1 - pieces[0].2).abs() < 1e-9, "{pieces:?}");
        assert!((pieces[1].1 + pieces[1].2 - LENGTH).abs() < 1e-9, "{pieces:?}");
    }
}

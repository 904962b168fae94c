//! Small labels for states. The word carries the meaning; colour and mark only repeat it.

use super::number;
use crate::view::{
    ActionStatus, AlarmState, Completeness, Confidence, ExecutionStatus, FindingStatus, JobStatus, Note, NoteWeight,
    ReviewStatus, ScalingVerdict, Shown, Tier, Verdict,
};
use leptos::prelude::*;

/// A word with a mark before it; `tone` is `good`, `warn`, `bad` or `even`.
#[must_use]
pub fn badge(tone: &'static str, mark: &'static str, word: impl Into<String>) -> AnyView {
    view! {
        <span class=format!("badge {tone}")>
            <span class="mark" aria-hidden="true">{mark}</span>
            {word.into()}
        </span>
    }
    .into_any()
}

/// The evidence tier with its meaning in the tooltip.
#[must_use]
pub fn tier(tier: Tier) -> AnyView {
    let class = format!("badge tier tier-{}", tier.as_str().to_lowercase());
    view! { <abbr class=class title=format!("{tier}: {}", tier.describe())>{tier.as_str()}</abbr> }.into_any()
}

/// The tier of a figure, if it has one, and whether the figure is only a lower bound.
#[must_use]
pub fn evidence(shown: &Shown) -> AnyView {
    let Some(figure) = shown.figure() else {
        return ().into_any();
    };
    let lower_bound = (figure.completeness == Completeness::LowerBound).then(|| badge("warn", "≥", "lower bound"));
    view! { {figure.tier.map(tier)} " " {lower_bound} }.into_any()
}

#[must_use]
pub fn job(status: JobStatus) -> AnyView {
    match status {
        JobStatus::InProgress => badge("even", "●", "In progress"),
        JobStatus::InService => badge("good", "✓", "In service"),
        JobStatus::Completed => badge("good", "✓", "Completed"),
        JobStatus::Failed => badge("bad", "✕", "Failed"),
        JobStatus::Stopping => badge("warn", "■", "Stopping"),
        JobStatus::Stopped => badge("warn", "■", "Stopped"),
    }
}

/// How an execution of a pipeline or one of its steps stands.
#[must_use]
pub fn execution(status: ExecutionStatus) -> AnyView {
    match status {
        ExecutionStatus::Executing => badge("even", "●", "Executing"),
        ExecutionStatus::Stopping => badge("warn", "■", "Stopping"),
        ExecutionStatus::Stopped => badge("warn", "■", "Stopped"),
        ExecutionStatus::Failed => badge("bad", "✕", "Failed"),
        ExecutionStatus::Succeeded => badge("good", "✓", "Succeeded"),
        ExecutionStatus::Unknown => badge("even", "?", "Unknown"),
    }
}

/// Something about what is kept.
#[must_use]
pub fn note(note: &Note) -> AnyView {
    let words = note.words.clone();
    match note.weight {
        NoteWeight::Good => badge("good", "✓", words),
        NoteWeight::Open => badge("even", "?", words),
        NoteWeight::Problem => badge("warn", "!", words),
    }
}

/// An endpoint's status as AWS spells it.
#[must_use]
pub fn endpoint(status: &str) -> AnyView {
    match status {
        "InService" => badge("good", "✓", "In service"),
        "Failed" => badge("bad", "✕", "Failed"),
        "OutOfService" => badge("bad", "✕", "Out of service"),
        "Deleted" => badge("even", "○", "Deleted"),
        other => badge("even", "●", other),
    }
}

/// Whether something changes the number of a layer.
#[must_use]
pub fn scaling(verdict: ScalingVerdict) -> AnyView {
    match verdict {
        ScalingVerdict::Scales => badge("good", "✓", "Scales"),
        ScalingVerdict::Fixed => badge("warn", "=", "Fixed"),
        ScalingVerdict::NotEvaluated => badge("even", "?", "Not evaluated"),
    }
}

#[must_use]
pub fn alarm(state: AlarmState) -> AnyView {
    match state {
        AlarmState::InOrder => badge("good", "✓", "In order"),
        AlarmState::InAlarm => badge("bad", "!", "In alarm"),
        AlarmState::TooLittleData => badge("even", "?", "Too little data"),
    }
}

/// How many findings a resource has; nothing for none.
#[must_use]
pub fn findings(count: u32) -> Option<AnyView> {
    match count {
        0 => None,
        1 => Some(badge("warn", "!", "1 finding")),
        more => Some(badge("warn", "!", format!("{} findings", number::count(more)))),
    }
}

#[must_use]
pub fn verdict(verdict: Verdict) -> AnyView {
    match verdict {
        Verdict::Fires => badge("warn", "!", "Applies"),
        Verdict::DoesNotFire => badge("good", "✓", "Does not apply"),
        Verdict::NotEvaluated => badge("even", "?", "Not evaluated"),
        Verdict::TooNew => badge("even", "○", "Too new"),
    }
}

#[must_use]
pub fn finding(status: FindingStatus) -> AnyView {
    let word = finding_word(status);
    match status {
        FindingStatus::Open | FindingStatus::Reopened => badge("warn", "○", word),
        FindingStatus::Accepted => badge("even", "◐", word),
        FindingStatus::InProgress => badge("even", "●", word),
        FindingStatus::Done | FindingStatus::Verified => badge("good", "✓", word),
        FindingStatus::PartiallyVerified => badge("even", "✓", word),
        FindingStatus::NotObserved => badge("bad", "✕", word),
        FindingStatus::Dismissed | FindingStatus::ResolvedElsewhere => badge("even", "–", word),
    }
}

/// The state of a finding in words.
#[must_use]
pub const fn finding_word(status: FindingStatus) -> &'static str {
    match status {
        FindingStatus::Open => "Open",
        FindingStatus::Accepted => "Accepted",
        FindingStatus::InProgress => "In progress",
        FindingStatus::Done => "Done",
        FindingStatus::Verified => "Verified",
        FindingStatus::PartiallyVerified => "Partly verified",
        FindingStatus::Reopened => "Reopened",
        FindingStatus::NotObserved => "Saving not observed",
        FindingStatus::Dismissed => "Dismissed",
        FindingStatus::ResolvedElsewhere => "Resolved elsewhere",
    }
}

/// The confidence in words.
#[must_use]
pub const fn confidence_word(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::High => "high confidence",
        Confidence::Medium => "medium confidence",
        Confidence::Low => "low confidence",
    }
}

#[must_use]
pub fn review(status: &ReviewStatus) -> AnyView {
    match status {
        ReviewStatus::Draft => badge("warn", "○", "Draft"),
        ReviewStatus::Signed { .. } => badge("good", "✓", "Signed"),
    }
}

#[must_use]
pub fn action(status: ActionStatus, overdue: bool) -> AnyView {
    match status {
        ActionStatus::Todo if overdue => badge("bad", "!", "Overdue"),
        ActionStatus::Doing if overdue => badge("bad", "!", "Doing, overdue"),
        ActionStatus::Todo => badge("warn", "○", "To do"),
        ActionStatus::Doing => badge("even", "●", "Doing"),
        ActionStatus::Done => badge("good", "✓", "Done"),
        ActionStatus::Dropped => badge("even", "–", "Dropped"),
    }
}

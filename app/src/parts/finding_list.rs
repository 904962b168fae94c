//! Findings as a list: what to do, where, and what it would save.

use super::{badge, figure, number, panel};
use crate::view::{FindingRow, Loaded, Shown};
use leptos::prelude::*;

/// A list of findings, or one sentence if there are none.
#[must_use]
pub fn list(findings: &[FindingRow]) -> AnyView {
    if findings.is_empty() {
        return view! { <p class="quiet">"No rule has anything to say here."</p> }.into_any();
    }
    let items = findings.iter().map(one).collect_view();
    view! { <ul class="findings" role="list">{items}</ul> }.into_any()
}

/// What to do about one thing, if there is anything.
#[must_use]
pub fn panel(findings: &Loaded<Vec<FindingRow>>) -> Option<AnyView> {
    const TITLE: &str = "What to do";
    panel::loaded("findings", TITLE, findings, |findings| {
        (!findings.is_empty()).then(|| panel::panel("findings", TITLE, list(findings)))
    })
}

/// The saving with its range, or why there is none.
#[must_use]
pub fn savings(usd: &Shown, emissions: &Shown) -> AnyView {
    let reason = match usd {
        Shown::Unknown(reason) | Shown::NotEvaluated(reason) | Shown::TooNew(reason) if !reason.is_empty() => {
            Some(view! { <p class="quiet">{reason.clone()}</p> })
        }
        _ => None,
    };
    view! {
        <div class="savings">
            <p class="savings-usd">{figure::with_interval(usd)}</p>
            <p class="savings-more">{figure::emissions(emissions)}</p>
            {reason}
        </div>
    }
    .into_any()
}

fn one(finding: &FindingRow) -> AnyView {
    let place = [Some(finding.account.clone()), Some(finding.region.clone()), finding.team.clone()]
        .into_iter()
        .flatten()
        .filter(|text| !text.is_empty())
        .collect::<Vec<_>>()
        .join(" · ");
    let facts = format!(
        "{} · {} · {} · {}",
        finding.rule_id,
        finding.pillar,
        badge::confidence_word(finding.confidence),
        age(finding.age_days)
    );
    view! {
        <li class="finding">
            <div class="finding-what">
                <h3><a href=finding.href.clone()>{finding.title.clone()}</a></h3>
                <p class="finding-subject">
                    {subject(finding)} <span class="quiet">{place}</span>
                </p>
                <p class="finding-reason">{finding.reason.clone()}</p>
                <p class="finding-facts">{badge::finding(finding.status)} " " {facts}</p>
            </div>
            {savings(&finding.usd_month, &finding.emissions_month)}
        </li>
    }
    .into_any()
}

fn subject(finding: &FindingRow) -> AnyView {
    match finding.subject_href.clone() {
        Some(href) => view! { <a class="name" href=href>{finding.subject.clone()}</a> }.into_any(),
        None => view! { <span class="name">{finding.subject.clone()}</span> }.into_any(),
    }
}

fn age(days: u32) -> String {
    match days {
        0 => "new today".to_owned(),
        1 => "1 day old".to_owned(),
        days => format!("{} days old", number::count(days)),
    }
}

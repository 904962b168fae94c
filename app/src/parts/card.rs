//! A key figure: what it is, how much, how sure, and how it changed.

use super::{badge, bar, figure};
use crate::charts::sparkline;
use crate::view::{Better, KpiCard, Shown, TargetView};
use leptos::prelude::*;

/// The row of key figures; `compared_with` is a period in words.
#[must_use]
pub fn row(cards: &[KpiCard], compared_with: &str) -> AnyView {
    let cards = cards.iter().map(|card| one(card, compared_with)).collect_view();
    view! { <ul class="cards" role="list">{cards}</ul> }.into_any()
}

/// What somebody wants the figure to be, and whether it is.
fn target(target: &TargetView, value: &Shown) -> AnyView {
    let ends = value.figure().zip(target.value.figure());
    let bullet = ends.and_then(|(value, target)| bar::bullet(value.central, target.central));
    let state = target.is_met.map(|is_met| match is_met {
        true => badge::badge("good", "✓", "kept"),
        false => badge::badge("warn", "!", "missed"),
    });
    view! {
        <p class="card-target"><a href="/settings/kpis">"Target"</a> " " {figure::value(&target.value)} " " {state} {bullet}</p>
    }
    .into_any()
}

fn one(card: &KpiCard, compared_with: &str) -> AnyView {
    let label = match card.href.clone() {
        Some(href) => view! { <a href=href>{card.label.clone()}</a> }.into_any(),
        None => view! { {card.label.clone()} }.into_any(),
    };
    let unclear = card.is_clear == Some(false);
    let comparison = card.previous.figure().is_some().then(|| {
        let versus = format!(" vs {compared_with}");
        view! {
            <p class="card-change">
                {figure::change(&card.value, &card.previous, if unclear { Better::Neither } else { card.better })}
                <span class="versus">{unclear.then_some(", not significant,")} {versus}</span>
            </p>
        }
    });
    view! {
        <li class="card">
            <h2 class="card-label">{label} <span class="card-evidence">{badge::evidence(&card.value)}</span></h2>
            <p class="card-value">{figure::with_interval(&card.value)}</p>
            {comparison}
            {card.target.as_ref().map(|wanted| target(wanted, &card.value))}
            {card.note.clone().map(|note| view! { <p class="card-note">{note}</p> })}
            {sparkline::draw(&card.points)}
        </li>
    }
    .into_any()
}

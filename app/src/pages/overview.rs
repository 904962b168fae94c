use crate::charts::{daily, trend, waterfall};
use crate::parts::{
    badge, bar, card, empty, figure, filter_bar, finding_list, health_panel, marks, number, panel, table,
};
use crate::view::{Better, ChangeRow, Coverage, KpiCard, Lead, Movers, OverviewView, ReviewCard, Shown, TopRow, Unit};
use leptos::prelude::*;

/// The term by which the ledger now differs from a frozen figure.
pub const RESTATED: &str = "Restated";

/// The Monday page: what the period cost, what changed, what to do.
pub fn page(view: &OverviewView) -> impl IntoView + use<> {
    if let Some(empty) = empty::state(&view.state, "workloads") {
        return empty;
    }
    let charts = view.charts.iter().map(|chart| view! { <div class="panel">{daily::draw(chart)}</div> }).collect_view();
    view! {
        {lede(view)}
        {view.remark.as_ref().map(filter_bar::remark)}
        {card::row(&view.cards, &view.compared_with)}
        <div class="pair wide-left">
            {to_do(view)}
            <div class="stack">
                {panel::loaded("review", "Review", &view.review, |card| Some(review(card)))}
                {coverage(&view.coverage)}
            </div>
        </div>
        {panel::loaded("health", "Now", &view.health, |health| Some(health_panel::panel(health)))}
        {changed(view)}
        <div class="stacks no-print">
            <span class="quiet" aria-hidden="true">"Bars by"</span>
            {filter_bar::choice("Bars by", "presets", &view.stacked_by)}
        </div>
        <div class="charts">
            {view.work.as_ref().map(|chart| view! { <div class="panel">{trend::draw(chart)}</div> })}
            {charts}
        </div>
        {events(view)}
        {panel::loaded("top", "What matters most", &view.movers, |movers| Some(top_lists(view, movers)))}
    }
    .into_any()
}

/// The answer before any chart: cost, energy and emissions in one sentence, and how they moved.
fn lede(view: &OverviewView) -> Option<AnyView> {
    let of = |unit: Unit| view.cards.iter().find(|card| card.value.figure().is_some_and(|figure| figure.unit == unit));
    let (cost, energy, emissions) = (of(Unit::Usd)?, of(Unit::KilowattHours)?, of(Unit::GramsCo2e)?);
    let moves = [("Cost", cost), ("energy", energy), ("emissions", emissions)]
        .into_iter()
        .filter_map(|(name, card)| movement(name, card))
        .collect::<Vec<_>>();
    let moved = (!moves.is_empty()).then(|| format!("{} against {}.", sentence_of(&moves), view.compared_with));
    Some(
        view! {
            <p class="lede">
                {view.period.clone()} ": SageMaker cost " <strong>{figure::text(&cost.value)}</strong>
                ", drew " <strong>{figure::text(&energy.value)}</strong> " and caused "
                <strong>{figure::text(&emissions.value)} " CO₂e"</strong> ". " {moved}
            </p>
        }
        .into_any(),
    )
}

fn movement(name: &str, card: &KpiCard) -> Option<String> {
    let percent = figure::change_percent(&card.value, &card.previous)?;
    let verb = match percent {
        percent if percent >= 0.5 => "rose",
        percent if percent <= -0.5 => "fell",
        _ => return Some(format!("{name} held level")),
    };
    let digits = number::signed_percent(percent.abs());
    Some(format!("{name} {verb} {}", digits.trim_start_matches('+')))
}

fn sentence_of(moves: &[String]) -> String {
    match moves {
        [] => String::new(),
        [one] => one.clone(),
        [start @ .., last] => format!("{} and {last}", start.join(", ")),
    }
}

fn to_do(view: &OverviewView) -> Option<AnyView> {
    panel::loaded("to-do", "What to do", &view.to_do, |to_do| {
        let all = format!("All {} open", number::whole(to_do.open));
        let aside = view! { <a href=view.keeping("/recommendations")>{all}</a> }.into_any();
        Some(panel::with_aside("to-do", "What to do", aside, finding_list::list(&to_do.findings)))
    })
}

fn top_lists(view: &OverviewView, movers: &Movers) -> AnyView {
    view! {
        {changes(view, &movers.changes)}
        <div class="pair">
            {top("top-jobs", "jobs", "Job", view.keeping("/jobs"), (&movers.top_jobs, view.first))}
            {top("top-endpoints", "endpoints", "Endpoint", view.keeping("/endpoints"), (&movers.top_endpoints, view.first))}
        </div>
    }
    .into_any()
}

fn review(review: &ReviewCard) -> AnyView {
    let actions = match review.open_actions {
        1 => "1 open action".to_owned(),
        many => format!("{} open actions", number::whole(many)),
    };
    let overdue = (review.overdue_actions > 0)
        .then(|| badge::badge("bad", "!", format!("{} overdue", number::whole(review.overdue_actions))));
    let state =
        if review.signed { badge::badge("good", "✓", "Signed") } else { badge::badge("warn", "○", "Not signed") };
    let word = if review.signed { "Open the review" } else { "Hold the review" };
    let body = view! {
        <p>{review.text.clone()}</p>
        <p>{actions} " " {overdue}</p>
        <p><a class="button" href=review.href.clone()>{word}</a></p>
    };
    panel::with_aside("review", format!("Review {}", review.week), state, body.into_any())
}

/// How much the numbers on a page stand for.
#[must_use]
pub fn coverage(coverage: &Coverage) -> AnyView {
    let row = |label: &'static str, value: &Shown| {
        let share = value.figure().map(|figure| bar::share(figure.central));
        view! { <div><dt>{label}</dt><dd>{figure::value(value)} {share}</dd></div> }
    };
    let tiers = coverage
        .tiers
        .iter()
        .map(|(tier, share)| view! { <li>{badge::tier(*tier)} {format!(" {share:.0}\u{202f}%")}</li> })
        .collect_view();
    let tiers = (!coverage.tiers.is_empty()).then(|| {
        view! { <ul class="tier-shares" role="list" aria-label="Cost by evidence tier">{tiers}</ul> }
    });
    let body = view! {
        <dl class="meters">
            {row("Cost with an estimate", &coverage.estimated_cost)}
            {row("Hours with metrics", &coverage.data_completeness)}
            {row("Cost with a team", &coverage.attributed)}
        </dl>
        {tiers}
    };
    panel::panel("coverage", "How sure we are", body.into_any())
}

/// What stands on the days of the charts.
fn events(view: &OverviewView) -> Option<AnyView> {
    let aside = || view! { <a href=view.keeping("/trends")>"More on Trends"</a> }.into_any();
    (!view.marks.is_empty())
        .then(|| panel::with_aside("events", "Notes and events", aside(), marks::list(&view.marks, "/")))
}

/// Why the sums are others than in the period compared with.
fn changed(view: &OverviewView) -> Option<AnyView> {
    if view.changed.is_empty() {
        return None;
    }
    let figures = view
        .changed
        .iter()
        .map(|each| view! { <div>{waterfall::draw(each, &view.compared_with, &view.period)}</div> })
        .collect_view();
    let is_restated = view.changed.iter().flat_map(|each| &each.terms).any(|term| term.label == RESTATED);
    let restated = is_restated
        .then_some(" The review keeps what was signed; what has been learned of its week since is the first bar.");
    let body = view! {
        <div class="charts within">{figures}</div>
        <p class="footnote">
            "Each bar hangs where the last one ended; together they are the whole difference. Both periods are estimated with the same factors, so no method changed between them."
            {restated}
        </p>
    };
    Some(panel::panel("changed", format!("What changed against {}", view.compared_with), body.into_any()))
}

fn changes(view: &OverviewView, changes: &[ChangeRow]) -> Option<AnyView> {
    if changes.is_empty() {
        return None;
    }
    let size = |change: &ChangeRow| {
        let first = columns(view.first, [&change.cost, &change.energy, &change.emissions]).into_iter().next();
        first.and_then(Shown::figure).map_or(0.0, |figure| figure.central.abs())
    };
    let largest = changes.iter().map(size).fold(0.0, f64::max);
    let rows = changes.iter().map(|change| change_row(change, view.first, largest)).collect_view();
    let amounts = columns(view.first, ["#Cost", "#Energy", "#CO₂e"]);
    let head = table::head(&["Workload", "Team", "Why", "Change"].into_iter().chain(amounts).collect::<Vec<_>>());
    let label = format!("Largest changes against {}", view.compared_with);
    let body = table::table(label.clone(), head, rows.into_any(), None);
    Some(panel::panel("changes", label, body))
}

/// Cost, energy and emissions, the first figure first. Cost and emissions always stand there; energy, where it is asked for.
fn columns<Column: Copy>(first: Lead, [cost, energy, emissions]: [Column; 3]) -> Vec<Column> {
    match first {
        Lead::Cost => vec![cost, emissions],
        Lead::Energy => vec![energy, cost, emissions],
        Lead::Emissions => vec![emissions, cost],
    }
}

fn change_row(change: &ChangeRow, first: Lead, largest: f64) -> AnyView {
    let amounts = columns(first, [&change.cost, &change.energy, &change.emissions]);
    let length = amounts.first().and_then(|shown| shown.figure()).map(|figure| bar::diverging(figure.central, largest));
    let amounts = amounts
        .into_iter()
        .map(|shown| view! { <td class="number">{figure::difference(shown, Better::Lower)}</td> })
        .collect_view();
    view! {
        <tr>
            <th scope="row"><a class="name" href=change.href.clone()>{change.name.clone()}</a> " " <span class="quiet">{change.kind.clone()}</span></th>
            <td>{change.team.clone()}</td>
            <td>{change.reason.clone()}</td>
            <td class="bar-cell">{length}</td>
            {amounts}
        </tr>
    }
    .into_any()
}

fn top(
    id: &'static str,
    things: &'static str,
    thing: &'static str,
    all: String,
    (rows, first): (&[TopRow], Lead),
) -> AnyView {
    let title = match first {
        Lead::Cost => format!("Costliest {things}"),
        Lead::Energy => format!("Most energy: {things}"),
        Lead::Emissions => format!("Most emissions: {things}"),
    };
    let aside = view! { <a href=all>"All"<span class="visually-hidden">": " {title.clone()}</span></a> }.into_any();
    if rows.is_empty() {
        return panel::with_aside(id, title, aside, view! { <p class="quiet">"None in this period."</p> }.into_any());
    }
    let body = rows.iter().map(|row| top_row(row, first)).collect_view().into_any();
    let [leading, second, third] = all_columns(first, ["#Cost", "#Energy", "#CO₂e"]);
    let head = table::head(&[thing, leading, second, third]);
    panel::with_aside(id, title.clone(), aside, table::table(title, head, body, None))
}

/// All three figures, the first one first.
fn all_columns<Column>(first: Lead, [cost, energy, emissions]: [Column; 3]) -> [Column; 3] {
    match first {
        Lead::Cost => [cost, energy, emissions],
        Lead::Energy => [energy, cost, emissions],
        Lead::Emissions => [emissions, cost, energy],
    }
}

fn top_row(row: &TopRow, first: Lead) -> AnyView {
    let [leading, second, third] = all_columns(first, [&row.cost, &row.energy, &row.emissions]);
    view! {
        <tr>
            <th scope="row">
                <a class="name" href=row.href.clone()>{row.name.clone()}</a>
                <span class="under">{row.team.clone().map(|team| format!("{team} · "))} {row.instance.clone()}</span>
            </th>
            <td class="number">{figure::value(leading)} {row.share_percent.map(bar::share)}</td>
            <td class="number">{figure::value(second)}</td>
            <td class="number">{figure::value(third)}</td>
        </tr>
    }
    .into_any()
}

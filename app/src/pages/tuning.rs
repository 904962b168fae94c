use super::jobs::totals;
use crate::charts::{best_so_far, scatter};
use crate::parts::{badge, bar, facts, figure, number, panel, table};
use crate::view::{EarlyStopping, EffortRow, TrialPlace, TrialRow, TuningView};
use leptos::prelude::*;

mod patience;

/// One tuning job: what its trials reached, what they took, and how much of that no result rests on.
pub fn page(view: &TuningView) -> impl IntoView + use<> {
    let chart = match &view.chart {
        Some(chart) => scatter::draw(chart),
        None => view! { <p class="quiet">"No trial has both a value and an estimate yet."</p> }.into_any(),
    };
    let best = view
        .best_so_far
        .as_ref()
        .map(|chart| panel::panel("progress", "How the search went on", best_so_far::draw(chart)));
    view! {
        {totals(&view.totals, "trials")}
        <div class="pair wide-left">
            <div class="stack">
                {panel::panel("trade-off", "What the trials reached, and for what", chart)}
                {best}
            </div>
            {about(view)}
        </div>
        {efforts(view)}
        {view.patience.as_ref().map(patience::panel)}
        {trials(view)}
    }
    .into_any()
}

/// Whether a search gives up hopeless trials, as a badge.
#[must_use]
pub fn early_stopping(stops: EarlyStopping) -> AnyView {
    match stops {
        EarlyStopping::Auto => badge::badge("good", "✓", "Auto"),
        EarlyStopping::Hyperband => badge::badge("good", "✓", "By Hyperband"),
        EarlyStopping::Off => badge::badge("warn", "!", "Off"),
        EarlyStopping::Unknown => badge::badge("even", "?", "Unknown"),
    }
}

fn about(view: &TuningView) -> AnyView {
    let goal = if view.more_is_better { "more is better" } else { "less is better" };
    let best = view.best.as_ref().map(|best| {
        let value = best.value.map(number::significant);
        view! { {name(best)} <span class="under">{value} " for " {figure::emissions(&best.emissions)}</span> }
            .into_any()
    });
    let limit = |count: Option<u64>| count.map(|count| number::whole(count).into_any());
    let list = facts::list(vec![
        ("Status", Some(badge::job(view.status))),
        ("Objective", facts::text(&format!("{}, {goal}", view.objective))),
        ("Best trial", best),
        ("Strategy", facts::text(&view.strategy)),
        ("Early stopping", Some(early_stopping(view.stops_early))),
        ("Trials at most", limit(view.most_trials)),
        ("At once at most", limit(view.most_parallel)),
        ("Account", facts::text(&view.account)),
        ("Region", facts::text(&view.region)),
        ("Created", facts::moment(view.created_at)),
        ("Ended", facts::moment(view.ended_at)),
        ("ARN", (!view.arn.is_empty()).then(|| view! { <code class="arn">{view.arn.clone()}</code> }.into_any())),
    ]);
    panel::panel("about", "About", list)
}

fn efforts(view: &TuningView) -> AnyView {
    let rows = view.efforts.iter().map(effort).collect_view().into_any();
    let head = table::head(&["Trials", "#Number", "#Instance-hours", "#Cost", "#Energy", "#CO₂e", "Share of CO₂e"]);
    let all = &view.totals;
    let foot = view! {
        <tr>
            <th scope="row">"All"</th>
            <td class="number">{number::whole(all.rows)}</td>
            <td class="number">{figure::value(&all.hours)}</td>
            <td class="number">{figure::value(&all.cost)}</td>
            <td class="number">{figure::with_interval(&all.energy)}</td>
            <td class="number">{figure::with_interval(&all.emissions)}</td>
            <td></td>
        </tr>
    };
    let advice = (view.stops_early == EarlyStopping::Off).then_some(
        " Early stopping is off: with it, SageMaker gives up trials that fall behind the median of the others.",
    );
    let body = view! {
        {table::table("What the trials took", head, rows, Some(foot.into_any()))}
        <p class="footnote">
            "Figures are of the whole life of each trial. A trial is on the front if no other reached as much for less. What lies off it is the price of the search: some of it cannot be avoided, and no result rests on it."
            {advice}
        </p>
    };
    panel::panel("waste", "Where the effort went", body.into_any())
}

fn effort(row: &EffortRow) -> AnyView {
    let mark = if row.is_waste { "warn" } else { "good" };
    let share = row.share_percent.map(|percent| {
        view! { <span class="share-text">{format!("{percent:.0}\u{202f}%")}</span> {bar::share(percent)} }
    });
    let word = if row.is_waste { "no result" } else { "counts" };
    let word = badge::badge(mark, if row.is_waste { "–" } else { "✓" }, word);
    view! {
        <tr>
            <th scope="row">{row.label.clone()} " " {word}</th>
            <td class="number">{number::whole(row.trials)}</td>
            <td class="number">{figure::value(&row.hours)}</td>
            <td class="number">{figure::value(&row.cost)}</td>
            <td class="number">{figure::with_interval(&row.energy)}</td>
            <td class="number">{figure::with_interval(&row.emissions)}</td>
            <td class="share-cell">{share}</td>
        </tr>
    }
    .into_any()
}

fn name(trial: &TrialRow) -> AnyView {
    match trial.href.clone() {
        Some(href) => view! { <a class="name" href=href>{trial.name.clone()}</a> }.into_any(),
        None => view! { <span class="name">{trial.name.clone()}</span> }.into_any(),
    }
}

fn trials(view: &TuningView) -> AnyView {
    let rows = view.trials.iter().map(trial).collect_view().into_any();
    let head = view! {
        <tr>
            <th scope="col">"Trial"</th>
            <th scope="col">"Place"</th>
            <th scope="col" class="number">{view.objective.clone()}</th>
            <th scope="col" class="number">"CO₂e"</th>
            <th scope="col" class="number">"Energy"</th>
            <th scope="col" class="number">"Cost"</th>
            <th scope="col" class="number">"Duration"</th>
            <th scope="col">"Status"</th>
        </tr>
    };
    panel::panel("trials", "Trials", table::table("All trials", head.into_any(), rows, None))
}

fn trial(trial: &TrialRow) -> AnyView {
    let tone = match trial.place {
        TrialPlace::Best | TrialPlace::Front => ("good", "✓"),
        TrialPlace::Beaten => ("even", "–"),
        TrialPlace::Unjudged => ("even", "?"),
        TrialPlace::Without => ("warn", "✕"),
    };
    let value = match trial.value {
        Some(value) => number::significant(value).into_any(),
        None => view! { <span class="missing">"none"</span> }.into_any(),
    };
    view! {
        <tr>
            <th scope="row">{name(trial)}</th>
            <td>{badge::badge(tone.0, tone.1, scatter::place(trial.place))}</td>
            <td class="number">{value}</td>
            <td class="number">{figure::value(&trial.emissions)}</td>
            <td class="number">{figure::value(&trial.energy)}</td>
            <td class="number">{figure::value(&trial.cost)}</td>
            <td class="number">{figure::value(&trial.duration)}</td>
            <td>{badge::job(trial.status)}</td>
        </tr>
    }
    .into_any()
}

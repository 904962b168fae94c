use crate::islands::LiveRun;
use crate::parts::{badge, bar, facts, figure, form, number, panel, table};
use crate::view::{CallRow, PhaseRow, PhaseState, PlaceRow, RunProblem, RunState, RunView};
use leptos::prelude::*;

/// One run of the import, as it goes on. What changes lies in one element that is drawn anew with every event.
pub fn page(view: &RunView) -> impl IntoView + use<> {
    let live = view.state.is_open().then(|| {
        let events = format!("/imports/{}/events", view.run_id);
        view! { <LiveRun events=events /> }
    });
    view! {
        {live}
        <div id="run-live" class="stack">{progress(view)}</div>
        {ending(view)}
        {resuming(view)}
    }
    .into_any()
}

/// The part of the page that changes while the run goes on.
#[must_use]
pub fn progress(view: &RunView) -> AnyView {
    view! {
        {standing(view)}
        {phases(view)}
        {problems(&view.problems)}
        {calls(&view.calls)}
    }
    .into_any()
}

/// The state of a run; the word carries the meaning.
#[must_use]
pub fn state(state: RunState) -> AnyView {
    match state {
        RunState::Running => badge::badge("even", "●", "Running"),
        RunState::Ending => badge::badge("warn", "■", "Ending"),
        RunState::Complete => badge::badge("good", "✓", "Complete"),
        RunState::Partial => badge::badge("warn", "!", "Something is left"),
        RunState::Cancelled => badge::badge("warn", "■", "Cancelled"),
        RunState::Failed => badge::badge("bad", "✕", "Failed"),
        RunState::Interrupted => badge::badge("bad", "!", "Interrupted"),
    }
}

/// From which hour to which a run reads.
#[must_use]
pub fn span(from: chrono::DateTime<chrono::Utc>, to: chrono::DateTime<chrono::Utc>) -> String {
    number::period(from.date_naive(), (to - chrono::TimeDelta::seconds(1)).date_naive())
}

/// How long a run took or goes on.
#[must_use]
pub fn took(from: chrono::DateTime<chrono::Utc>, to: chrono::DateTime<chrono::Utc>) -> String {
    number::time_span(u64::try_from((to - from).num_seconds()).unwrap_or_default())
}

fn standing(view: &RunView) -> AnyView {
    let sentence = match view.state {
        RunState::Running => {
            "It goes on without this page: leave whenever you like. First results appear as soon as a day is estimated, the newest first.".to_owned()
        }
        RunState::Ending => format!(
            "{} asked for the end. The windows in hand are finished first.",
            view.cancelled_by.as_deref().unwrap_or("Somebody")
        ),
        RunState::Complete => "Everything in this span was read.".to_owned(),
        RunState::Partial => "Not everything was read; the next run over this span tries the rest again.".to_owned(),
        RunState::Cancelled => format!(
            "{} ended it. What was read is kept and estimated; the other windows stay to be read.",
            view.cancelled_by.as_deref().unwrap_or("Somebody")
        ),
        RunState::Failed => "It could not go on. What was read is kept.".to_owned(),
        RunState::Interrupted => {
            "Its process ended without a word. Nothing is lost: whole windows are kept, the others are read by the next run.".to_owned()
        }
    };
    let ended = if view.state.is_open() { "Running for" } else { "Took" };
    let error = view.error.clone().map(|error| view! { <p class="refused">{error}</p> });
    let left = view.state.is_open().then(|| match view.left_s {
        Some(seconds) => format!("about {}", number::time_span(seconds)),
        None => "not known yet".to_owned(),
    });
    let seen = (view.state == RunState::Interrupted).then(|| facts::time(view.seen_at));
    let rows = vec![
        ("State", Some(state(view.state))),
        ("Reads", facts::text(&span(view.from, view.to))),
        ("Started, UTC", Some(facts::time(view.started_at))),
        (ended, facts::text(&took(view.started_at, view.seen_at))),
        ("Last heard of, UTC", seen),
        ("Time left", left.map(|left| left.into_any())),
        ("AWS' fee so far", Some(figure::value(&view.fee))),
    ];
    let body = view! { <p>{sentence}</p> {error} {facts::list(rows)} };
    view! { <div class="standing">{panel::panel("standing", "How it stands", body.into_any())}</div> }.into_any()
}

fn phases(view: &RunView) -> Option<AnyView> {
    if view.phases.is_empty() {
        return None;
    }
    let is_open = view.state.is_open();
    let rows = view.phases.iter().map(|row| phase(row, is_open)).collect_view().into_any();
    let head = table::head(&["Phase", "Progress", "#A minute", "#Time left", "State"]);
    let body = view! {
        {table::table("Phases of the run", head, rows, None)}
        {places(&view.places)}
    };
    Some(panel::panel("phases", "Phases", body.into_any()))
}

fn phase(row: &PhaseRow, is_open: bool) -> AnyView {
    let text = counted(row.done, row.total, &row.unit);
    let (tone, mark, word) = match row.state {
        PhaseState::Waiting if is_open => ("even", "○", "Waiting"),
        PhaseState::Waiting => ("even", "–", "Not begun"),
        PhaseState::Running if is_open => ("even", "●", "Running"),
        PhaseState::Running | PhaseState::Short => ("warn", "!", "Not finished"),
        PhaseState::Done => ("good", "✓", "Done"),
    };
    let bar = match (row.state, row.percent) {
        (PhaseState::Waiting, _) => ().into_any(),
        (_, Some(percent)) => view! {
            <div
                role="progressbar"
                aria-label=row.label.clone()
                aria-valuemin="0"
                aria-valuemax="100"
                aria-valuenow=format!("{percent:.0}")
                aria-valuetext=text.clone()
            >
                {bar::share(percent)}
            </div>
        }
        .into_any(),
        // How much there is, is not known yet.
        (_, None) => view! {
            <div role="progressbar" aria-label=row.label.clone() aria-valuetext=text.clone()>{bar::share(0.0)}</div>
        }
        .into_any(),
    };
    let shown = if row.state == PhaseState::Waiting { String::new() } else { text };
    let is_running = row.state == PhaseState::Running && is_open;
    let rate = row.per_minute.map(number::compact);
    let left = row.left_s.filter(|_| is_running).map(number::time_span);
    view! {
        <tr>
            <th scope="row">{row.label.clone()}</th>
            <td class="share-cell"><span class="share-text">{shown}</span>{bar}</td>
            <td class="number">{rate}</td>
            <td class="number">{left}</td>
            <td>{badge::badge(tone, mark, word)}</td>
        </tr>
    }
    .into_any()
}

fn counted(done: u64, total: Option<u64>, unit: &str) -> String {
    match total {
        Some(0) => "nothing to do".to_owned(),
        Some(total) => format!("{} of {} {unit}", number::whole(done), number::whole(total)),
        None => format!("{} {unit}", number::whole(done)),
    }
}

fn places(rows: &[PlaceRow]) -> Option<AnyView> {
    if rows.len() < 2 {
        return None;
    }
    let body = rows
        .iter()
        .map(|row| {
            view! {
                <tr>
                    <th scope="row">{row.account.clone()} <span class="under">{row.region.clone()}</span></th>
                    <td class="number">{of(row.inventory)}</td>
                    <td class="number">{of(row.metrics)}</td>
                </tr>
            }
        })
        .collect_view()
        .into_any();
    let head = table::head(&["Account and region", "#Inventory", "#Windows of metrics"]);
    let name = format!("By account and region ({})", rows.len());
    Some(
        view! {
            <details id="run-places">
                <summary>{name}</summary>
                {table::table("Progress by account and region", head, body, None)}
            </details>
        }
        .into_any(),
    )
}

fn of((done, total): (u64, Option<u64>)) -> String {
    match total {
        Some(total) => format!("{} of {}", number::whole(done), number::whole(total)),
        None if done == 0 => "–".to_owned(),
        None => number::whole(done),
    }
}

fn problems(rows: &[RunProblem]) -> Option<AnyView> {
    if rows.is_empty() {
        return None;
    }
    let items = rows
        .iter()
        .map(|problem| {
            let times =
                if problem.times > 1 { format!("{} times", number::whole(problem.times)) } else { "once".into() };
            let place = format!("{} · {} · {times}", problem.operation, problem.regions.join(", "));
            view! {
                <li>
                    <p><strong>{problem.message.clone()}</strong></p>
                    <p>{problem.remedy.clone()}</p>
                    <p class="quiet">{place}</p>
                </li>
            }
        })
        .collect_view();
    Some(panel::panel("problems", "In the way", view! { <ul class="problems" role="list">{items}</ul> }.into_any()))
}

fn calls(rows: &[CallRow]) -> Option<AnyView> {
    if rows.is_empty() {
        return None;
    }
    let sum = |count: fn(&CallRow) -> u64| number::whole(rows.iter().map(count).sum());
    let (all, throttled, repeated) = (sum(|row| row.calls), sum(|row| row.throttled), sum(|row| row.repeated));
    let lines = rows
        .iter()
        .map(|row| {
            view! {
                <tr>
                    <th scope="row"><code>{row.operation.clone()}</code></th>
                    <td class="number">{number::whole(row.calls)}</td>
                    <td class="number">{number::whole(row.throttled)}</td>
                    <td class="number">{number::whole(row.repeated)}</td>
                </tr>
            }
        })
        .collect_view()
        .into_any();
    let head = table::head(&["Operation", "#Calls", "#Throttled", "#Repeated"]);
    let body = view! {
        <p>{format!("{all} calls; {throttled} were throttled and {repeated} repeated an earlier one.")}</p>
        <details id="run-calls">
            <summary>{format!("By operation ({})", rows.len())}</summary>
            {table::table("Calls by operation", head, lines, None)}
        </details>
        <p class="footnote">
            "Where AWS throttles, calls go out half as fast and climb back slowly. It asks $0.01 for 1 000 metrics of GetMetricData; the others cost nothing."
        </p>
    };
    Some(panel::panel("calls", "Calls to AWS", body.into_any()))
}

fn ending(view: &RunView) -> Option<AnyView> {
    if view.state != RunState::Running {
        return None;
    }
    let action = format!("/imports/{}/cancel", view.run_id);
    let body = view! {
        <p>"The windows in hand are finished, the others stay to be read. Nothing is lost."</p>
        {form::errors("cancel", &view.form)}
        <form method="post" action=action class="inline-form">
            {form::input(form::BY, "cancel", &view.form)}
            <button type="submit">"End the run"</button>
        </form>
    };
    Some(panel::panel("end", "End it", body.into_any()))
}

fn resuming(view: &RunView) -> Option<AnyView> {
    if !view.state.can_go_on() {
        return None;
    }
    let body = if view.can_read {
        view! {
            <p>"A run over the same span reads what is left; whole windows are not asked for again."</p>
            {form::errors("resume", &view.form)}
            <form method="post" action="/imports/sync" class="inline-form">
                <input type="hidden" name="from" value=view.from.to_rfc3339() />
                <input type="hidden" name="to" value=view.to.to_rfc3339() />
                {form::input(form::BY, "resume", &view.form)}
                <button type="submit" class="primary">"Go on"</button>
            </form>
        }
        .into_any()
    } else {
        let from = view.from.format("%Y-%m-%d").to_string();
        view! {
            <p>
                "No process that reads is running here. Start one with " <code>"wattledger serve"</code> ", or read the span with "
                <code>{format!("wattledger ingest --once --from {from}")}</code> "."
            </p>
        }
        .into_any()
    };
    Some(panel::panel("go-on", "Go on", body))
}

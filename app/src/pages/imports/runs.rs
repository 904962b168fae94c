use crate::pages::run;
use crate::parts::{facts, figure, form, number, panel, table};
use crate::view::{ImportsView, LiveView, PageState, ReaderView, RunRow, WaitingRow};
use leptos::prelude::*;

/// What was read lately, what is read next, and the way to ask for more.
pub(super) fn panel(view: &ImportsView) -> Option<AnyView> {
    if view.state == PageState::NoSource && view.runs.is_empty() {
        return None;
    }
    let body = view! {
        {next(&view.reader)}
        {live(&view.reader.live)}
        {latest(&view.runs)}
        {ask(&view.reader)}
    };
    let aside = view! { <a href="/imports/backfill">"Read a longer span"</a> };
    Some(panel::with_aside("runs", "Runs", aside.into_any(), body.into_any()))
}

fn next(reader: &ReaderView) -> AnyView {
    let waiting = reader.waiting.iter().map(waiting).collect_view();
    let next = match (reader.is_there, reader.next_at) {
        (true, Some(at)) => {
            view! { <p>"Next run: " {facts::time(at)} " UTC, or as soon as somebody asks."</p> }.into_any()
        }
        (true, None) => view! { <p>"A process is there that reads as soon as somebody asks."</p> }.into_any(),
        (false, _) => view! {
            <p>
                "No process reads on a schedule here: " <code>"wattledger serve"</code> " does, and "
                <code>"wattledger ingest --once"</code> " reads once."
            </p>
        }
        .into_any(),
    };
    view! { {next} {waiting} }.into_any()
}

/// The five-minute lane; nothing where nothing was followed.
fn live(view: &LiveView) -> Option<AnyView> {
    let followed = match (view.followed, view.read_to) {
        (0, _) | (_, None) => ().into_any(),
        (count, Some(to)) => {
            let parts = if count == 1 {
                "1 running job or pinned endpoint is"
            } else {
                "running jobs and pinned endpoints are"
            };
            let count = if count == 1 { String::new() } else { format!("{} ", number::whole(count)) };
            view! { {format!("{count}{parts} read every 5 minutes, up to ")} {facts::time(to)} " UTC. " }.into_any()
        }
    };
    (view.passes > 0 || view.followed > 0).then(|| {
        let passes = match view.passes {
            0 => "No pass was made in the last day.".to_owned(),
            1 => format!("AWS asks ${:.4} for 1 pass of the last day.", view.usd),
            more => format!("AWS asks ${:.4} for {} passes of the last day.", view.usd, number::whole(more)),
        };
        view! { <p>{followed} {passes}</p> }.into_any()
    })
}

fn waiting(row: &WaitingRow) -> AnyView {
    let what = row.span.map_or_else(|| "what the schedule reads".to_owned(), |(from, to)| run::span(from, to));
    view! {
        <p class="notice">
            {format!("{} asked for {what} at ", row.by)} {facts::time(row.at)} " UTC; it begins when the reader is free."
        </p>
    }
    .into_any()
}

fn latest(rows: &[RunRow]) -> AnyView {
    if rows.is_empty() {
        return view! { <p class="quiet">"Nothing was read yet."</p> }.into_any();
    }
    let body = rows.iter().map(row).collect_view().into_any();
    let head = table::head(&["Started, UTC", "Reads", "State", "#Took", "#Windows", "#Points", "#Calls", "#Fee"]);
    view! {
        {table::table("Latest runs", head, body, None)}
        <p class="footnote">
            "Fee: what AWS asks at most for the calls of a run, $0.01 for 1 000 metrics of GetMetricData. Listing and describing cost nothing."
        </p>
    }
    .into_any()
}

fn row(row: &RunRow) -> AnyView {
    let accounts = row.accounts.map(|accounts| match accounts {
        1 => "1 account".to_owned(),
        more => format!("{} accounts", number::whole(more)),
    });
    let points = row.points.map_or_else(|| "–".to_owned(), number::whole);
    view! {
        <tr>
            <th scope="row"><a class="name" href=format!("/imports/{}", row.run_id)>{facts::time(row.started_at)}</a></th>
            <td class="unbroken">{run::span(row.from, row.to)} {accounts.map(|text| view! { <span class="under">{text}</span> })}</td>
            <td>{run::state(row.state)}</td>
            <td class="number">{run::took(row.started_at, row.seen_at)}</td>
            <td class="number">{number::whole(row.windows)}</td>
            <td class="number">{points}</td>
            <td class="number">{number::whole(row.calls)}</td>
            <td class="number">{figure::value(&row.fee)}</td>
        </tr>
    }
    .into_any()
}

fn ask(reader: &ReaderView) -> Option<AnyView> {
    reader.is_there.then(|| {
        view! {
            {form::errors("sync", &reader.form)}
            <form method="post" action="/imports/sync" class="inline-form no-print">
                {form::input(form::BY, "sync", &reader.form)}
                <button type="submit">"Sync now"</button>
            </form>
        }
        .into_any()
    })
}

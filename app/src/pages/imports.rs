use crate::parts::{badge, configuration_panel, facts, figure, number, panel, table};
use crate::view::{
    BillRow, DayState, ImportError, ImportsView, IntensityRow, ListedRow, MeterRow, PageState, SourceGroup, SourceRow,
    StripDay,
};

mod exports;
mod files;
mod runs;
mod sent;
use leptos::prelude::*;

/// Where the facts come from, how far they reach and what is in the way.
pub fn page(view: &ImportsView) -> impl IntoView + use<> {
    let connect = (view.state == PageState::NoSource).then(connect);
    view! {
        {connect}
        {(view.state == PageState::NoSource).then(|| files::panel(&view.upload))}
        {(view.state == PageState::NoSource).then(|| sent::panel(&view.sent))}
        {missing(view)}
        {errors(&view.errors)}
        {runs::panel(view)}
        {sources(view)}
        {(view.state != PageState::NoSource).then(|| files::panel(&view.upload))}
        {(view.state != PageState::NoSource).then(|| sent::panel(&view.sent))}
        {intensity(view)}
        {bills(view)}
        {view.takes_usage.then(usage)}
        {meters(view)}
        {(view.state != PageState::NoSource).then(|| view! {
            <p class="footnote">
                "What is configured beside them, and what was on which day: " <a href="/configuration">"Configuration"</a> "."
            </p>
        })}
    }
    .into_any()
}

fn connect() -> AnyView {
    let body = view! {
        <p>
            "No AWS account is connected, and no file was sent. Send one below, without any credentials; or connect an account or explore the demo, as "
            <a href="/onboarding">"Getting started"</a> " says."
        </p>
    };
    panel::panel("connect", "Connect an account", body.into_any())
}

fn sources(view: &ImportsView) -> Option<AnyView> {
    if view.sources.is_empty() {
        return None;
    }
    let gaps = match view.gaps {
        0 => "Days by account and region".to_owned(),
        1 => "1 gap that nobody has explained".to_owned(),
        more => format!("{} gaps that nobody has explained", number::whole(more)),
    };
    let aside = view! { <a href="/imports/gaps">{gaps}</a> };
    let groups = view.sources.iter().map(group).collect_view();
    let body = view! { <div class="groups">{groups}</div> {listed(&view.listed)} };
    Some(panel::with_aside("sources", "Sources", aside.into_any(), body.into_any()))
}

/// What is read whole each time, and where AWS gave it.
fn listed(rows: &[ListedRow]) -> Option<AnyView> {
    if rows.is_empty() {
        return None;
    }
    let row = |row: &ListedRow| {
        let reach = match row.granted == row.tried {
            true => badge::badge("good", "✓", "everywhere"),
            false => {
                badge::badge("warn", "!", format!("{} of {}", number::whole(row.granted), number::whole(row.tried)))
            }
        };
        let at = match row.read_at {
            Some(at) => at.format("%-d %b %H:%M").to_string(),
            None => "never".to_owned(),
        };
        view! {
            <tr>
                <th scope="row">{configuration_panel::capitalised(&row.list)}</th>
                <td>{reach}</td>
                <td class="number">{at}</td>
            </tr>
        }
    };
    let rows_shown = rows.iter().map(row).collect_view().into_any();
    let head = table::head(&["List", "Read", "#Last, UTC"]);
    let summary = format!("All {} lists that AWS is asked for", number::whole(rows.len() as u64));
    Some(
        view! {
            <details class="listed">
                <summary>{summary}</summary>
                {table::table("Lists that AWS is asked for", head, rows_shown, None)}
            </details>
        }
        .into_any(),
    )
}

fn group(group: &SourceGroup) -> AnyView {
    let label = format!("Sources of {}, {}", group.account, group.region);
    let state = match (group.failing, group.stale) {
        (0, false) => badge::badge("good", "✓", "up to date"),
        (0, true) => badge::badge("warn", "!", "stale"),
        (failing, _) => badge::badge("warn", "!", format!("{} windows failed", number::whole(failing))),
    };
    let through = group.watermark.map(|at| view! { "complete through " {facts::time(at)} });
    let rows = group.rows.iter().map(source).collect_view().into_any();
    let head = table::head(&[
        "Source",
        "Complete through, UTC",
        "Behind",
        "Last success, UTC",
        "#Windows, 30 days",
        "Last 30 days",
    ]);
    view! {
        <details class="group">
            <summary>
                <span class="group-name">{group.account.clone()} " · " {group.region.clone()}</span>
                <span class="group-state">{state}</span>
                <span class="quiet">{through}</span>
            </summary>
            {table::table(label, head, rows, None)}
        </details>
    }
    .into_any()
}

fn intensity(view: &ImportsView) -> Option<AnyView> {
    if view.state == PageState::NoSource {
        return None;
    }
    let listed = if view.intensity.is_empty() {
        view! { <p>"None yet, so every hour is weighed with its region's average of the year."</p> }.into_any()
    } else {
        let rows = view.intensity.iter().map(series).collect_view().into_any();
        let head = table::head(&["Region", "Source", "#Hours", "First, UTC", "Last, UTC", "State"]);
        table::table("Hourly grid intensity", head, rows, None)
    };
    let body = view! {
        {listed}
        <p class="footnote">
            "Import a file with " <code>"wattledger intensity --file hours.csv --region us-east-1 --source NAME"</code>
            ", or set " <code>"WATTLEDGER_ELECTRICITY_MAPS_KEY"</code>
            ". Hours without a figure keep the average of the year, and pages say how much that is."
        </p>
    };
    Some(panel::panel("intensity", "Hourly grid intensity", body.into_any()))
}

fn bills(view: &ImportsView) -> AnyView {
    let listed = if view.bills.is_empty() {
        view! { <p>"None yet, so cost is list price times hours. A bill adds what AWS charged, discounts and plans included."</p> }
            .into_any()
    } else {
        let rows = view.bills.iter().map(bill).collect_view().into_any();
        let head = table::head(&["Month", "#Billed", "#Effective", "#Matched", "Imported, UTC"]);
        table::table("Bills", head, rows, None)
    };
    let body = view! {
        {listed}
        {exports::list(&view.exports)}
        <p class="footnote">
            "Files of an export (CUR 2.0 or FOCUS; CSV or Parquet, gzip or zstd), " <a href="#files">"sent here"</a> " or with "
            <code>"wattledger bill --file FOLDER"</code>
            ". Give all parts of a month at once: they replace what an earlier import said of it, tags included. What matches nothing belongs to resources that this installation has not seen. Tags of a bill count for keys that neither AWS nor a file of usage tells of."
        </p>
    };
    panel::panel("bills", "Bills", body.into_any())
}

fn usage() -> AnyView {
    let body = view! {
        <p>"For accounts that nobody can read here: write down what ran. Jobs, endpoints and notebooks appear with it, at the power of the load you give, or else of a usual one."</p>
        <p class="footnote">
            "A CSV file with a line for each stretch that something ran, " <a href="#files">"sent here"</a> " or with "
            <code>"wattledger usage --file usage.csv"</code> ". Columns: "
            <code>"account"</code> ", " <code>"region"</code> ", " <code>"kind"</code>
            " (training, processing, transform, endpoint, notebook, app or cluster), " <code>"name"</code> ", "
            <code>"instance_type"</code> ", " <code>"instance_count"</code> ", " <code>"started_at"</code> ", "
            <code>"ended_at"</code> "; if you like " <code>"part"</code> ", any " <code>"tag:team"</code>
            " and how busy the machine was over the stretch, an hour or longer: " <code>"utilisation"</code>
            " (0 to 1) or " <code>"utilisation_percent"</code> " (0 to 100) of its accelerators, or of its processors where it has none; "
            <code>"cpu_utilisation"</code> " and " <code>"gpu_utilisation"</code>
            " tell them apart, in percent with " <code>"_percent"</code> " behind. An empty cell is a usual load, 0 is idle. What a file says of a job or an endpoint takes the place of what was known of it, so a mistake is mended by sending it again."
        </p>
    };
    panel::panel("usage", "Usage from a file", body.into_any())
}

fn bill(bill: &BillRow) -> AnyView {
    view! {
        <tr>
            <th scope="row">{bill.month.clone()} <span class="under">{bill.account.clone()}</span></th>
            <td class="number">{figure::value(&bill.billed)}</td>
            <td class="number">{figure::value(&bill.effective)}</td>
            <td class="number">{figure::value(&bill.matched)}</td>
            <td>{bill.imported_at.map(facts::time)}</td>
        </tr>
    }
    .into_any()
}

fn meters(view: &ImportsView) -> Option<AnyView> {
    if view.state == PageState::NoSource {
        return None;
    }
    let listed = if view.meters.is_empty() {
        view! { <p>"None yet, so power is modelled from utilisation. Measured watts make the ranges narrower."</p> }
            .into_any()
    } else {
        let rows = view.meters.iter().map(meter).collect_view().into_any();
        let head = table::head(&["Meter", "#Jobs and endpoints", "#Hours", "Last hour, UTC", "Read, UTC"]);
        table::table("Measured power", head, rows, None)
    };
    let body = view! {
        {listed}
        <p class="footnote">
            <a href="#files">"Send"</a> " CodeCarbon's emissions.csv, import a job's with "
            <code>"wattledger measured --file emissions.csv --job NAME"</code> ", or publish watts to CloudWatch with SageMaker's own dimensions and set "
            <code>"WATTLEDGER_POWER_METRIC=CWAgent:nvidia_smi_power_draw:accelerator"</code>
            ". Hours with measured watts are of tier T0; the others stay modelled."
        </p>
    };
    Some(panel::panel("measured", "Measured power", body.into_any()))
}

fn meter(row: &MeterRow) -> AnyView {
    view! {
        <tr>
            <th scope="row">{row.source.clone()}</th>
            <td class="number">{number::whole(row.resources)}</td>
            <td class="number">{number::whole(row.hours)}</td>
            <td>{row.last.map(facts::time)}</td>
            <td>{row.read_at.map(facts::time)}</td>
        </tr>
    }
    .into_any()
}

fn series(row: &IntensityRow) -> AnyView {
    let state = match row.failure.clone() {
        Some((failure, remedy)) => view! {
            {badge::badge("warn", "!", "annual average stands in")}
            <span class="under">{failure} ". " {remedy}</span>
        }
        .into_any(),
        None => badge::badge("good", "✓", "read"),
    };
    view! {
        <tr>
            <th scope="row">{row.region.clone()}</th>
            <td>{row.source.clone()}</td>
            <td class="number">{number::whole(row.hours)}</td>
            <td>{row.first.map(facts::time)}</td>
            <td>{row.last.map(facts::time)}</td>
            <td>{state}</td>
        </tr>
    }
    .into_any()
}

fn source(row: &SourceRow) -> AnyView {
    let stale = row.stale.then(|| badge::badge("warn", "!", "stale"));
    let none = || view! { <span class="missing">"never"</span> }.into_any();
    let windows =
        [(row.windows_complete, "complete"), (row.windows_pending, "pending"), (row.windows_failed, "failed")]
            .into_iter()
            .filter(|(count, word)| *count > 0 || *word == "complete")
            .map(|(count, word)| format!("{} {word}", number::whole(count)))
            .collect::<Vec<_>>()
            .join(", ");
    view! {
        <tr>
            <th scope="row">{row.source.clone()}</th>
            <td>{row.watermark.map_or_else(none, facts::time)} " " {stale}</td>
            <td>{row.lag_hours.map(|hours| number::time_span(hours * 3600))}</td>
            <td>{row.last_success.map_or_else(none, facts::time)}</td>
            <td class="number">{windows}</td>
            <td>{strip(&row.strip)}</td>
        </tr>
    }
    .into_any()
}

/// One mark a day: full height is complete, lower is less; height and colour say the same.
fn strip(days: &[StripDay]) -> Option<AnyView> {
    if days.is_empty() {
        return None;
    }
    let count = |state: DayState| days.iter().filter(|day| day.state == state).count();
    let mut words = format!("{} of {} days complete", count(DayState::Complete), days.len());
    for (state, word) in [(DayState::Partial, "partial"), (DayState::Failed, "failed"), (DayState::Pending, "pending")]
    {
        if count(state) > 0 {
            words.push_str(&format!(", {} {word}", count(state)));
        }
    }
    let marks = days
        .iter()
        .enumerate()
        .map(|(place, day)| {
            let (class, word, height) = match day.state {
                DayState::Complete => ("day-complete", "complete", 16),
                DayState::Partial => ("day-partial", "partial", 10),
                DayState::Failed => ("day-failed", "failed", 6),
                DayState::Pending => ("day-pending", "pending", 2),
            };
            let title = format!("{}: {word}", number::date(day.day));
            view! {
                <rect class=class x=(place * 4).to_string() y=(16 - height).to_string() width="3" height=height.to_string()>
                    <title>{title}</title>
                </rect>
            }
        })
        .collect_view();
    let view_box = format!("0 0 {} 16", days.len() * 4);
    Some(
        view! {
            <svg class="strip" viewBox=view_box role="img" aria-label=words.clone() preserveAspectRatio="none">{marks}</svg>
            <span class="under">{words}</span>
        }
        .into_any(),
    )
}

fn errors(rows: &[ImportError]) -> Option<AnyView> {
    if rows.is_empty() {
        return None;
    }
    let items = rows
        .iter()
        .map(|error| {
            let place = format!("{} · {}", windows(error.windows), error.places.join(", "));
            view! {
                <li>
                    <p><strong>{error.what.clone()}</strong></p>
                    <p>{error.remedy.clone()}</p>
                    <p class="quiet">{place}</p>
                </li>
            }
        })
        .collect_view();
    Some(panel::panel("errors", "In the way", view! { <ul class="problems" role="list">{items}</ul> }.into_any()))
}

fn missing(view: &ImportsView) -> Option<AnyView> {
    if view.missing.is_empty() {
        return None;
    }
    let rows = view
        .missing
        .iter()
        .map(|row| {
            let place = format!("{} · {}", row.account, row.region);
            view! {
                <tr>
                    <th scope="row"><code class="id">{row.action.clone()}</code></th>
                    <td>{place}</td>
                    <td>{row.consequence.clone()}</td>
                </tr>
            }
        })
        .collect_view()
        .into_any();
    let head = table::head(&["Permission", "Where", "What stays dark without it"]);
    Some(panel::panel("missing", "Missing permissions", table::table("Missing permissions", head, rows, None)))
}

fn windows(count: u64) -> String {
    if count == 1 { "1 window".to_owned() } else { format!("{} windows", number::whole(count)) }
}

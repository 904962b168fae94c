use crate::parts::{badge, facts, form, number, panel, table};
use crate::view::{FormState, Gap, GapDay, GapRegion, GapState, GapsView};
use chrono::{Datelike as _, Days, NaiveDate};
use leptos::prelude::*;

/// Which hours of metrics are missing, day by day, why, and what can be done.
pub fn page(view: &GapsView) -> impl IntoView + use<> {
    if view.regions.is_empty() {
        let body = view! { <p>"No window of metrics is known yet, so nothing can be missing."</p> };
        return panel::panel("none", "No days yet", body.into_any());
    }
    let regions = view.regions.iter().zip(1..).map(|(region, place)| one(view, region, place)).collect_view();
    view! {
        <p class="lede">
            "Where hours of CloudWatch are missing, what ran and what it cost is still known; its power is that of a usual load, at evidence tier T3."
        </p>
        {regions}
    }
    .into_any()
}

fn one(view: &GapsView, region: &GapRegion, place: usize) -> AnyView {
    let count = |state: GapState| region.days.iter().filter(|day| day.state == state).count();
    let mut words =
        format!("{} of {} days complete", number::count(count(GapState::Complete)), number::count(region.days.len()));
    for (state, word) in
        [(GapState::Partial, "partial"), (GapState::Missing, "missing"), (GapState::Explained, "explained")]
    {
        if count(state) > 0 {
            words.push_str(&format!(", {} {word}", number::count(count(state))));
        }
    }
    let name = format!("{} · {}", region.account, region.region);
    let gaps = (!region.gaps.is_empty()).then(|| {
        let rows = region
            .gaps
            .iter()
            .zip(1..)
            .map(|(each, number)| gap(view, region, each, &format!("gap{place}-{number}")))
            .collect_view()
            .into_any();
        table::table(format!("Gaps of {name}"), table::head(&["Days", "State", "Cause", "What to do"]), rows, None)
    });
    let body = view! {
        <p>{words}</p>
        {calendar(&name, &region.days)}
        {gaps}
    };
    panel::named(format!("region{place}"), name.clone(), body.into_any())
}

/// A row for each weekday, a column for each week: the whole quarter at a glance.
fn calendar(name: &str, days: &[GapDay]) -> Option<AnyView> {
    let (first, last) = (days.first()?.day, days.last()?.day);
    let monday = first - Days::new(u64::from(first.weekday().num_days_from_monday()));
    let weeks: Vec<NaiveDate> = monday.iter_weeks().take_while(|week| *week <= last).collect();
    let head = weeks
        .iter()
        .map(|week| {
            let text = week.format("%-d %b").to_string();
            view! { <th scope="col"><span class="visually-hidden">"Week of "</span>{text}</th> }
        })
        .collect_view();
    let rows = (0..7_u64)
        .map(|offset| {
            let cells = weeks
                .iter()
                .map(|week| {
                    let day = *week + Days::new(offset);
                    cell(day, days.iter().find(|each| each.day == day))
                })
                .collect_view();
            let weekday = (monday + Days::new(offset)).format("%a").to_string();
            view! { <tr><th scope="row">{weekday}</th>{cells}</tr> }
        })
        .collect_view()
        .into_any();
    let head = view! { <tr><th scope="col"><span class="visually-hidden">"Weekday"</span></th>{head}</tr> };
    let table = table::table(format!("Days of {name}"), head.into_any(), rows, None);
    Some(view! { <div class="calendar">{table}</div> }.into_any())
}

fn cell(day: NaiveDate, known: Option<&GapDay>) -> AnyView {
    let Some(known) = known else {
        return view! { <td></td> }.into_any();
    };
    // A letter beside the colour, for those who see no colours and for paper.
    let (class, mark, word) = match known.state {
        GapState::Complete => ("day day-whole", "", "complete"),
        GapState::Partial => ("day day-part", "½", "partial"),
        GapState::Missing => ("day day-none", "✕", "missing"),
        GapState::Explained => ("day day-told", "i", "explained"),
    };
    let title = format!("{}: {word}", number::date(day));
    let spoken = title.clone();
    view! {
        <td>
            <span class=class title=title>
                <span class="visually-hidden">{spoken}</span>
                <span aria-hidden="true">{mark}</span>
            </span>
        </td>
    }
    .into_any()
}

fn gap(view: &GapsView, region: &GapRegion, gap: &Gap, prefix: &str) -> AnyView {
    let state = match gap.state {
        GapState::Explained => badge::badge("even", "i", "Explained"),
        GapState::Missing => badge::badge("warn", "✕", "Missing"),
        GapState::Partial | GapState::Complete => badge::badge("warn", "½", "Partial"),
    };
    let cause = match &gap.note {
        Some(note) => view! {
            <p class="note-text">{note.text.clone()}</p>
            <span class="under">{note.author.clone()} ", " {facts::time(note.at)} " UTC"</span>
        }
        .into_any(),
        None => view! { <p>{gap.cause.clone()}</p> <span class="under">{gap.remedy.clone()}</span> }.into_any(),
    };
    view! {
        <tr>
            <th scope="row">{number::period(gap.first, gap.last)} <span class="under">{gap.what.clone()}</span></th>
            <td>{state}</td>
            <td class="gap-cause">{cause}</td>
            <td>{forms(view, region, gap, prefix)}</td>
        </tr>
    }
    .into_any()
}

fn forms(view: &GapsView, region: &GapRegion, gap: &Gap, prefix: &str) -> AnyView {
    let nothing = FormState::default();
    let typed = if view.refused_prefix == prefix { &view.form } else { &nothing };
    let kept = || {
        [
            ("account", region.account_id.to_string()),
            ("region", region.region.clone()),
            ("first", gap.first.to_string()),
            ("last", gap.last.to_string()),
            ("form", prefix.to_owned()),
        ]
        .map(|(name, value)| view! { <input type="hidden" name=name value=value /> })
        .collect_view()
    };
    let [again, explain] = ["again", "explain"].map(|which| format!("{prefix}-{which}"));
    let (on_again, on_explain) = if typed.value("which") == "explain" { (&nothing, typed) } else { (typed, &nothing) };
    let note = form::Input { name: "note", label: "What is known of it", kind: "text", autocomplete: "off" };
    let when = if view.can_read {
        "It is read within seconds, or when the reader is free."
    } else {
        "It is read by the next run over these days."
    };
    view! {
        <details class="report no-print" open=!typed.errors.is_empty()>
            <summary>"Ask again or explain"</summary>
            {form::errors(&again, on_again)}
            <form method="post" action="/imports/gaps/request">
                {kept()}
                {form::input(form::BY, &again, on_again)}
                <button type="submit">"Request again"</button>
                <p class="footnote">{when}</p>
            </form>
            {form::errors(&explain, on_explain)}
            <form method="post" action="/imports/gaps/explain">
                {kept()}
                {form::input(note, &explain, on_explain)}
                {form::input(form::BY, &explain, on_explain)}
                <button type="submit">"Explain the gap"</button>
            </form>
        </details>
    }
    .into_any()
}

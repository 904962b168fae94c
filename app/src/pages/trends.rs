use crate::charts::{heat, sparkline, trend};
use crate::parts::{bar, empty, figure, form, marks, panel, table};
use crate::view::{Better, Choices, Chooser, GroupRow, GroupTable, Shown, TrendPlot, TrendsView};
use leptos::prelude::*;
use table::First;

/// The ledger over time: a metric, by one or two groupings, in steps, drawn as one likes.
pub fn page(view: &TrendsView) -> impl IntoView + use<> {
    let choices = choices(view);
    if let Some(empty) = empty::state(&view.state, "workloads") {
        return view! { {choices} {empty} {notes(view)} }.into_any();
    }
    view! {
        {choices}
        {view.plot.as_ref().map(|plot| picture(plot, &view.svg_href))}
        {multiples(view)}
        {groups(&view.groups)}
        {notes(view)}
    }
    .into_any()
}

fn choices(view: &TrendsView) -> AnyView {
    let carried = view
        .carried
        .iter()
        .map(|(name, value)| view! { <input type="hidden" name=name.clone() value=value.clone() /> })
        .collect_view();
    let choosers = view.choosers.iter().map(chooser).collect_view();
    let remark = view.remark.as_ref().map(crate::parts::filter_bar::remark);
    let remarks = view.remarks.iter().map(|remark| view! { <p class="footnote">{remark.clone()}</p> }).collect_view();
    view! {
        <section class="panel no-print" aria-labelledby="choices">
            <header class="panel-head visually-hidden"><h2 id="choices">"What is shown"</h2></header>
            <form method="get" action="/trends" class="chooser">
                {carried} {choosers}
                <button type="submit" class="primary">"Show"</button>
            </form>
            {remark} {remarks}
        </section>
    }
    .into_any()
}

fn chooser(chooser: &Chooser) -> AnyView {
    let group = |group: &Choices| {
        let options = form::options(&group.options);
        match group.label.as_str() {
            "" => options,
            label => view! { <optgroup label=label.to_owned()>{options}</optgroup> }.into_any(),
        }
    };
    let groups = chooser.groups.iter().map(group).collect_view();
    view! {
        <label class="field">
            <span>{chooser.label.clone()}</span>
            <select name=chooser.name.clone()>{groups}</select>
        </label>
    }
    .into_any()
}

fn picture(plot: &TrendPlot, svg_href: &str) -> AnyView {
    let figure = match plot {
        TrendPlot::Series(chart) => trend::draw(chart),
        TrendPlot::Heat(chart) => heat::draw(chart),
    };
    view! {
        <div class="panel">
            {figure}
            <p class="footnote no-print"><a href=svg_href.to_owned() download="">"Download SVG"</a></p>
        </div>
    }
    .into_any()
}

/// The groups one by one, where there is a second grouping.
fn multiples(view: &TrendsView) -> Option<AnyView> {
    if view.multiples.is_empty() {
        return None;
    }
    let charts = view.multiples.iter().map(|chart| view! { <div>{trend::draw(chart)}</div> }).collect_view();
    let body = view! {
        <div class="charts within multiples">{charts}</div>
        <p class="footnote">
            "Every chart has the same scale and colours, so that they can be held against each other; the largest comes first. "
            {view.without_chart.clone()}
        </p>
    };
    Some(panel::panel("multiples", format!("{}, one by one", view.groups.title), body.into_any()))
}

fn groups(groups: &GroupTable) -> AnyView {
    let compared = groups.compared_with.clone();
    let has_shares = groups.has_shares;
    let is_compared = compared.is_some();
    let head = view! {
        <tr>
            {table::sort_head(&groups.listing, groups.head.clone(), "name", First::Ascending)}
            {table::sort_head(&groups.listing, "Total", "total", First::Descending)}
            {compared.clone().map(|before| view! {
                <th scope="col" class="number">{before}</th>
                {table::sort_head(&groups.listing, "Change", "change", First::Descending)}
            })}
            {has_shares.then(|| view! { <th scope="col" class="number">"Share"</th> })}
            <th scope="col">"Over time"</th>
        </tr>
    };
    let body = groups.rows.iter().map(|row| group(row, has_shares, is_compared)).collect_view().into_any();
    let whole = is_compared.then(|| {
        view! {
            <td class="number">{figure::value(&groups.before)}</td>
            <td class="number">{figure::change(&groups.total, &groups.before, Better::Neither)}</td>
        }
    });
    let foot = view! {
        <tr>
            <th scope="row">"All together"</th>
            <td class="number">{figure::with_interval(&groups.total)}</td>
            {whole}
            {has_shares.then(|| view! { <td class="number">"100\u{202f}%"</td> })}
            <td></td>
        </tr>
    };
    let body = table::table(groups.title.clone(), head.into_any(), body, Some(foot.into_any()));
    panel::panel("groups", groups.title.clone(), body)
}

fn group(row: &GroupRow, has_shares: bool, is_compared: bool) -> AnyView {
    let swatch = row.colour.map(|place| {
        let class = if place == 0 { "fill-rest".to_owned() } else { format!("fill-group-{place}") };
        view! {
            <svg class="colour" viewBox="0 0 12 12" aria-hidden="true">
                <rect class=class width="12" height="12" rx="2"></rect>
            </svg>
        }
    });
    let label = match row.href.clone() {
        Some(href) => view! { <a class="name" href=href>{row.label.clone()}</a> }.into_any(),
        None => view! { <span>{row.label.clone()}</span> }.into_any(),
    };
    let share = has_shares.then(|| {
        let text = row.share_percent.map(|share| figure::value(&Shown::exact(share, crate::view::Unit::Percent)));
        view! { <td class="number">{text} {row.share_percent.filter(|_| !row.is_part).map(bar::share)}</td> }
    });
    let before = is_compared.then(|| {
        view! {
            <td class="number">{figure::value(&row.before)}</td>
            <td class="number">{figure::change(&row.value, &row.before, Better::Neither)}</td>
        }
    });
    let line = sparkline::draw(&row.points);
    view! {
        <tr class=row.is_part.then_some("part")>
            <th scope="row">{swatch} {label}</th>
            <td class="number">{figure::with_interval(&row.value)}</td>
            {before}
            {share}
            <td>{line}</td>
        </tr>
    }
    .into_any()
}

/// What stands on the days, and the way to write something on one.
fn notes(view: &TrendsView) -> AnyView {
    let input = |name, label, kind| form::Input { name, label, kind, autocomplete: "off" };
    let list = match view.marks.is_empty() {
        true => view! { <p class="quiet">"Nothing is written on these days."</p> }.into_any(),
        false => marks::list(&view.marks, &view.address),
    };
    let body = view! {
        {list}
        {form::errors("note", &view.note)}
        <form method="post" action="/trends/notes" class="inline-form no-print">
            <input type="hidden" name="address" value=view.address.clone() />
            {form::input(input("day", "Day", "date"), "note", &view.note)}
            {form::input(input("text", "What happened", "text"), "note", &view.note)}
            {form::input(form::BY, "note", &view.note)}
            <button type="submit">"Add a note"</button>
        </form>
    };
    panel::panel("notes", "Notes and events", body.into_any())
}

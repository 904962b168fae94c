use crate::parts::{figure, number, panel, table};
use crate::view::{SearchGroup, SearchRow, SearchView};
use leptos::prelude::*;

/// What was found, by sort, with what it cost in the period; else what comes near.
pub fn page(view: &SearchView) -> impl IntoView + use<> {
    if view.text.is_empty() {
        return view! {
            <div class="empty">
                <h2>"Look for a name"</h2>
                <p>"Jobs, endpoints, notebooks, families, pipelines and teams are found by any part of their name, the first four kinds and pipelines by a part of their ARN too."</p>
            </div>
        }
        .into_any();
    }
    if view.groups.is_empty() {
        return nothing(view);
    }
    let total: u64 = view.groups.iter().map(|group| group.found).sum();
    let found = match total {
        1 => "1 thing holds".to_owned(),
        more => format!("{} things hold", number::whole(more)),
    };
    let groups = view.groups.iter().map(group).collect_view();
    view! {
        <p role="status">{found} " “" {view.text.clone()} "” in name or ARN. Figures are of " {view.period.clone()} "."</p>
        {groups}
    }
    .into_any()
}

fn nothing(view: &SearchView) -> AnyView {
    let nearest = nearest(&view.nearest);
    view! {
        <div class="empty">
            <h2>"Nothing holds “" {view.text.clone()} "”"</h2>
            {nearest.unwrap_or_else(|| view! { <p>"Nothing comes near it either. Try fewer letters."</p> }.into_any())}
        </div>
    }
    .into_any()
}

/// Names that come near what was asked for.
pub(super) fn nearest(links: &[crate::view::Crumb]) -> Option<AnyView> {
    if links.is_empty() {
        return None;
    }
    let links =
        links.iter().map(|link| view! { <li><a href=link.href.clone()>{link.label.clone()}</a></li> }).collect_view();
    Some(view! { <p>"Nearest names:"</p> <ul class="plain">{links}</ul> }.into_any())
}

fn group(group: &SearchGroup) -> AnyView {
    let shown = group.rows.len() as u64;
    let aside = match (&group.all_href, group.found > shown) {
        (Some(href), true) => {
            let all = format!("All {}", number::whole(group.found));
            view! { <a href=href.clone()>{all} <span class="visually-hidden">": " {group.title.clone()}</span></a> }
                .into_any()
        }
        (None, true) => format!("{shown} of {}", number::whole(group.found)).into_any(),
        _ => number::whole(group.found).into_any(),
    };
    let rows = group.rows.iter().map(row).collect_view().into_any();
    let head = table::head(&["Name", "#Cost", "#Energy", "#CO₂e"]);
    let label = format!("{} found", group.title);
    panel::named_with_aside(group.id.clone(), group.title.clone(), aside, table::table(label, head, rows, None))
}

fn row(row: &SearchRow) -> AnyView {
    let figures = if row.ran {
        [&row.cost, &row.energy, &row.emissions]
            .into_iter()
            .map(|shown| view! { <td class="number">{figure::value(shown)}</td> })
            .collect_view()
            .into_any()
    } else {
        view! { <td class="number" colspan="3"><span class="missing">"did not run in these days"</span></td> }
            .into_any()
    };
    view! {
        <tr>
            <th scope="row">
                <a class="name" href=row.href.clone()>{row.name.clone()}</a>
                <span class="under">{row.detail.clone()}</span>
            </th>
            {figures}
        </tr>
    }
    .into_any()
}

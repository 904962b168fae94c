use crate::parts::{number, panel, save_view, table};
use crate::view::{SavedViewRow, SavedViewsView};
use leptos::prelude::*;

/// Pages that people keep under a name.
pub fn page(view: &SavedViewsView) -> impl IntoView + use<> {
    let refused = (!view.form.errors.is_empty())
        .then(|| panel::panel("save", "Save this view", save_view::fields("save", &view.form)));
    view! {
        {refused}
        {list(&view.rows)}
    }
    .into_any()
}

fn list(rows: &[SavedViewRow]) -> AnyView {
    if rows.is_empty() {
        return view! {
            <div class="empty">
                <h2>"No views are saved"</h2>
                <p>
                    "Choose a period, filters and a drawing on Trends, Overview, Jobs, Endpoints or Notebooks, then give the page a name with “Save view”. Everybody who uses this installation can open it."
                </p>
                <p><a class="button" href="/trends">"Open Trends"</a></p>
            </div>
        }
        .into_any();
    }
    let body = rows.iter().map(row).collect_view().into_any();
    let head = table::head(&["View", "Page", "Days", "Saved", "Take it away"]);
    let body = view! {
        {table::table("Saved views", head, body, None)}
        <p class="footnote">"A short address is not given out again when its view is taken away."</p>
    };
    panel::panel("views", "Saved views", body.into_any())
}

fn row(row: &SavedViewRow) -> AnyView {
    let chosen = (!row.chosen.is_empty()).then(|| view! { <span class="under">{row.chosen.clone()}</span> });
    let id = format!("remove-{}", row.slug);
    let action = format!("/views/{}/remove", row.slug);
    let saved = format!("{}, {}", row.saved_by, number::date(row.saved_at.date_naive()));
    let which = format!(" {}", row.name);
    view! {
        <tr id=row.slug.clone()>
            <th scope="row">
                <a class="name" href=row.href.clone()>{row.name.clone()}</a>
                <span class="under"><code>{row.href.clone()}</code></span>
            </th>
            <td>{row.page.clone()} {chosen}</td>
            <td class="unbroken">{row.days.clone()}</td>
            <td>{saved}</td>
            <td>
                <form method="post" action=action class="row-form no-print">
                    <label class="visually-hidden" for=id.clone()>"Your name"</label>
                    <input id=id name="by" type="text" autocomplete="name" placeholder="Your name" required />
                    <button type="submit">"Remove"<span class="visually-hidden">{which}</span></button>
                </form>
            </td>
        </tr>
    }
    .into_any()
}

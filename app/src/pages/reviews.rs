use crate::parts::{badge, empty, figure, form, number, panel, table};
use crate::view::{ReviewRow, ReviewStatus, ReviewsView};
use leptos::prelude::*;

/// All weekly reviews, newest first, and the next one to open.
pub fn page(view: &ReviewsView) -> impl IntoView + use<> {
    if let Some(empty) = empty::state(&view.state, "reviews") {
        return view! { {create(view)} {empty} }.into_any();
    }
    let body = if view.rows.is_empty() {
        view! { <p class="quiet">"No week has been reviewed yet."</p> }.into_any()
    } else {
        let rows = view.rows.iter().map(row).collect_view().into_any();
        let head = table::head(&["Week", "Status", "#Cost", "#Energy", "#CO₂e", "Actions"]);
        table::table("Weekly reviews", head, rows, None)
    };
    view! {
        {create(view)}
        {panel::panel("all-reviews", "All reviews", body)}
    }
    .into_any()
}

fn create(view: &ReviewsView) -> Option<AnyView> {
    if view.weeks.is_empty() {
        return None;
    }
    let chosen = view.form.value("week");
    let options = view
        .weeks
        .iter()
        .map(|week| {
            let words = format!("{} ({})", week.week, week.period);
            view! { <option value=week.week.clone() selected=chosen == week.week>{words}</option> }
        })
        .collect_view();
    let body = view! {
        {form::errors("review", &view.form)}
        <form method="post" action="/reviews" class="inline-form">
            <div class="field">
                <label for="review-week">"Week"</label>
                <select id="review-week" name="week" required=true>{options}</select>
            </div>
            {form::input(form::BY, "review", &view.form)}
            <button type="submit" class="primary">"Open the review"</button>
        </form>
        <p class="footnote">"Opening a review freezes the numbers of the week in a snapshot that nobody can change; signing puts names under it."</p>
    };
    Some(panel::panel("new-review", "Review a week", body.into_any()))
}

fn row(review: &ReviewRow) -> AnyView {
    let signer = match &review.status {
        ReviewStatus::Signed { by, at, .. } => {
            Some(view! { <span class="under">{format!("{by}, {}", number::date(at.date_naive()))}</span> })
        }
        ReviewStatus::Draft => None,
    };
    let actions = format!("{} open, {} done", number::whole(review.actions_open), number::whole(review.actions_done));
    view! {
        <tr>
            <th scope="row">
                <a class="name" href=review.href.clone()>{review.week.clone()}</a> {(review.revision > 1).then(|| format!(" revision {}", review.revision))}
                <span class="under">{review.period.clone()}</span>
            </th>
            <td>{badge::review(&review.status)} {signer}</td>
            <td class="number">{figure::value(&review.cost)}</td>
            <td class="number">{figure::with_interval(&review.energy)}</td>
            <td class="number">{figure::with_interval(&review.emissions)}</td>
            <td>{actions}</td>
        </tr>
    }
    .into_any()
}

use super::tuning::early_stopping;
use crate::parts::job_tabs::{self, JobTab};
use crate::parts::{badge, empty, facts, figure, number, table};
use crate::view::{PageState, TuningRow, TuningsView};
use leptos::prelude::*;

/// The tuning jobs that ran in the period, each over its whole life.
pub fn page(view: &TuningsView) -> impl IntoView + use<> {
    let tabs = (view.state != PageState::NoSource).then(|| job_tabs::tabs(JobTab::Tuning, &view.query_string));
    if view.state == PageState::TrulyZero {
        return view! {
            {tabs}
            <div class="empty">
                <h2>"No tuning jobs in this period"</h2>
                <p>"No account held a hyperparameter tuning job in it, or none was read yet."</p>
                <p><a class="button" href="/imports">"See what was read"</a></p>
            </div>
        }
        .into_any();
    }
    if let Some(empty) = empty::state(&view.state, "tuning jobs") {
        return view! { {tabs} {empty} }.into_any();
    }
    let rows = view.rows.iter().map(row).collect_view().into_any();
    let head = table::head(&[
        "Tuning job",
        "Status",
        "#Trials",
        "#Best",
        "#Cost",
        "#CO₂e",
        "#Energy",
        "#Off the front",
        "Early stopping",
        "#Created",
    ]);
    let cut = view.is_cut.then_some(" Only the newest are listed.");
    view! {
        {tabs}
        <div class="panel flush">{table::table("Tuning jobs", head, rows, None)}</div>
        <p class="footnote">
            "Listed is what ran in the period, with figures of the whole life of all trials: a search that ran on into the period is not cut. Off the front is the share of emissions that went into trials that another one beat, or that ended without a value."
            {cut}
        </p>
    }
    .into_any()
}

fn row(tuning: &TuningRow) -> AnyView {
    let without = (tuning.without_value > 0).then(
        || view! { <span class="under">{format!("{} without a value", number::whole(tuning.without_value))}</span> },
    );
    let best = match tuning.best {
        Some(best) => number::significant(best).into_any(),
        None => view! { <span class="missing">"none"</span> }.into_any(),
    };
    view! {
        <tr>
            <th scope="row">
                <a class="name" href=tuning.href.clone()>{tuning.name.clone()}</a>
                <span class="under">{tuning.objective.clone()}</span>
                <span class="under">{format!("{} · {}", tuning.account, tuning.region)}</span>
            </th>
            <td>{badge::job(tuning.status)}</td>
            <td class="number">{number::whole(tuning.trials)} {without}</td>
            <td class="number">{best}</td>
            <td class="number">{figure::value(&tuning.cost)}</td>
            <td class="number">{figure::value(&tuning.emissions)}</td>
            <td class="number">{figure::value(&tuning.energy)}</td>
            <td class="number">{figure::value(&tuning.waste)}</td>
            <td>{early_stopping(tuning.stops_early)}</td>
            <td class="number">{tuning.created_at.map(facts::short_time)}</td>
        </tr>
    }
    .into_any()
}

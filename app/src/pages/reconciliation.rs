use crate::parts::{badge, figure, number, panel, table};
use crate::view::{Compared, ReconciledMonth, ReconciledRow, ReconciliationView, ReportedGrid};

mod cost;
use leptos::prelude::*;

/// Our figures beside those AWS reports, the difference named and never scaled away.
pub fn page(view: &ReconciliationView) -> impl IntoView + use<> {
    view! {
        {in_the_way(&view.in_the_way)}
        {method()}
        {view.months.iter().map(month).collect_view()}
        {view.months.is_empty().then(nothing)}
        {grids(&view.grids)}
        {cost::panel(&view.cost)}
    }
    .into_any()
}

fn in_the_way(sentences: &[String]) -> Option<AnyView> {
    (!sentences.is_empty()).then(|| {
        let lines = sentences.iter().map(|line| view! { <li>{line.clone()}</li> }).collect_view();
        panel::panel("in-the-way", "In the way", view! { <ul class="warnings">{lines}</ul> }.into_any())
    })
}

fn nothing() -> AnyView {
    view! {
        <div class="empty">
            <h2>"No month can be compared yet"</h2>
            <p>"AWS publishes a month in the second half of the next one; it is read once a day."</p>
        </div>
    }
    .into_any()
}

fn method() -> AnyView {
    let body = view! {
        <p>
            "AWS reports the emissions of whole months by account, region and service, and has no figure for a job or an endpoint. Beside it stands the sum of our estimates. The residual is what AWS has above ours. Nothing is scaled to make it vanish."
        </p>
        <p>"A residual holds, as far as each applies:"</p>
        <ul class="plain">
            <li>"other services that AWS files under the same name; SageMaker has often no line of its own and is part of “Other”,"</li>
            <li>"SageMaker resources that are not read here, such as notebooks, Studio, processing and storage, and days that were not read,"</li>
            <li>"what scope 3 counts beyond the hardware: buildings, fuel chains and transport, "
                <span class="quiet">"while ours counts making hosts and accelerators alone,"</span></li>
            <li>"the difference of the methods: AWS knows its meters and contracts, we know your utilisation."</li>
        </ul>
    };
    panel::panel("method", "What is compared", body.into_any())
}

fn month(month: &ReconciledMonth) -> AnyView {
    let body = month.rows.iter().map(row).collect_view().into_any();
    let head = view! {
        <tr>
            <td rowspan="2"></td>
            <th scope="colgroup" colspan="3" class="group">"Electricity, location-based"</th>
            <th scope="colgroup" colspan="3" class="group">"Electricity, market-based"</th>
            <th scope="colgroup" colspan="3" class="group">"Hardware and scope 3"</th>
        </tr>
        <tr>
            {["Ours", "AWS", "Residual", "Ours", "AWS", "Residual", "Ours", "AWS", "Residual"]
                .map(|label| view! { <th scope="col" class="number">{label}</th> })
                .collect_view()}
        </tr>
    }
    .into_any();
    let title = number::month(month.month);
    let source = if month.model_version.is_empty() {
        "AWS has not published this month.".to_owned()
    } else {
        format!("AWS files SageMaker under {}; model {}.", month.services, month.model_version)
    };
    let id = format!("month-{}", month.month.format("%Y-%m"));
    let label = format!("Our figures beside those of AWS, {title}");
    let body = view! { {table::table(&label, head, body, None)} <p class="footnote">{source}</p> };
    panel::named(id, title, body.into_any())
}

fn row(row: &ReconciledRow) -> AnyView {
    let partial = (row.days_read < row.days)
        .then(|| badge::badge("warn", "!", format!("{} of {} days read", row.days_read, row.days)));
    view! {
        <tr>
            <th scope="row">
                {row.account.clone()} <span class="under">{row.region.clone()} " " {partial}</span>
            </th>
            {cells(&row.electricity)}
            {cells(&row.market)}
            {cells(&row.hardware)}
        </tr>
    }
    .into_any()
}

fn cells(compared: &Compared) -> AnyView {
    view! {
        <td class="number">{figure::value(&compared.ours)}</td>
        <td class="number">{figure::value(&compared.theirs)}</td>
        <td class="number">{figure::difference(&compared.residual, crate::view::Better::Neither)}</td>
    }
    .into_any()
}

fn grids(rows: &[ReportedGrid]) -> Option<AnyView> {
    if rows.is_empty() {
        return None;
    }
    let body = rows.iter().map(grid).collect_view().into_any();
    let head =
        table::head(&["Region", "Months", "#Market-based of location-based", "#Implied intensity", "#In force", ""]);
    let body = view! {
        {table::table("What AWS reports of the grids", head, body, None)}
        <p class="footnote">
            "Market-based over location-based scope 2 of all services in the region, times our location-based intensity; the range is that of the months. It becomes a factor only when somebody proposes and activates it."
        </p>
    };
    Some(panel::panel("grids", "A market-based factor of your own", body.into_any()))
}

fn grid(row: &ReportedGrid) -> AnyView {
    let propose = row.propose_href.clone().map(|href| view! { <a href=href>"Propose"</a> });
    view! {
        <tr>
            <th scope="row">{row.region.clone()}</th>
            <td class="nowrap">{row.months.clone()}</td>
            <td class="number">{figure::value(&row.share)}</td>
            <td class="number">{figure::with_interval(&row.implied)}</td>
            <td class="number">{figure::value(&row.in_force)}</td>
            <td>{propose}</td>
        </tr>
    }
    .into_any()
}

//! AWS' own totals of cost beside what is held here: a check, which is added to nothing.

use crate::parts::{badge, figure, number, panel, table};
use crate::view::{Better, CheckedCost, CheckedMonth, CheckedTag, CostCheck};
use leptos::prelude::*;

pub(super) fn panel(check: &CostCheck) -> AnyView {
    let months = check.months.iter().map(month).collect_view();
    let listed = if check.months.is_empty() {
        view! {
            <p>
                "AWS' own totals come from Cost Explorer. Each of its requests costs $0.01, so it is off unless you switch it on: "
                <code>"WATTLEDGER_COST_EXPLORER=true"</code> ", or " <code>"cost_explorer = true"</code>
                " of an account in the file of accounts. It is then asked once a day."
            </p>
        }
        .into_any()
    } else {
        let rows = check.months.iter().map(row).collect_view().into_any();
        view! {
            {table::table("AWS' own totals beside the bill, by month", head("Month"), rows, None)}
            {months}
            {tags(&check.tags)}
        }
        .into_any()
    };
    let body = view! {
        {listed}
        <p class="footnote">
            "Cost Explorer's unblended and amortised cost of SageMaker, without credits, refunds and taxes, beside the bill that is held here. It is a check: it is never added to the bill and never shown as list, billed or effective cost. Each request costs $0.01; one is made a day, another one for each tag, and one more for each further page of an answer."
        </p>
    };
    let aside = view! { <a href=check.csv_href.clone()>"CSV by day"</a> };
    panel::with_aside("cost", "Cost beside AWS' own totals", aside.into_any(), body.into_any())
}

fn head(first: &'static str) -> AnyView {
    view! {
        <tr>
            <th scope="col" rowspan="2">{first}</th>
            <th scope="colgroup" colspan="3" class="group">"Billed"</th>
            <th scope="colgroup" colspan="3" class="group">"Effective"</th>
            <th scope="col" rowspan="2" class="number">"List, ours"</th>
        </tr>
        <tr>
            {["Ours", "AWS", "Difference", "Ours", "AWS", "Difference"]
                .map(|label| view! { <th scope="col" class="number">{label}</th> })
                .collect_view()}
        </tr>
    }
    .into_any()
}

fn cells(cost: &CheckedCost) -> AnyView {
    let side = |compared: &crate::view::Compared| {
        view! {
            <td class="number">{figure::value(&compared.ours)}</td>
            <td class="number">{figure::value(&compared.theirs)}</td>
            <td class="number">{figure::difference(&compared.residual, Better::Neither)}</td>
        }
    };
    view! { {side(&cost.billed)} {side(&cost.effective)} <td class="number">{figure::value(&cost.list)}</td> }
        .into_any()
}

fn row(month: &CheckedMonth) -> AnyView {
    let partial = (month.days_billed < month.days)
        .then(|| badge::badge("warn", "!", format!("{} of {} days in the bill", month.days_billed, month.days)));
    let estimated = month.is_estimated.then(|| view! { <span class="under">"AWS still revises it"</span> });
    view! {
        <tr>
            <th scope="row">
                {number::month(month.month)} <span class="under">{month.account.clone()} " " {partial}</span> {estimated}
            </th>
            {cells(&month.cost)}
        </tr>
    }
    .into_any()
}

fn month(month: &CheckedMonth) -> AnyView {
    let title = format!("{}, {}, by day", number::month(month.month), month.account);
    let rows = month
        .rows
        .iter()
        .map(|(day, cost)| view! { <tr><th scope="row">{number::date(*day)}</th> {cells(cost)}</tr> })
        .collect_view()
        .into_any();
    view! { <details><summary>{title.clone()}</summary>{table::table(title, head("Day"), rows, None)}</details> }
        .into_any()
}

fn tags(rows: &[CheckedTag]) -> Option<AnyView> {
    if rows.is_empty() {
        return None;
    }
    let body = rows
        .iter()
        .map(|row| {
            let value = if row.value.is_empty() { "without it".to_owned() } else { row.value.clone() };
            view! {
                <tr>
                    <th scope="row">{number::month(row.month)} <span class="under">{row.account.clone()}</span></th>
                    <td>{row.key.clone()}</td>
                    <td>{value}</td>
                    <td class="number">{figure::value(&row.billed.ours)}</td>
                    <td class="number">{figure::value(&row.billed.theirs)}</td>
                    <td class="number">{figure::difference(&row.billed.residual, Better::Neither)}</td>
                </tr>
            }
        })
        .collect_view()
        .into_any();
    let head = table::head(&["Month", "Tag", "Value", "#Billed, ours", "#AWS", "#Difference"]);
    Some(table::table("AWS' own totals by tag", head, body, None))
}

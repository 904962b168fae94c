//! Exports of bills in S3: what was taken from them, and what is in the way.

use crate::parts::{badge, facts, number, table};
use crate::view::ExportRow;
use leptos::prelude::*;

pub(super) fn list(rows: &[ExportRow]) -> AnyView {
    let listed = (!rows.is_empty()).then(|| {
        let body = rows.iter().map(row).collect_view().into_any();
        let head = table::head(&["Export in S3", "#Months", "#Files", "Looked at, UTC", "Last taken, UTC", "State"]);
        table::table("Exports in S3", head, body, None)
    });
    view! {
        {listed}
        <p class="footnote">
            "Straight from the bucket that AWS Data Exports writes to: set "
            <code>"WATTLEDGER_BILL_EXPORTS=s3://bucket/prefix"</code> ", or " <code>"bills"</code>
            " of an account in the file of accounts. It is looked at once an hour; a month is fetched when one of its files is new or other than before. "
            <code>"wattledger policy --bill-export s3://bucket/prefix"</code> " prints what the role must allow."
        </p>
    }
    .into_any()
}

fn row(row: &ExportRow) -> AnyView {
    let state = match (&row.failure, row.tried_at) {
        (Some((failure, remedy)), _) => view! {
            {badge::badge("warn", "!", "not read")}
            <span class="under">{failure.clone()} ". " {remedy.clone()}</span>
        }
        .into_any(),
        (None, Some(_)) => badge::badge("good", "✓", "up to date"),
        (None, None) => view! { <span class="missing">"not looked at yet"</span> }.into_any(),
    };
    view! {
        <tr>
            <th scope="row"><code class="id">{row.location.clone()}</code> <span class="under">{row.account.clone()}</span></th>
            <td class="number">{number::whole(row.months)}</td>
            <td class="number">{number::whole(row.files)}</td>
            <td>{row.tried_at.map(facts::time)}</td>
            <td>{row.read_at.map(facts::time)}</td>
            <td>{state}</td>
        </tr>
    }
    .into_any()
}

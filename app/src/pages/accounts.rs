use crate::parts::settings_tabs::{self, SettingsTab};
use crate::parts::{badge, facts, figure, number, panel, prose, table};
use crate::view::{AccountOrigin, AccountRow, AccountsView, PermissionGap, ReadAs};
use leptos::prelude::*;

/// Every account: where it comes from, what is read of it, as whom, and what is in the way.
pub fn page(view: &AccountsView) -> impl IntoView + use<> {
    view! {
        {settings_tabs::tabs(SettingsTab::Accounts)}
        {accounts(view)}
        {gaps(&view.gaps)}
    }
    .into_any()
}

fn accounts(view: &AccountsView) -> AnyView {
    let more = view! {
        <p class="footnote">
            "Accounts, regions and roles are named where the program is started: " <a href="/onboarding">"Getting started"</a>
            " says how, with the policy of the role. What is read and when: " <a href="/imports">"Imports"</a> "."
        </p>
    };
    if view.rows.is_empty() {
        let body = view! { <p class="quiet">"No account is known yet."</p> {more} };
        return panel::panel("accounts", "Accounts", body.into_any());
    }
    let rows = view.rows.iter().map(account).collect_view().into_any();
    let head = table::head(&[
        "Account",
        "From",
        "Regions",
        "Read as",
        "Last read, UTC",
        "#Resources",
        "#Teams",
        "#Cost",
        "Permissions",
    ]);
    let body = view! {
        {table::table("Accounts", head, rows, None)}
        <p class="footnote">{format!("Teams and list cost are of {}.", view.period)}</p>
        {more}
    };
    panel::panel("accounts", "Accounts", body.into_any())
}

fn account(row: &AccountRow) -> AnyView {
    let number = row.number.clone().unwrap_or_else(|| "number unknown".to_owned());
    let name = match row.is_shown {
        true => view! { <a class="name" href=row.href.clone()>{row.name.clone()}</a> }.into_any(),
        false => view! { <span class="name">{row.name.clone()}</span> }.into_any(),
    };
    let from = match row.origin {
        AccountOrigin::Aws => "AWS".into_any(),
        AccountOrigin::Files => "Files".into_any(),
        AccountOrigin::Demo => badge::badge("even", "○", "Demo"),
    };
    let head = view! { <th scope="row">{name} <span class="under">{number}</span></th> <td>{from}</td> };
    if !row.is_shown {
        return view! {
            <tr>
                {head}
                <td colspan="7" class="quiet">"Not shown: pages show accounts of one origin alone, and those of your own come first."</td>
            </tr>
        }
        .into_any();
    }
    let unread = || figure::dash("nothing of it was read yet");
    view! {
        <tr>
            {head}
            <td>{if row.regions.is_empty() { unread() } else { row.regions.join(", ").into_any() }}</td>
            <td>{read_as(&row.read_as)}</td>
            <td>
                {row.read_at.map_or_else(unread, facts::short_time)}
                {row.first_day.map(|day| view! { <span class="under">{format!("days since {}", number::date(day))}</span> })}
            </td>
            <td class="number">{number::whole(row.resources)}</td>
            <td class="number">{number::whole(row.teams)}</td>
            <td class="number">{figure::or_dash(&row.cost)}</td>
            <td>{permissions(row)}</td>
        </tr>
    }
    .into_any()
}

fn read_as(read_as: &ReadAs) -> AnyView {
    match read_as {
        ReadAs::Role(arn) => view! { <code class="arn">{arn.clone()}</code> }.into_any(),
        ReadAs::Credentials => "the program's own credentials".into_any(),
        ReadAs::Nobody => figure::dash("it is not read from AWS"),
        ReadAs::Unknown => {
            view! { <span class="figure missing" title="It was last read before this was noted">"unknown"</span> }
                .into_any()
        }
    }
}

fn permissions(row: &AccountRow) -> AnyView {
    match (row.gaps, row.origin) {
        (_, AccountOrigin::Files) => figure::dash("files need none"),
        (0, _) => badge::badge("good", "✓", "none refused"),
        (1, _) => badge::badge("warn", "!", "1 refused"),
        (more, _) => badge::badge("warn", "!", format!("{} refused", number::whole(more))),
    }
}

fn gaps(gaps: &[PermissionGap]) -> Option<AnyView> {
    if gaps.is_empty() {
        return None;
    }
    let items = gaps
        .iter()
        .map(|gap| {
            view! {
                <li>
                    <p>{prose::with_code(&gap.remedy)}</p>
                    <p class="quiet">{gap.places.join("; ")}</p>
                </li>
            }
        })
        .collect_view();
    let body = view! { <ul class="problems" role="list">{items}</ul> };
    Some(panel::panel("gaps", "What was refused, and what mends it", body.into_any()))
}

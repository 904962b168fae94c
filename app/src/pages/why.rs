use crate::parts::{badge, facts, figure, ledger_panel, number, panel, rates_panel, table, uncertainty_panel};
use crate::view::{ChainRow, WhyView, WindowRow};
use leptos::prelude::*;

/// More factors than these are folded away.
const MOST_OPEN_FACTORS: usize = 24;

/// Where one figure comes from: its chain, its parts, its factors and the windows of metrics behind it.
pub fn page(view: &WhyView) -> impl IntoView + use<> {
    view! {
        {figures(view)}
        {left_out(&view.left_out)}
        {chain(view)}
        {uncertainty_panel::panel(&view.shares, &view.gains)}
        {rates_panel::with_own_work(&view.rates, &view.own_work, &view.own_work_action, &view.own_work_carries)}
        {parts(view)}
        {factors(view)}
        {windows(view)}
    }
    .into_any()
}

fn figures(view: &WhyView) -> AnyView {
    let footprint = &view.footprint;
    view! {
        <dl class="totals" aria-label="Figures">
            <div><dt>"Cost"</dt><dd>{figure::value(&footprint.cost)}</dd></div>
            <div><dt>"Energy"</dt><dd>{figure::with_interval(&footprint.energy)}</dd></div>
            <div><dt>"Emissions"</dt><dd>{figure::emissions(&footprint.emissions)}</dd></div>
            <div><dt>"Of it operational"</dt><dd>{figure::emissions(&footprint.operational)}</dd></div>
            <div><dt>"Of it embodied"</dt><dd>{figure::emissions(&footprint.embodied)}</dd></div>
            <div><dt>"Market-based, beside it"</dt><dd>{figure::emissions(&view.market)}</dd></div>
            <div><dt>"Water"</dt><dd>{figure::with_interval(&footprint.water)}</dd></div>
        </dl>
        <p class="footnote">
            "Ranges are the 5th to 95th percentile of 2 000 draws in which every coefficient is drawn once and shared by all lines. "
            <a href=view.json_href.clone()>"The same as JSON"</a>
        </p>
    }
    .into_any()
}

fn left_out(sentences: &[String]) -> Option<AnyView> {
    (!sentences.is_empty()).then(|| {
        let lines = sentences.iter().map(|line| view! { <li>{line.clone()}</li> }).collect_view();
        panel::panel("left-out", "What is left out", view! { <ul class="warnings">{lines}</ul> }.into_any())
    })
}

fn chain(view: &WhyView) -> AnyView {
    let body = view.chain.iter().map(link).collect_view().into_any();
    let head = table::head(&[
        "Usage",
        "#Instance-hours",
        "#× mean power",
        "#= IT energy",
        "#× PUE",
        "#= energy",
        "#× intensity",
        "#= operational",
        "#+ embodied",
        "#Water",
        "#Cost",
    ]);
    panel::panel(
        "chain",
        "Usage × power × PUE × intensity",
        view! {
            {table::table("The chain of the figure", head, body, None)}
            <p class="footnote">
                "One line per instance type, region and evidence tier, summed exactly over every hour at its own load. Mean power, PUE and intensity are the quotients of the sums beside them. Intensity: "
                {view.resolution.clone()} "." {view.series.iter().map(|series| format!(" {series}.")).collect::<String>()}
            </p>
        }
        .into_any(),
    )
}

fn link(row: &ChainRow) -> AnyView {
    let tier = row.tier.map(badge::tier);
    view! {
        <tr>
            <th scope="row">
                {row.instance_type.clone()} " " {tier} <span class="under">{row.place.clone()}</span>
            </th>
            <td class="number">{figure::value(&row.hours)}</td>
            <td class="number">{figure::value(&row.power)}</td>
            <td class="number">{figure::value(&row.it)}</td>
            <td class="number">{figure::value(&row.pue)}</td>
            <td class="number">{figure::value(&row.energy)}</td>
            <td class="number">{figure::value(&row.intensity)}</td>
            <td class="number">{figure::value(&row.operational)}</td>
            <td class="number">{figure::value(&row.embodied)}</td>
            <td class="number">{figure::value(&row.water)}</td>
            <td class="number">{figure::value(&row.cost)}</td>
        </tr>
    }
    .into_any()
}

fn parts(view: &WhyView) -> Option<AnyView> {
    ledger_panel::parts(&view.parts).map(|parts| panel::panel("parts", "Parts of the energy and the emissions", parts))
}

/// Open where they are few: a whole organisation rests on more than a page of them.
fn factors(view: &WhyView) -> Option<AnyView> {
    (!view.factors.is_empty()).then(|| {
        let summary = format!("{} factors, each with its source", number::whole(view.factors.len() as u64));
        let listed = view! {
            <details open=view.factors.len() <= MOST_OPEN_FACTORS>
                <summary>{summary}</summary>
                {ledger_panel::factors(&view.factors)}
            </details>
        };
        panel::panel("factors", "Factors used", listed.into_any())
    })
}

fn windows(view: &WhyView) -> AnyView {
    let summary = match (view.windows_count, view.windows_complete) {
        (0, _) => "No window of metrics overlaps this period.".to_owned(),
        (all, complete) if all == complete => format!("{} windows, all read whole.", number::whole(all)),
        (all, complete) => format!("{} of {} windows were read whole.", number::whole(complete), number::whole(all)),
    };
    let listed = (!view.windows.is_empty()).then(|| {
        let body = view.windows.iter().map(window).collect_view().into_any();
        let head = table::head(&["Window, UTC", "To", "Where", "State", "Read", "#Series", "#Points"]);
        view! {
            <details>
                <summary>{format!("The newest {}", number::whole(view.windows.len() as u64))}</summary>
                {table::table("Windows of metrics", head, body, None)}
            </details>
        }
    });
    panel::panel("windows", "Windows of metrics behind it", view! { <p>{summary}</p> {listed} }.into_any())
}

fn window(row: &WindowRow) -> AnyView {
    let series = match (row.received_series, row.expected_series) {
        (Some(received), Some(expected)) => format!("{} of {}", number::count(received), number::count(expected)),
        _ => "not asked yet".to_owned(),
    };
    view! {
        <tr>
            <td>{facts::time(row.start)}</td>
            <td>{facts::time(row.end)}</td>
            <td>{row.place.clone()}</td>
            <td>{row.state.clone()}</td>
            <td>{row.completed_at.map(facts::time)}</td>
            <td class="number">{series}</td>
            <td class="number">{row.points.map(number::whole)}</td>
        </tr>
    }
    .into_any()
}

use crate::charts::{capacity, daily, time};
use crate::parts::{
    alarm_changes, badge, configuration_panel, facts, figure, finding_list, footprint_panel, form, ledger_panel,
    observed_panel, panel, rates_panel, table,
};
use crate::view::{
    ComponentRow, EndpointAround, EndpointLoad, EndpointView, PinView, VariantRow, WorkFigures, ZeroRow,
};
use leptos::prelude::*;

mod alarms;
mod answers;
mod safety;
mod scaling;

/// One endpoint: what it used, whether anybody called it, and why the number is what it is.
pub fn page(view: &EndpointView) -> impl IntoView + use<> {
    let (load, around) = (view.load.ready(), view.around.ready());
    view! {
        <div class="pair wide-left">
            {footprint_panel::compare(&view.in_period, &view.lifetime, &view.period)}
            {about(view)}
        </div>
        {finding_list::panel(&view.findings)}
        {demand(view)}
        {charts(view)}
        {variants(&view.variants)}
        {panel::loaded("around", "Scaling, answers, alarms and security", &view.around, |around| {
            scaling::card(&around.scaling)
        })}
        {components(&view.components)}
        {load.and_then(|load| at_zero(&load.at_zero))}
        {around.map(answered)}
        {load.and_then(utilisation)}
        {around.map(watched)}
        {(!view.days.is_empty()).then(|| ledger_panel::days(&view.days))}
        {rates_panel::panel(&view.rates)}
        {ledger_panel::panel(&view.ledger)}
        {panel::loaded("configuration", "Configuration over time", &view.configuration, |rows| {
            configuration_panel::around(rows)
        })}
        {around.map(|around| alarm_changes::panel(&around.alarm_changes))}
        {around.map(|around| observed_panel::panel("What else CloudWatch says", &around.observed))}
        {ledger_panel::spans(&view.spans)}
        {view.pin.as_ref().map(pin)}
    }
    .into_any()
}

fn about(view: &EndpointView) -> AnyView {
    let mut rows = vec![("Status", Some(badge::endpoint(&view.status)))];
    rows.extend(view.told.iter().map(|(label, value)| (*label, facts::text(value))));
    rows.extend([
        ("Invocations in the period", Some(figure::value(&view.invocations))),
        ("Idle share of instance-hours", Some(figure::value(&view.idle_share))),
        ("Per unit of work", Some(per_unit(view.work.as_ref()))),
        ("Last invoked", facts::moment(view.load.ready().and_then(|load| load.last_invoked_at))),
        ("Team", view.team.as_deref().and_then(facts::text)),
        ("Account", facts::text(&view.account)),
        ("Region", facts::text(&view.region)),
        ("Created", facts::moment(view.created_at)),
        ("Deleted", facts::moment(view.deleted_at)),
        ("Tags", facts::tags(&view.tags)),
        ("ARN", (!view.arn.is_empty()).then(|| view! { <code class="arn">{view.arn.clone()}</code> }.into_any())),
    ]);
    panel::panel("about", "About this endpoint", facts::list(rows))
}

/// Emissions, energy, cost and hours of a unit, or where one is set.
fn per_unit(work: Option<&WorkFigures>) -> AnyView {
    let Some(work) = work else {
        return view! { <a href="/settings/units">"No unit of work is set for it"</a> }.into_any();
    };
    if work.grams.figure().is_none() && work.usd.figure().is_none() {
        return view! { {figure::value(&work.grams)} <span class="under">"per " {work.label.clone()}</span> }
            .into_any();
    }
    view! {
        {figure::emissions(&work.grams)} " · " {figure::value(&work.watt_hours)} " · " {figure::value(&work.usd)} " · "
        {figure::value(&work.hours)} " of an instance"
        <span class="under">
            "per " <a href="/settings/units">{work.label.clone()}</a> {work.left_out.clone().map(|text| format!("; {text}"))}
        </span>
    }
    .into_any()
}

/// What stood ready beside what was used of it.
fn demand(view: &EndpointView) -> Option<AnyView> {
    panel::loaded("load", "Demand, capacity and utilisation", &view.load, |load| {
        load.demand.as_ref().map(|chart| boxed(capacity::draw(chart)))
    })
}

fn charts(view: &EndpointView) -> AnyView {
    let counts = view.load.ready().and_then(|load| load.instance_counts.as_ref());
    let others: Vec<AnyView> =
        [view.idle.as_ref().map(daily::draw), counts.map(time::draw)].into_iter().flatten().collect();
    // Two that belong together stand side by side.
    let class = if others.len() > 1 { "charts" } else { "stack" };
    view! { <div class=class>{others.into_iter().map(boxed).collect_view()}</div> }.into_any()
}

fn boxed(chart: AnyView) -> AnyView {
    view! { <div class="panel">{chart}</div> }.into_any()
}

fn answered(around: &EndpointAround) -> AnyView {
    view! {
        {answers::waits(&around.waits)}
        {answers::card(&around.answers)}
    }
    .into_any()
}

fn watched(around: &EndpointAround) -> AnyView {
    view! {
        {around.alarms.as_ref().map(alarms::matrix)}
        {safety::cards(&around.security, &around.resilience)}
    }
    .into_any()
}

fn variants(rows: &[VariantRow]) -> Option<AnyView> {
    if rows.is_empty() {
        return None;
    }
    let body = rows.iter().map(variant).collect_view().into_any();
    let head = table::head(&[
        "Variant",
        "Hosting",
        "Instances",
        "Scaling",
        "#Invocations",
        "#Instance-hours",
        "#Energy",
        "#CO₂e",
        "#Cost",
    ]);
    Some(panel::panel("variants", "Variants", table::table("Variants", head, body, None)))
}

/// What each inference component holds of the endpoint.
fn components(rows: &[ComponentRow]) -> Option<AnyView> {
    if rows.is_empty() {
        return None;
    }
    let body = rows
        .iter()
        .map(|row| {
            let name = if row.name.is_empty() { "Not assigned".to_owned() } else { row.name.clone() };
            view! {
                <tr>
                    <th scope="row">{name}</th>
                    <td>{row.variant.clone()}</td>
                    <td>{row.needs.clone()}</td>
                    <td class="number">{figure::value(&row.share)}</td>
                    <td class="number">{figure::value(&row.energy)}</td>
                    <td class="number">{figure::value(&row.emissions)}</td>
                    <td class="number">{figure::value(&row.cost)}</td>
                </tr>
            }
        })
        .collect_view()
        .into_any();
    let head = table::head(&["Component", "Variant", "Reserves", "#Share", "#Energy", "#CO₂e", "#Cost"]);
    let body = view! {
        {table::table("Inference components", head, body, None)}
        <p class="footnote">
            "A share is what the copies of a component reserved over what the instances of its variant had, both over time. What none reserves is idle capacity of the endpoint."
        </p>
    };
    Some(panel::panel("components", "Inference components", body.into_any()))
}

/// What standing at zero spared.
fn at_zero(rows: &[ZeroRow]) -> Option<AnyView> {
    if rows.is_empty() {
        return None;
    }
    let body = rows
        .iter()
        .map(|row| {
            view! {
                <tr>
                    <th scope="row">{row.variant.clone()}</th>
                    <td class="number">{figure::value(&row.hours)}</td>
                    <td class="number">{figure::value(&row.share)}</td>
                    <td class="number">{figure::value(&row.energy)}</td>
                    <td class="number">{figure::value(&row.emissions)}</td>
                    <td class="number">{figure::value(&row.cost)}</td>
                </tr>
            }
        })
        .collect_view()
        .into_any();
    let head =
        table::head(&["Variant", "#Hours at zero", "#Of its time", "#Energy spared", "#CO₂e spared", "#Cost spared"]);
    let body = view! {
        {table::table("Scale to zero", head, body, None)}
        <p class="footnote">
            "Spared: what one such machine would have used in those hours if it had stood by, loaded and idle."
        </p>
    };
    Some(panel::panel("at-zero", "Scale to zero", body.into_any()))
}

fn variant(row: &VariantRow) -> AnyView {
    let instances = match (row.instances_now, &row.instance_type) {
        (_, Some(kind)) if kind.starts_with("serverless-") => {
            format!("serverless, {} MB", kind.trim_start_matches("serverless-"))
        }
        (Some(count), Some(kind)) => format!("{count} × {kind}"),
        (None, Some(kind)) => kind.clone(),
        (_, None) => "none of its own".to_owned(),
    };
    let limits = match (row.min_capacity, row.max_capacity) {
        (Some(min), Some(max)) => format!("{}, {min} to {max}", row.scaling),
        _ => row.scaling.clone(),
    };
    view! {
        <tr>
            <th scope="row">{row.name.clone()}</th>
            <td>{row.hosting.clone()}</td>
            <td>{instances}</td>
            <td>{limits}</td>
            <td class="number">{figure::value(&row.invocations)}</td>
            <td class="number">{figure::value(&row.instance_hours)}</td>
            <td class="number">{figure::value(&row.energy)}</td>
            <td class="number">{figure::value(&row.emissions)}</td>
            <td class="number">{figure::value(&row.cost)}</td>
        </tr>
    }
    .into_any()
}

/// How often it is read, and the way to change that.
fn pin(view: &PinView) -> AnyView {
    let (now, button, wanted) = match &view.pinned {
        Some((by, at)) => (
            view! {
                <p>
                    "Every 5 minutes, since " {facts::time(*at)} {format!(" UTC, as {by} asked.")}
                    {view.read_to.map(|to| view! { " Read up to " {facts::time(to)} " UTC." })}
                </p>
            }
            .into_any(),
            "Read every hour",
            "no",
        ),
        None => (
            view! {
                <p>
                    {format!(
                        "Every hour, once the hour is over. Every 5 minutes costs ${:.2} a month more, for metrics that AWS charges by the request.",
                        view.usd_a_month
                    )}
                </p>
            }
            .into_any(),
            "Read every 5 minutes",
            "yes",
        ),
    };
    let body = view! {
        {now}
        {form::errors("pin", &view.form)}
        <form method="post" action=view.action.clone() class="inline-form">
            <input type="hidden" name="pinned" value=wanted/>
            {form::input(form::BY, "pin", &view.form)}
            <button type="submit">{button}</button>
        </form>
    };
    panel::panel("reading", "How often it is read", body.into_any())
}

fn utilisation(load: &EndpointLoad) -> Option<AnyView> {
    let hosts = ledger_panel::hosts(&load.hosts);
    let body = view! { {answers::small(load.busy.iter())} {hosts} };
    (!load.busy.is_empty() || !load.hosts.is_empty())
        .then(|| panel::panel("utilisation", "Utilisation", body.into_any()))
}

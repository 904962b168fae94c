//! The factor tables, row by row.

use super::{factor_panel, perhaps, quantity, source};
use crate::parts::{number, panel, table};
use crate::view::{AcceleratorRow, CoefficientRow, InstanceRow, MethodologyView, RegionRow};
use leptos::prelude::*;

/// The instance table behind its search.
pub(super) fn instances(view: &MethodologyView) -> AnyView {
    let rows = view.instances.iter().map(instance).collect_view().into_any();
    let head =
        table::head(&["Instance type", "#vCPU", "#Memory, GiB", "Accelerators", "#Idle, W", "#Full load, W", "Source"]);
    let found = format!("{} of {} types", number::whole(view.instances_matching), number::whole(view.instances_total));
    let shown = (u64::try_from(view.instances.len()).unwrap_or(u64::MAX) < view.instances_matching)
        .then_some(", the first of them shown");
    let body = view! {
        <form method="get" action="/methodology#instances" class="inline-form">
            <label class="field">
                <span>"Name holds"</span>
                <input type="search" name="q" value=view.query.clone() />
            </label>
            <button type="submit">"Search"</button>
            <p class="quiet">{found} {shown}</p>
        </form>
        {table::table("Instance types", head, rows, None)}
    };
    panel::panel("instances", "Instance types", body.into_any())
}

/// Grid intensity, overhead and water of each region.
pub(super) fn regions(rows: &[RegionRow]) -> AnyView {
    let rows = rows
        .iter()
        .map(|row| {
            view! {
                <tr>
                    <th scope="row">{row.region.clone()} <span class="under">{row.place.clone()}</span></th>
                    <td class="number">{quantity(&row.intensity)}</td>
                    <td>{source(&row.intensity_source)}</td>
                    <td class="number">{quantity(&row.pue)}</td>
                    <td>{source(&row.pue_source)}</td>
                    <td class="number">{perhaps(row.water.as_ref())}</td>
                </tr>
            }
        })
        .collect_view()
        .into_any();
    factor_panel("regions", "Regions", &["Region", "#Grid, g/kWh", "Source", "#PUE", "Source", "#Water, L/kWh"], rows)
}

/// Power and embodied emissions of each accelerator.
pub(super) fn accelerators(rows: &[AcceleratorRow]) -> AnyView {
    let rows = rows
        .iter()
        .map(|row| {
            view! {
                <tr>
                    <th scope="row">{row.name.clone()}</th>
                    <td class="number">{quantity(&row.idle_watts)}</td>
                    <td class="number">{quantity(&row.tdp_watts)}</td>
                    <td class="number">{perhaps(row.embodied_kg.as_ref())}</td>
                    <td>{source(&row.source)}</td>
                </tr>
            }
        })
        .collect_view()
        .into_any();
    factor_panel(
        "accelerators",
        "Accelerators",
        &["Accelerator", "#Idle, W", "#Board power, W", "#Embodied, kg CO₂e", "Source"],
        rows,
    )
}

/// Everything else the model multiplies with.
pub(super) fn coefficients(rows: &[CoefficientRow]) -> AnyView {
    let rows = rows
        .iter()
        .map(|row| {
            view! {
                <tr>
                    <th scope="row">{row.name.clone()} <code class="id">{row.id.clone()}</code></th>
                    <td class="number">{quantity(&row.value)}</td>
                    <td>{row.unit.clone()}</td>
                    <td>{source(&row.source)}</td>
                    <td class="source">{row.note.clone()}</td>
                </tr>
            }
        })
        .collect_view()
        .into_any();
    factor_panel("coefficients", "Coefficients", &["Coefficient", "#Value", "Unit", "Source", "Note"], rows)
}

fn instance(row: &InstanceRow) -> AnyView {
    let accelerators = row.accelerator.as_ref().map(|name| format!("{} × {name}", row.accelerators));
    view! {
        <tr>
            <th scope="row">{row.name.clone()}</th>
            <td class="number">{row.vcpus}</td>
            <td class="number">{number::compact(row.memory_gib)}</td>
            <td>{accelerators}</td>
            <td class="number">{perhaps(row.idle_watts.as_ref())}</td>
            <td class="number">{perhaps(row.full_watts.as_ref())}</td>
            <td>{source(&row.source)}</td>
        </tr>
    }
    .into_any()
}

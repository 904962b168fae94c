//! Instance types and accelerators from their files.

use super::{ACCELERATORS, EMBODIED_HOST, HOST_POWER, INSTANCES, checked, fault, order, rows};
use crate::explain::FactorUse;
use crate::factors::FactorError;
use crate::factors::accelerator::{Accelerator, AcceleratorPower, KappaClass, Observed};
use crate::factors::factor::Factor;
use crate::factors::instance::{Fitted, HostPower, Instance, NodeClass, Point, PowerStatus};
use crate::factors::rows::{AcceleratorRow, EmbodiedHostRow, HostPowerRow, InstanceRow};
use std::collections::BTreeMap;

pub(in crate::factors) fn instances(
    accelerators: &BTreeMap<String, Accelerator>,
) -> Result<BTreeMap<String, Instance>, FactorError> {
    let mut hosts = host_power()?;
    let mut embodied = embodied_host()?;
    let mut instances = BTreeMap::new();
    for row in rows::<InstanceRow>(INSTANCES)? {
        let name = row.instance_type.clone();
        let fault = |what: &str| fault(INSTANCES.0, &name, what);
        let fitted = match (&row.accelerator_id, row.accelerator_count) {
            (Some(id), Some(count)) if accelerators.contains_key(id) => Some(Fitted {
                accelerator: id.clone(),
                count,
                node: match row.node_class.as_deref().map(NodeClass::named) {
                    Some(None) => return Err(fault("the node class is sxm or card")),
                    class => class.flatten(),
                },
            }),
            (None, None) => None,
            _ => return Err(fault("an accelerator needs a known name and a count")),
        };
        let instance = Instance {
            name: name.clone(),
            vcpu: row.vcpu,
            memory_gib: row.memory_gib,
            power_status: PowerStatus::named(&row.power_status)
                .ok_or_else(|| fault("the power status is complete, lower_bound or unknown"))?,
            host: hosts.remove(&name),
            embodied: embodied.remove(&name),
            fitted,
            note: row.note,
            source: row.source,
            licence: row.licence,
        };
        check_power_status(&instance, accelerators)?;
        instances.insert(name, instance);
    }
    hosts
        .keys()
        .chain(embodied.keys())
        .next()
        .map_or(Ok(instances), |stray| Err(fault(HOST_POWER.0, stray, "no such instance type")))
}

pub(in crate::factors) fn accelerators() -> Result<BTreeMap<String, Accelerator>, FactorError> {
    rows::<AcceleratorRow>(ACCELERATORS)?
        .into_iter()
        .map(|row| accelerator(row).map(|part| (part.id.clone(), part)))
        .collect()
}

fn host_power() -> Result<BTreeMap<String, HostPower>, FactorError> {
    rows::<HostPowerRow>(HOST_POWER)?.into_iter().map(host).collect()
}

fn host(row: HostPowerRow) -> Result<(String, HostPower), FactorError> {
    let curve = [
        (row.w_idle, row.w_idle_lo, row.w_idle_hi),
        (row.w_10, row.w_10_lo, row.w_10_hi),
        (row.w_50, row.w_50_lo, row.w_50_hi),
        (row.w_100, row.w_100_lo, row.w_100_hi),
    ];
    for (central, low, high) in curve {
        order(central, low, high).map_err(|what| fault(HOST_POWER.0, &row.instance_type, what))?;
    }
    if !(row.w_idle > 0.0 && row.w_50_lo > 0.0 && curve.is_sorted_by(|a, b| a.0 <= b.0)) {
        return Err(fault(HOST_POWER.0, &row.instance_type, "power must be positive and grow with load"));
    }
    let shown = FactorUse {
        id: format!("host_power:{}", row.instance_type),
        name: format!("Host power of {} at 50 % load", row.instance_type),
        value: row.w_50,
        low: row.w_50_lo,
        high: row.w_50_hi,
        unit: "W".to_owned(),
        year: row.year,
        source: row.source,
        licence: row.licence,
        tier: "model".to_owned(),
        note: format!(
            "{:.1} W idle, {:.1} W at 10 %, {:.1} W at 100 %; accelerators apart",
            row.w_idle, row.w_10, row.w_100
        ),
    };
    let curve = curve.map(|(central, low, high)| Point { central, low, high });
    Ok((row.instance_type, HostPower::new(Factor::new(shown), row.basis == "proxy", curve)))
}

fn embodied_host() -> Result<BTreeMap<String, Factor>, FactorError> {
    rows::<EmbodiedHostRow>(EMBODIED_HOST)?
        .into_iter()
        .map(|row| {
            let shown = FactorUse {
                id: format!("embodied_host:{}", row.instance_type),
                name: format!("Embodied emissions of the host of {}", row.instance_type),
                value: row.kg,
                low: row.kg_lo,
                high: row.kg_hi,
                unit: "kgCO2e".to_owned(),
                year: row.year,
                source: row.source,
                licence: row.licence,
                tier: "model".to_owned(),
                note: "The whole life of the host; accelerators apart".to_owned(),
            };
            Ok((row.instance_type, checked(EMBODIED_HOST.0, shown)?))
        })
        .collect()
}

fn accelerator(row: AcceleratorRow) -> Result<Accelerator, FactorError> {
    Ok(Accelerator {
        power: accelerator_power(&row)?,
        embodied: accelerator_embodied(&row)?,
        id: row.accelerator_id,
        name: row.name,
        memory_gb: row.memory_gb,
        note: row.note,
    })
}

fn accelerator_power(row: &AcceleratorRow) -> Result<Option<AcceleratorPower>, FactorError> {
    let Some(cap_w) = row.power_cap_w else {
        return Ok(None);
    };
    let idle = |id: &str, state: &str, [value, low, high]: [Option<f64>; 3]| {
        let missing = || fault(ACCELERATORS.0, &row.accelerator_id, "a power cap needs both idle powers with bounds");
        let shown = FactorUse {
            id: format!("accelerator_{id}:{}", row.accelerator_id),
            name: format!("Power of one {}, {state}", row.name),
            value: value.ok_or_else(missing)?,
            low: low.ok_or_else(missing)?,
            high: high.ok_or_else(missing)?,
            unit: "W".to_owned(),
            year: row.year.clone(),
            source: row.source.clone(),
            licence: row.licence.clone(),
            tier: if row.observed == "none" { "model" } else { "observed" }.to_owned(),
            note: format!("Power cap {cap_w} W. {}", row.note),
        };
        checked(ACCELERATORS.0, shown)
    };
    let class = |what| fault(ACCELERATORS.0, &row.accelerator_id, what);
    Ok(Some(AcceleratorPower {
        cap_w,
        idle_cold: idle(
            "idle_cold",
            "idle without a model",
            [row.idle_cold_w, row.idle_cold_w_lo, row.idle_cold_w_hi],
        )?,
        idle_loaded: idle(
            "idle_loaded",
            "idle with a model resident",
            [row.idle_loaded_w, row.idle_loaded_w_lo, row.idle_loaded_w_hi],
        )?,
        kappa: KappaClass::named(&row.kappa_class).ok_or_else(|| class("no such kappa class"))?,
        observed: Observed::named(&row.observed).ok_or_else(|| class("observed is idle_and_load, idle or none"))?,
    }))
}

fn accelerator_embodied(row: &AcceleratorRow) -> Result<Option<Factor>, FactorError> {
    let (Some(value), Some(low), Some(high)) = (row.embodied_kg, row.embodied_kg_lo, row.embodied_kg_hi) else {
        return Ok(None);
    };
    let shown = FactorUse {
        id: format!("embodied_accelerator:{}", row.accelerator_id),
        name: format!("Embodied emissions of one {}", row.name),
        value,
        low,
        high,
        unit: "kgCO2e".to_owned(),
        year: row.year.clone(),
        source: row.embodied_source.clone(),
        licence: row.embodied_licence.clone(),
        tier: "model".to_owned(),
        note: "The whole life of one accelerator".to_owned(),
    };
    checked(ACCELERATORS.0, shown).map(Some)
}

/// The status column must say what the other tables hold.
fn check_power_status(instance: &Instance, accelerators: &BTreeMap<String, Accelerator>) -> Result<(), FactorError> {
    let powered = |fitted: &Fitted| {
        fitted.node.is_some() && accelerators.get(&fitted.accelerator).is_some_and(|part| part.power.is_some())
    };
    let derived = match (instance.host.is_some(), instance.fitted.as_ref().map(powered)) {
        (true, None | Some(true)) => PowerStatus::Complete,
        (true, Some(false)) | (false, Some(true)) => PowerStatus::LowerBound,
        (false, None | Some(false)) => PowerStatus::Unknown,
    };
    if derived == instance.power_status {
        Ok(())
    } else {
        Err(fault(INSTANCES.0, &instance.name, "the power status contradicts the power tables"))
    }
}

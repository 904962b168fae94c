//! How the numbers are made, from the factor set itself.

use app::view::{
    AcceleratorRow, CoefficientRow, Equation, FactorSetInfo, InstanceRow, MethodologyView, Quantity, RegionRow,
    SourceNote, TierRow,
};
use footprint::{FORMULAS, FactorSet, FactorUse, Tier, Workload, WorkloadKind, estimate_workload};

use super::figures;
use crate::http::desk::Desk;

mod validation;

const MOST_INSTANCES: usize = 50;

/// Loads the methodology; `q` looks for instance types.
pub fn load(desk: &Desk, q: Option<&str>) -> MethodologyView {
    let factors = &desk.factors;
    let all = factors.all_factors();
    let cases = footprint::validation::cases(factors);
    let query = q.unwrap_or_default().to_lowercase();
    let matching: Vec<_> = factors.instances().filter(|instance| instance.name.contains(&query)).collect();
    let estimate = desk.estimate.as_ref();
    MethodologyView {
        factor_set: FactorSetInfo {
            label: factors.label().to_owned(),
            sha256: factors.sha256_hex(),
            method_version: estimate
                .map_or_else(|| crate::estimate::METHOD_VERSION.to_owned(), |e| e.method_version.clone()),
            overrides: estimate.map(|e| overrides(&e.overrides)).unwrap_or_default(),
        },
        tiers: Tier::ALL
            .into_iter()
            .map(|tier| TierRow {
                tier: figures::tier(tier),
                meaning: tier.describe().to_owned(),
                rule: tier.rule().to_owned(),
            })
            .collect(),
        formulas: formulas(),
        equations: equations(factors),
        validation: validation::groups(&cases),
        tools: validation::tools(&cases),
        limits: validation::limits(factors),
        regions: factors.regions().filter_map(|region| region_row(region, &all)).collect(),
        accelerators: factors.accelerators().filter_map(|accelerator| accelerator_row(accelerator, &all)).collect(),
        coefficients: all.iter().filter(|factor| !factor.id.contains(':')).map(coefficient).collect(),
        query: query.clone(),
        instances_matching: u64::try_from(matching.len()).unwrap_or_default(),
        instances_total: u64::try_from(factors.instances().count()).unwrap_or_default(),
        instances: matching.into_iter().take(MOST_INSTANCES).map(|instance| instance_row(instance, &all)).collect(),
    }
}

fn overrides(stored: &serde_json::Value) -> Vec<String> {
    let list: Vec<footprint::Override> = serde_json::from_value(stored.clone()).unwrap_or_default();
    list.into_iter()
        .map(|each| format!("{} = {} ({}: {})", each.factor_id, each.value, each.author, each.reason))
        .collect()
}

fn formulas() -> Vec<Equation> {
    FORMULAS
        .iter()
        .map(|line| Equation {
            symbol: line.symbol.to_owned(),
            text: line.text.to_owned(),
            value: None,
            unit: line.unit.to_owned(),
        })
        .collect()
}

/// The equations as they come out for one worked example.
fn equations(factors: &FactorSet) -> Vec<Equation> {
    let workload = Workload {
        instance_type: "ml.p4d.24xlarge".to_owned(),
        count: 1,
        hours: 24.0,
        region: "us-east-1".to_owned(),
        kind: WorkloadKind::Training,
        cpu: footprint::units::Fraction::new(0.8),
        gpu: footprint::units::Fraction::new(0.8),
        measured: footprint::Measured::default(),
    };
    let worked = estimate_workload(factors, &workload).map(|estimate| estimate.equations).unwrap_or_default();
    worked.into_iter().map(Into::into).collect()
}

fn quantity(factor: &FactorUse) -> Quantity {
    Quantity { central: factor.value, low: factor.low, high: factor.high }
}

fn note(factor: &FactorUse) -> SourceNote {
    SourceNote {
        source: factor.source.clone(),
        licence: factor.licence.clone(),
        year: factor.year.clone(),
        tier: factor.tier.clone(),
    }
}

fn find<'a>(all: &'a [FactorUse], id: &str) -> Option<&'a FactorUse> {
    all.iter().find(|factor| factor.id == id)
}

fn region_row(region: &footprint::Region, all: &[FactorUse]) -> Option<RegionRow> {
    let intensity = find(all, &format!("intensity:{}", region.name))?;
    let pue = find(all, &format!("pue:{}", region.name))?;
    Some(RegionRow {
        region: region.name.clone(),
        place: region.location.clone(),
        intensity: quantity(intensity),
        intensity_source: note(intensity),
        pue: quantity(pue),
        pue_source: note(pue),
        water: find(all, &format!("wue:{}", region.name)).map(quantity),
    })
}

fn accelerator_row(accelerator: &footprint::factors::Accelerator, all: &[FactorUse]) -> Option<AcceleratorRow> {
    let cap = accelerator.power.as_ref()?.cap_w;
    let idle = find(all, &format!("accelerator_idle_loaded:{}", accelerator.id))?;
    Some(AcceleratorRow {
        name: accelerator.name.clone(),
        tdp_watts: Quantity { central: cap, low: cap, high: cap },
        idle_watts: quantity(idle),
        embodied_kg: find(all, &format!("embodied_accelerator:{}", accelerator.id)).map(quantity),
        source: note(idle),
    })
}

fn coefficient(factor: &FactorUse) -> CoefficientRow {
    CoefficientRow {
        id: factor.id.clone(),
        name: factor.name.clone(),
        value: quantity(factor),
        unit: factor.unit.clone(),
        note: factor.note.clone(),
        source: note(factor),
    }
}

fn instance_row(instance: &footprint::Instance, all: &[FactorUse]) -> InstanceRow {
    let power = instance.host.as_ref();
    let share = |load: f64| footprint::units::Fraction::new(load);
    let at = |load: f64| {
        let watts = power.zip(share(load)).map(|(host, load)| host.at(load))?;
        let factor = find(all, &format!("host_power:{}", instance.name))?;
        let (down, up) = (factor.low / factor.value, factor.high / factor.value);
        Some(Quantity { central: watts, low: watts * down, high: watts * up })
    };
    InstanceRow {
        name: instance.name.clone(),
        vcpus: instance.vcpu.unwrap_or(0),
        memory_gib: instance.memory_gib.unwrap_or(0.0),
        accelerator: instance.fitted.as_ref().map(|fitted| fitted.accelerator.clone()),
        accelerators: instance.accelerator_count(),
        idle_watts: at(0.0),
        full_watts: at(1.0),
        source: SourceNote {
            source: instance.source.clone(),
            licence: instance.licence.clone(),
            year: String::new(),
            tier: String::new(),
        },
    }
}

//! The rows of a set in transit.

use crate::factors::{Accelerator, FactorSet, Instance, ListPrice, NodeClass, Region};

pub(super) fn rows(set: &FactorSet) -> Vec<Vec<String>> {
    let mut rows = vec![row("set", [set.label.clone(), set.sha256_hex()])];
    rows.extend(set.all_factors().into_iter().map(|factor| {
        let [value, low, high] = [factor.value, factor.low, factor.high].map(number);
        row(
            "factor",
            [
                factor.id,
                factor.name,
                value,
                low,
                high,
                factor.unit,
                factor.year,
                factor.source,
                factor.licence,
                factor.tier,
                factor.note,
            ],
        )
    }));
    rows.extend(set.accelerators().map(accelerator));
    rows.extend(set.instances().map(instance));
    rows.extend(set.regions().map(|region| {
        let Region { name, partition, location, note, .. } = region.clone();
        row("region", [name, partition, location, note])
    }));
    rows.extend(set.prices().cloned().map(|price| {
        let usd = number(price.usd_per_hour);
        let ListPrice { region, instance_type, usd_per_hour_text, as_of, source, licence, .. } = price;
        row("price", [region, instance_type, usd, usd_per_hour_text, as_of, source, licence])
    }));
    rows
}

fn row(kind: &str, cells: impl IntoIterator<Item = String>) -> Vec<String> {
    std::iter::once(kind.to_owned()).chain(cells).collect()
}

fn accelerator(part: &Accelerator) -> Vec<String> {
    let mut cells =
        vec![part.id.clone(), part.name.clone(), part.memory_gb.map(number).unwrap_or_default(), part.note.clone()];
    cells.push(part.power.as_ref().map(|power| number(power.cap_w)).unwrap_or_default());
    if let Some(power) = &part.power {
        cells.extend([power.kappa.as_str(), power.observed.as_str()].map(ToOwned::to_owned));
    }
    row("accelerator", cells)
}

fn instance(instance: &Instance) -> Vec<String> {
    let fitted = instance.fitted.as_ref();
    let mut cells = vec![
        instance.name.clone(),
        count(instance.vcpu),
        instance.memory_gib.map(number).unwrap_or_default(),
        instance.power_status.as_str().to_owned(),
        instance.note.clone(),
        instance.source.clone(),
        instance.licence.clone(),
        fitted.map(|fitted| fitted.accelerator.clone()).unwrap_or_default(),
        count(fitted.map(|fitted| fitted.count)),
        fitted.and_then(|fitted| fitted.node).map(NodeClass::as_str).unwrap_or_default().to_owned(),
    ];
    if let Some(host) = &instance.host {
        cells.push(host.stand_in.to_string());
        cells.extend(host.curve().iter().flat_map(|p| [p.central, p.low, p.high]).map(number));
    }
    row("instance", cells)
}

fn number(value: f64) -> String {
    format!("{:016x}", value.to_bits())
}

fn count(value: Option<u32>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

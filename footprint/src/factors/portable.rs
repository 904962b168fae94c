//! A factor set as it travels to a program that has no tables of its own, such as the calculator in a browser.
//!
//! It is a JSON list of rows, each a list of texts whose first names its kind; a number is the hexadecimal of its bits.
//! A structure for every table and decimal numbers would read better, and make the calculator half as large again: whoever
//! wants to read the factors has them as a table on the page of the method and as CSV.

mod write;

use super::factor::Factor;
use super::instance::{Fitted, HostPower, Point};
use super::read::order;
use super::{
    Accelerator, AcceleratorPower, Coefficients, FactorError, FactorSet, Instance, KappaClass, ListPrice, NodeClass,
    Observed, PowerStatus, Region,
};
use crate::explain::FactorUse;
use std::collections::BTreeMap;

impl FactorSet {
    /// The whole set, overrides applied; every number keeps all its bits.
    ///
    /// # Errors
    /// None that texts can cause; the writer's signature has them.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(&write::rows(self))
    }

    /// The set that [`FactorSet::to_json`] wrote: it gives the same estimates, digit for digit, under the same hash.
    ///
    /// # Errors
    /// Text of another shape, or a coefficient whose numbers are out of order.
    pub fn from_json(text: &str) -> Result<Self, FactorError> {
        let rows: Vec<Vec<String>> = serde_json::from_str(text).map_err(|_| fault("it is no list of rows"))?;
        read(rows).map_err(fault)
    }
}

fn fault(what: &str) -> FactorError {
    FactorError::Portable { what: what.to_owned() }
}

const NO_NUMBER: &str = "a cell holds no number";

/// The number of these bits.
fn number(hex: &str) -> Option<f64> {
    u64::from_str_radix(hex, 16).ok().map(f64::from_bits)
}

/// The cells of a row, one after the other. Its functions are called from many places, so they stay functions.
struct Cells(std::vec::IntoIter<String>);

impl Cells {
    #[inline(never)]
    fn text(&mut self) -> Result<String, &'static str> {
        self.0.next().ok_or("a row ends early")
    }

    #[inline(never)]
    fn number(&mut self) -> Result<f64, &'static str> {
        number(&self.text()?).ok_or(NO_NUMBER)
    }

    /// An empty cell is nothing.
    #[inline(never)]
    fn perhaps(&mut self) -> Result<Option<f64>, &'static str> {
        match self.text()?.as_str() {
            "" => Ok(None),
            text => number(text).map(Some).ok_or(NO_NUMBER),
        }
    }

    /// An empty cell is nothing.
    #[inline(never)]
    fn count(&mut self) -> Result<Option<u32>, &'static str> {
        match self.text()?.as_str() {
            "" => Ok(None),
            text => text.parse().map(Some).map_err(|_| NO_NUMBER),
        }
    }

    #[inline(never)]
    fn point(&mut self) -> Result<Point, &'static str> {
        Ok(Point { central: self.number()?, low: self.number()?, high: self.number()? })
    }

    fn named<T>(&mut self, named: fn(&str) -> Option<T>) -> Result<T, &'static str> {
        named(&self.text()?).ok_or("a cell holds an unknown name")
    }
}

/// What is read before it is put together.
#[derive(Default)]
struct Parts {
    factors: BTreeMap<String, Factor>,
    label: String,
    digest: [u8; 32],
    instances: BTreeMap<String, Instance>,
    accelerators: BTreeMap<String, Accelerator>,
    regions: BTreeMap<String, Region>,
    prices: BTreeMap<(String, String), ListPrice>,
}

/// Factors come first, so that every other row finds its own.
fn read(rows: Vec<Vec<String>>) -> Result<FactorSet, &'static str> {
    let mut parts = Parts::default();
    for row in rows {
        let mut cells = Cells(row.into_iter());
        match cells.text()?.as_str() {
            "set" => {
                parts.label = cells.text()?;
                parts.digest = digest(&cells.text()?).ok_or("the hash is not one")?;
            }
            "factor" => {
                let factor = factor(cells)?;
                parts.factors.insert(factor.id().to_owned(), factor);
            }
            "accelerator" => parts.accelerator(&mut cells)?,
            "instance" => parts.instance(&mut cells)?,
            "region" => parts.region(&mut cells)?,
            "price" => parts.price(&mut cells)?,
            _ => return Err("a row is of an unknown kind"),
        }
    }
    let coefficients = Coefficients::collect(|id| parts.factors.remove(id).ok_or("a coefficient is missing"))?;
    let Parts { label, digest, instances, accelerators, regions, prices, .. } = parts;
    Ok(FactorSet { label, digest, instances, accelerators, regions, coefficients, prices })
}

fn factor(cells: Cells) -> Result<Factor, &'static str> {
    let cells: [String; 11] = cells.0.collect::<Vec<_>>().try_into().map_err(|_| "a factor has eleven cells")?;
    let [id, name, value, low, high, unit, year, source, licence, tier, note] = cells;
    let [value, low, high] = [value, low, high].map(|text| number(&text).unwrap_or(f64::NAN));
    order(value, low, high)?;
    Ok(Factor::new(FactorUse { id, name, value, low, high, unit, year, source, licence, tier, note }))
}

impl Parts {
    #[inline(never)]
    fn factor(&mut self, group: &str, key: &str) -> Option<Factor> {
        self.factors.remove(&format!("{group}:{key}"))
    }

    fn accelerator(&mut self, cells: &mut Cells) -> Result<(), &'static str> {
        let id = cells.text()?;
        let (name, memory_gb, note) = (cells.text()?, cells.perhaps()?, cells.text()?);
        let power = match cells.perhaps()? {
            None => None,
            Some(cap_w) => Some(AcceleratorPower {
                cap_w,
                idle_cold: self.factor("accelerator_idle_cold", &id).ok_or("an idle power is missing")?,
                idle_loaded: self.factor("accelerator_idle_loaded", &id).ok_or("an idle power is missing")?,
                kappa: cells.named(KappaClass::named)?,
                observed: cells.named(Observed::named)?,
            }),
        };
        let embodied = self.factor("embodied_accelerator", &id);
        self.accelerators.insert(id.clone(), Accelerator { id, name, memory_gb, power, embodied, note });
        Ok(())
    }

    fn instance(&mut self, cells: &mut Cells) -> Result<(), &'static str> {
        let name = cells.text()?;
        let (vcpu, memory_gib) = (cells.count()?, cells.perhaps()?);
        let power_status = cells.named(PowerStatus::named)?;
        let (note, source, licence) = (cells.text()?, cells.text()?, cells.text()?);
        let accelerator = cells.text()?;
        let (count, node) = (cells.count()?, cells.text()?);
        let fitted = count.map(|count| Fitted { accelerator, count, node: NodeClass::named(&node) });
        let host = match self.factor("host_power", &name) {
            None => None,
            Some(factor) => {
                let stand_in = cells.text()? == "true";
                let mut point = || cells.point();
                Some(HostPower::new(factor, stand_in, [point()?, point()?, point()?, point()?]))
            }
        };
        let embodied = self.factor("embodied_host", &name);
        let instance = Instance {
            name: name.clone(),
            vcpu,
            memory_gib,
            fitted,
            power_status,
            host,
            embodied,
            note,
            source,
            licence,
        };
        self.instances.insert(name, instance);
        Ok(())
    }

    fn region(&mut self, cells: &mut Cells) -> Result<(), &'static str> {
        let name = cells.text()?;
        let region = Region {
            partition: cells.text()?,
            location: cells.text()?,
            note: cells.text()?,
            pue: self.factor("pue", &name),
            intensity: self.factor("intensity", &name),
            market_intensity: self.factor("market_intensity", &name),
            marginal_intensity: self.factor("marginal_intensity", &name),
            wue: self.factor("wue", &name),
            offsite_water: self.factor("offsite_water", &name),
            name: name.clone(),
        };
        self.regions.insert(name, region);
        Ok(())
    }

    fn price(&mut self, cells: &mut Cells) -> Result<(), &'static str> {
        let price = ListPrice {
            region: cells.text()?,
            instance_type: cells.text()?,
            usd_per_hour: cells.number()?,
            usd_per_hour_text: cells.text()?,
            as_of: cells.text()?,
            source: cells.text()?,
            licence: cells.text()?,
        };
        self.prices.insert((price.region.clone(), price.instance_type.clone()), price);
        Ok(())
    }
}

/// The bytes of 64 hexadecimal digits.
fn digest(hex: &str) -> Option<[u8; 32]> {
    let mut digest = [0; 32];
    for (place, byte) in digest.iter_mut().enumerate() {
        *byte = u8::from_str_radix(hex.get(2 * place..2 * place + 2)?, 16).ok()?;
    }
    (hex.len() == 64).then_some(digest)
}

#[cfg(test)]
mod tests;

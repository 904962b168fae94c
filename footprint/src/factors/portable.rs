//! A factor set as it travels to a program that has no tables of its own, such as the calculator in a browser.

use super::{Accelerator, Coefficients, FactorError, FactorSet, Instance, ListPrice, Region};
use serde::{Deserialize, Serialize};

/// Everything of a set, overrides applied.
#[derive(Serialize, Deserialize)]
struct Portable {
    label: String,
    digest: [u8; 32],
    instances: Vec<Instance>,
    accelerators: Vec<Accelerator>,
    regions: Vec<Region>,
    coefficients: Coefficients,
    prices: Vec<ListPrice>,
}

impl FactorSet {
    /// The whole set as JSON; every number keeps all its bits.
    ///
    /// # Errors
    /// None that these types can cause; the writer's signature has them.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        let set = self.clone();
        serde_json::to_string(&Portable {
            label: set.label,
            digest: set.digest,
            instances: set.instances.into_values().collect(),
            accelerators: set.accelerators.into_values().collect(),
            regions: set.regions.into_values().collect(),
            coefficients: set.coefficients,
            prices: set.prices.into_values().collect(),
        })
    }

    /// The set that [`FactorSet::to_json`] wrote: it gives the same estimates, digit for digit, under the same hash.
    ///
    /// # Errors
    /// Text of another shape, or a coefficient whose numbers are out of order.
    pub fn from_json(text: &str) -> Result<Self, FactorError> {
        let set: Portable = serde_json::from_str(text).map_err(|source| FactorError::Portable { source })?;
        Ok(Self {
            label: set.label,
            digest: set.digest,
            instances: set.instances.into_iter().map(|instance| (instance.name.clone(), instance)).collect(),
            accelerators: set.accelerators.into_iter().map(|part| (part.id.clone(), part)).collect(),
            regions: set.regions.into_iter().map(|region| (region.name.clone(), region)).collect(),
            coefficients: set.coefficients,
            prices: set
                .prices
                .into_iter()
                .map(|price| ((price.region.clone(), price.instance_type.clone()), price))
                .collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Override, Workload, WorkloadKind, estimate_workload};

    #[test]
    fn a_set_that_travelled_estimates_the_same_bytes() {
        let change = Override {
            factor_id: "host_power:ml.g5.xlarge".to_owned(),
            value: 0.1 + 0.2,
            low: 0.1,
            high: 100.0 / 3.0,
            author: "a person".to_owned(),
            reason: "a reason".to_owned(),
        };
        let set = FactorSet::builtin().unwrap().with_overrides("ours", &[change]).unwrap();
        let text = set.to_json().unwrap();
        let read = FactorSet::from_json(&text).unwrap();
        assert_eq!((read.label(), read.sha256_hex()), ("ours", set.sha256_hex()));
        assert_eq!(read.to_json().unwrap(), text);
        for (index, instance) in set.instances().enumerate() {
            let workload = Workload {
                instance_type: instance.name.clone(),
                count: 3,
                hours: 7.7,
                region: "us-east-1".to_owned(),
                kind: if index % 2 == 0 { WorkloadKind::Training } else { WorkloadKind::Endpoint },
                cpu: crate::units::Fraction::new(0.123),
                gpu: None,
            };
            let json = |set: &FactorSet| estimate_workload(set, &workload).map(|estimate| estimate.to_json().unwrap());
            assert_eq!(json(&read), json(&set), "{}", instance.name);
        }
    }

    #[test]
    fn numbers_out_of_order_are_refused() {
        let text = FactorSet::builtin().unwrap().to_json().unwrap();
        let wrong = text.replacen("\"value\":0.85,", "\"value\":-0.85,", 1);
        assert_ne!(wrong, text);
        for text in [wrong.as_str(), "", "{}"] {
            assert!(matches!(FactorSet::from_json(text), Err(FactorError::Portable { .. })));
        }
    }
}

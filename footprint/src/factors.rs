//! The factor tables: every number the method rests on, with bounds, source and licence.

mod accelerator;
mod coefficients;
mod factor;
mod instance;
mod listing;
mod overrides;
mod portable;
mod price;
mod read;
mod region;
mod rows;
mod usage_type;

use crate::refused::Refused;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fmt::Write;

pub use accelerator::{Accelerator, AcceleratorPower, KappaClass, Observed};
pub use coefficients::Coefficients;
pub use factor::Factor;
pub(crate) use instance::interpolate;
pub use instance::{Fitted, HostPower, Instance, NodeClass, PowerStatus};
pub use overrides::Override;
pub use price::ListPrice;
pub use region::{Region, Site};
pub use usage_type::instance_of_usage_type;

/// The label of the tables in this build.
pub const BUILTIN_LABEL: &str = "2026.11";

/// A factor table cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum FactorError {
    /// A row does not read as the table's schema says.
    #[error("reading {table}")]
    Table {
        /// The file.
        table: &'static str,
        /// What the reader said.
        #[source]
        source: csv::Error,
    },
    /// A row reads, and says something that cannot be.
    #[error("{table}, `{row}`: {what}")]
    Row {
        /// The file.
        table: &'static str,
        /// The key of the row.
        row: String,
        /// What is wrong with it.
        what: String,
    },
    /// A set that another program wrote cannot be read.
    #[error("a factor set in transit: {what}")]
    Portable {
        /// What is wrong with it.
        what: String,
    },
    /// An override names no coefficient.
    #[error("no coefficient is called `{id}`")]
    UnknownFactor {
        /// The identifier.
        id: String,
    },
    /// An override's numbers cannot be used.
    #[error("the override of `{id}` is refused: {what}")]
    BadOverride {
        /// The identifier.
        id: String,
        /// What is wrong with it.
        what: String,
    },
}

/// One immutable version of all tables.
#[derive(Clone, Debug)]
pub struct FactorSet {
    label: String,
    digest: [u8; 32],
    instances: BTreeMap<String, Instance>,
    accelerators: BTreeMap<String, Accelerator>,
    regions: BTreeMap<String, Region>,
    coefficients: Coefficients,
    prices: BTreeMap<(String, String), ListPrice>,
}

impl FactorSet {
    /// Parses the tables that are part of this build.
    ///
    /// # Errors
    /// A row that breaks the schema, a bound on the wrong side, a missing coefficient.
    pub fn builtin() -> Result<Self, FactorError> {
        let accelerators = read::accelerators()?;
        Ok(Self {
            label: BUILTIN_LABEL.to_owned(),
            digest: read::digest(),
            instances: read::instances(&accelerators)?,
            accelerators,
            regions: read::regions()?,
            coefficients: read::coefficients()?,
            prices: read::prices()?,
        })
    }

    /// The name of this version.
    #[must_use]
    pub fn label(&self) -> &str {
        &self.label
    }

    /// SHA-256 over the tables and every override, 64 hexadecimal digits.
    #[must_use]
    pub fn sha256_hex(&self) -> String {
        self.digest.iter().fold(String::with_capacity(64), |mut text, byte| {
            // Writing into a `String` cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
    }

    /// The same tables with some coefficients replaced, under another label.
    ///
    /// # Errors
    /// An identifier that names nothing, or numbers out of order or out of range.
    pub fn with_overrides(&self, label: &str, overrides: &[Override]) -> Result<Self, FactorError> {
        let mut set = self.clone();
        label.clone_into(&mut set.label);
        let mut hash = Sha256::new_with_prefix(self.digest);
        for change in overrides {
            overrides::apply(&mut set, change)?;
            change.hash_into(&mut hash);
        }
        if !overrides.is_empty() {
            set.digest = hash.finalize().into();
        }
        Ok(set)
    }

    /// The instance type of exactly this name.
    ///
    /// # Errors
    /// [`Refused::UnknownInstance`]; a neighbour never stands in.
    pub fn instance(&self, name: &str) -> Result<&Instance, Refused> {
        self.instances.get(name).ok_or_else(|| Refused::UnknownInstance { name: name.to_owned() })
    }

    /// The region of exactly this name.
    ///
    /// # Errors
    /// [`Refused::UnknownRegion`].
    pub fn region(&self, name: &str) -> Result<&Region, Refused> {
        self.regions.get(name).ok_or_else(|| Refused::UnknownRegion { name: name.to_owned() })
    }

    /// The accelerator of this identifier.
    #[must_use]
    pub fn accelerator(&self, id: &str) -> Option<&Accelerator> {
        self.accelerators.get(id)
    }

    /// The coefficients of the method, by name.
    #[must_use]
    pub const fn method(&self) -> &Coefficients {
        &self.coefficients
    }

    /// Every instance type, in name order.
    pub fn instances(&self) -> impl Iterator<Item = &Instance> {
        self.instances.values()
    }

    /// Every region, in name order.
    pub fn regions(&self) -> impl Iterator<Item = &Region> {
        self.regions.values()
    }

    /// Every accelerator, in identifier order.
    pub fn accelerators(&self) -> impl Iterator<Item = &Accelerator> {
        self.accelerators.values()
    }

    /// Every coefficient of the method, in name order.
    pub fn coefficients(&self) -> impl Iterator<Item = &Factor> {
        self.coefficients.iter()
    }

    /// Every list price, by region and type.
    pub fn prices(&self) -> impl Iterator<Item = &ListPrice> {
        self.prices.values()
    }

    /// The public price of a type in a region; absent is absent, not zero and not another region's.
    #[must_use]
    pub fn list_price(&self, region: &str, instance_type: &str) -> Option<&ListPrice> {
        self.prices.get(&(region.to_owned(), instance_type.to_owned()))
    }
}

#[cfg(test)]
mod tests;

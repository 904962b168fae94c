//! The coefficients that belong to the method, not to a machine or a place.

use super::accelerator::KappaClass;
use super::factor::Factor;
use super::instance::NodeClass;

macro_rules! coefficients {
    ($($(#[doc = $doc:literal])+ $name:ident,)+) => {
        /// One field per row of `coefficients.csv`, named as the row.
        #[derive(Clone, Debug)]
        pub struct Coefficients {
            $($(#[doc = $doc])+ pub $name: Factor,)+
        }

        impl Coefficients {
            /// Takes each coefficient from `find`, which is asked by identifier.
            pub(crate) fn collect<E>(mut find: impl FnMut(&'static str) -> Result<Factor, E>) -> Result<Self, E> {
                Ok(Self { $($name: find(stringify!($name))?,)+ })
            }

            /// Every coefficient, in name order.
            pub fn iter(&self) -> impl Iterator<Item = &Factor> {
                [$(&self.$name,)+].into_iter()
            }

            pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Factor> {
                [$(&mut self.$name,)+].into_iter()
            }
        }
    };
}

coefficients! {
    /// Full-load power over the cap, high-bandwidth-memory accelerators.
    accelerator_kappa_hbm,
    /// Full-load power over the cap, inference cards with a high cap.
    accelerator_kappa_inference_card,
    /// Full-load power over the cap, V100 and older.
    accelerator_kappa_pre2020,
    /// Full-load power over the cap, cards of 75 W or less.
    accelerator_kappa_small_card,
    /// What a card node adds to its accelerators' power.
    accelerator_overhead_card,
    /// What an SXM node adds to its accelerators' power.
    accelerator_overhead_sxm,
    /// Processor utilisation where no series exists.
    default_cpu_utilisation,
    /// Accelerator utilisation of an endpoint where no series exists.
    default_endpoint_accelerator_utilisation,
    /// Mean accelerator power over its cap in training, where no series exists.
    default_training_accelerator_share,
    /// Life over which embodied emissions are spread, years.
    hardware_lifetime_years,
    /// Hours in a year.
    hours_per_year,
    /// True power over the power a meter read.
    measured_power_error,
    /// Energy of data leaving the region, kWh/GB.
    network_transfer,
    /// Physical copies behind one stored gigabyte.
    storage_replication_ebs,
    /// Power of solid-state storage, Wh/TBh.
    storage_ssd,
}

impl Coefficients {
    /// Full-load power over the cap for a class of accelerator.
    #[must_use]
    pub const fn kappa(&self, class: KappaClass) -> &Factor {
        match class {
            KappaClass::Hbm => &self.accelerator_kappa_hbm,
            KappaClass::InferenceCard => &self.accelerator_kappa_inference_card,
            KappaClass::Pre2020 => &self.accelerator_kappa_pre2020,
            KappaClass::SmallCard => &self.accelerator_kappa_small_card,
        }
    }

    /// What a node adds to the power of its accelerators.
    #[must_use]
    pub const fn overhead(&self, node: NodeClass) -> &Factor {
        match node {
            NodeClass::Sxm => &self.accelerator_overhead_sxm,
            NodeClass::Card => &self.accelerator_overhead_card,
        }
    }
}

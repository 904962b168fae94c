//! The input files as they are spelled.

use super::{Curve, InputError};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;

pub(super) const TABLES: [(&str, &str); 5] = [
    ("host_model.csv", include_str!("../../data/inputs/host_model.csv")),
    ("processors.csv", include_str!("../../data/inputs/processors.csv")),
    ("hosts.csv", include_str!("../../data/inputs/hosts.csv")),
    ("teads.csv", include_str!("../../data/inputs/teads.csv")),
    ("ccf_processors.csv", include_str!("../../data/inputs/ccf_processors.csv")),
];

/// A machine's share of its platform.
#[derive(Deserialize)]
pub(super) struct Host {
    instance_type: String,
    pub(super) processor: String,
    pub(super) vcpu: f64,
    pub(super) memory_gib: f64,
    pub(super) local_storage_gb: f64,
    pub(super) drive_gb: Option<f64>,
    /// By how much the curve is multiplied, for a machine that is a part of the one that stands in.
    pub(super) scale: f64,
    pub(super) stands_in: Option<String>,
}

/// A processor, one socket of it.
#[derive(Deserialize)]
pub(super) struct Processor {
    processor: String,
    pub(super) architecture: String,
    pub(super) threads: f64,
    pub(super) rated_w: f64,
    pub(super) module_gb: f64,
}

/// Teads' watts of a whole instance.
#[derive(Deserialize)]
pub(super) struct Teads {
    instance_type: String,
    w_idle: f64,
    w_10: Option<f64>,
    w_50: f64,
    w_100: f64,
    pub(super) in_mean: String,
}

impl Teads {
    pub(super) const fn curve(&self) -> Curve {
        [Some(self.w_idle), self.w_10, Some(self.w_50), Some(self.w_100)]
    }
}

/// Cloud Carbon Footprint's watts of one vCPU.
#[derive(Deserialize)]
pub(super) struct Ccf {
    architecture: String,
    w_min_per_vcpu: f64,
    w_max_per_vcpu: f64,
}

impl Ccf {
    pub(super) fn watts_per_vcpu(&self, load: f64) -> f64 {
        self.w_min_per_vcpu + (self.w_max_per_vcpu - self.w_min_per_vcpu) * load
    }
}

#[derive(Deserialize)]
struct Parameter {
    parameter: String,
    value: f64,
}

/// The numbers of the host model; units in the file.
pub(super) struct Model {
    /// Processor power over rated power at the four loads.
    pub(super) processor_shares: [f64; 4],
    pub(super) module_base: f64,
    pub(super) module_per_gb: f64,
    pub(super) module_idle_share: f64,
    pub(super) drive: f64,
    pub(super) other: f64,
}

/// All input files.
pub(super) struct Inputs {
    pub(super) model: Model,
    hosts: BTreeMap<String, Host>,
    processors: BTreeMap<String, Processor>,
    teads: BTreeMap<String, Teads>,
    ccf: BTreeMap<String, Ccf>,
}

impl Inputs {
    pub(super) fn read() -> Result<Self, InputError> {
        let [model, processors, hosts, teads, ccf] = TABLES;
        Ok(Self {
            model: read_model(model)?,
            hosts: keyed(hosts, |row: &Host| row.instance_type.clone())?,
            processors: keyed(processors, |row: &Processor| row.processor.clone())?,
            teads: keyed(teads, |row: &Teads| row.instance_type.clone())?,
            ccf: keyed(ccf, |row: &Ccf| row.architecture.clone())?,
        })
    }

    pub(super) fn host(&self, name: &str) -> Option<&Host> {
        self.hosts.get(name)
    }

    pub(super) fn processor(&self, name: &str) -> Option<&Processor> {
        self.processors.get(name)
    }

    pub(super) fn teads(&self, name: &str) -> Option<&Teads> {
        self.teads.get(name)
    }

    pub(super) fn ccf(&self, architecture: &str) -> Option<&Ccf> {
        self.ccf.get(architecture)
    }
}

fn read_model(table: (&'static str, &'static str)) -> Result<Model, InputError> {
    let rows: BTreeMap<String, Parameter> = keyed(table, |row: &Parameter| row.parameter.clone())?;
    let find = |name: &str| {
        let missing = || InputError { table: table.0, what: format!("`{name}` is missing") };
        rows.get(name).map(|row| row.value).ok_or_else(missing)
    };
    Ok(Model {
        processor_shares: [
            find("processor_share_at_0")?,
            find("processor_share_at_10")?,
            find("processor_share_at_50")?,
            find("processor_share_at_100")?,
        ],
        module_base: find("memory_module_base")?,
        module_per_gb: find("memory_module_per_gb")?,
        module_idle_share: find("memory_idle_share")?,
        drive: find("drive")?,
        other: find("other_consumption_ratio")?,
    })
}

fn keyed<Row: DeserializeOwned>(
    (table, text): (&'static str, &'static str),
    key: impl Fn(&Row) -> String,
) -> Result<BTreeMap<String, Row>, InputError> {
    csv::Reader::from_reader(text.as_bytes())
        .deserialize::<Row>()
        .map(|row| row.map(|row| (key(&row), row)).map_err(|error| InputError { table, what: error.to_string() }))
        .collect()
}

//! Usage hours to measure with: a fleet as an account has it, and rows without any order.

use footprint::batch::{FactorTable, HourColumns, UnequalColumns};
use rand_core::{RngCore, SeedableRng};
use rand_pcg::Pcg64Mcg;
use serde::Serialize;
use std::error::Error;

/// In which order the rows lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Layout {
    /// A thousand endpoints and jobs, every hour of one after the other.
    ByEntity,
    /// The same fleet, all of one hour before the next.
    ByHour,
    /// Every row of any instance type in any region.
    Everything,
}

impl Layout {
    pub const ALL: [Self; 3] = [Self::ByEntity, Self::ByHour, Self::Everything];
}

const ENTITIES: usize = 1_000;

const TYPES: [&str; 16] = [
    "ml.m5.large",
    "ml.m5.xlarge",
    "ml.m5.4xlarge",
    "ml.c5.xlarge",
    "ml.c5.2xlarge",
    "ml.t3.medium",
    "ml.r5.xlarge",
    "ml.g4dn.xlarge",
    "ml.g5.xlarge",
    "ml.g5.2xlarge",
    "ml.g5.12xlarge",
    "ml.p3.2xlarge",
    "ml.p3.16xlarge",
    "ml.p4d.24xlarge",
    "ml.p5.48xlarge",
    "ml.trn1.32xlarge",
];

const REGIONS: [&str; 4] = ["us-east-1", "us-west-2", "eu-west-1", "eu-central-1"];

/// Owned columns.
pub struct Fleet {
    pub instance: Vec<u16>,
    pub region: Vec<u16>,
    pub kind: Vec<u8>,
    pub instance_seconds: Vec<f32>,
    pub cpu: Vec<f32>,
    pub gpu: Vec<f32>,
}

/// What stays the same over the hours of an entity.
#[derive(Clone, Copy)]
struct Entity {
    instance: u16,
    region: u16,
    kind: u8,
    /// Whether its hours have a series.
    series: bool,
}

impl Fleet {
    /// So many rows, the same on every machine and every run.
    pub fn new(table: &FactorTable, layout: Layout, rows: usize) -> Result<Self, Box<dyn Error>> {
        let mut draw = Draw(Pcg64Mcg::seed_from_u64(2_026));
        let entities = entities(table, &mut draw)?;
        let mut fleet = Self::with_capacity(rows);
        for row in 0..rows {
            let entity = match layout {
                Layout::ByEntity => entities.get(row * ENTITIES / rows),
                Layout::ByHour => entities.get(row % ENTITIES),
                Layout::Everything => None,
            };
            let entity = match entity {
                Some(entity) => *entity,
                None => anywhere(table, &mut draw)?,
            };
            fleet.push(entity, &mut draw);
        }
        Ok(fleet)
    }

    pub fn columns(&self) -> Result<HourColumns<'_>, UnequalColumns> {
        let Self { instance, region, kind, instance_seconds, cpu, gpu } = self;
        HourColumns::new(instance, region, kind, instance_seconds, cpu, gpu)
    }

    fn with_capacity(rows: usize) -> Self {
        Self {
            instance: Vec::with_capacity(rows),
            region: Vec::with_capacity(rows),
            kind: Vec::with_capacity(rows),
            instance_seconds: Vec::with_capacity(rows),
            cpu: Vec::with_capacity(rows),
            gpu: Vec::with_capacity(rows),
        }
    }

    fn push(&mut self, entity: Entity, draw: &mut Draw) {
        self.instance.push(entity.instance);
        self.region.push(entity.region);
        self.kind.push(entity.kind);
        self.instance_seconds.push(3_600.0 * (0.1 + 0.9 * draw.share()));
        // One hour in fifty is missing in CloudWatch.
        let load = |draw: &mut Draw| if entity.series && draw.below(50) > 0 { draw.share() } else { f32::NAN };
        self.cpu.push(load(draw));
        self.gpu.push(load(draw));
    }
}

fn entities(table: &FactorTable, draw: &mut Draw) -> Result<Vec<Entity>, Box<dyn Error>> {
    (0..ENTITIES)
        .map(|_| {
            let name = TYPES.get(draw.below(TYPES.len())).ok_or("no such type")?;
            let place = REGIONS.get(draw.below(REGIONS.len())).ok_or("no such region")?;
            Ok(Entity {
                instance: table.instance_index(name).ok_or_else(|| format!("the factors know no {name}"))?,
                region: table.region_index(place).ok_or_else(|| format!("the factors know no {place}"))?,
                kind: u8::try_from(draw.below(2))?,
                series: draw.below(10) > 0,
            })
        })
        .collect()
}

fn anywhere(table: &FactorTable, draw: &mut Draw) -> Result<Entity, Box<dyn Error>> {
    let (instances, regions) = table.shape();
    Ok(Entity {
        instance: u16::try_from(draw.below(instances))?,
        region: u16::try_from(draw.below(regions))?,
        kind: u8::try_from(draw.below(2))?,
        series: draw.below(10) > 0,
    })
}

struct Draw(Pcg64Mcg);

impl Draw {
    /// A whole number below `end`, which is small.
    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.0.next_u32()).unwrap_or_default() % end.max(1)
    }

    fn share(&mut self) -> f32 {
        f32::from(u16::try_from(self.0.next_u32() >> 16).unwrap_or_default()) / f32::from(u16::MAX)
    }
}

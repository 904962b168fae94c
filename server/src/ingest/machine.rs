//! Which instance type a machine is, told by its parts.

use footprint::{FactorSet, Instance};

use super::codecarbon::Hardware;

/// Of memory, operating systems see a little less than is sold.
const MEMORY_SLACK: f64 = 0.2;

/// The instance types that a machine can be: the same number of processors, the same accelerators, about as much memory.
pub(super) fn candidates<'a>(factors: &'a FactorSet, seen: &Hardware) -> Vec<&'a Instance> {
    let Some(cpus) = seen.cpu_count.filter(|cpus| *cpus > 0) else { return Vec::new() };
    let fits = |instance: &&Instance| {
        let memory = seen.memory_gb.zip(instance.memory_gib);
        instance.vcpu == Some(cpus)
            && instance.accelerator_count() == seen.gpu_count
            && (seen.gpu_count == 0 || has_model(factors, instance, &seen.gpu_model))
            && memory.is_none_or(|(seen, sold)| (seen - sold).abs() <= MEMORY_SLACK * sold)
    };
    factors.instances().filter(fits).collect()
}

fn has_model(factors: &FactorSet, instance: &Instance, model: &str) -> bool {
    let fitted = instance.fitted.as_ref().and_then(|fitted| factors.accelerator(&fitted.accelerator));
    let Some(accelerator) = fitted else { return false };
    // `NVIDIA A10G (AWS)` is `1 x NVIDIA A10G` to the tracker, and `NVIDIA V100-SXM2-16GB` `4 x Tesla V100-SXM2-16GB`.
    let known = accelerator.name.split(" (").next().unwrap_or_default();
    let seen = words(model);
    let known = words(known);
    !known.is_empty() && known.iter().all(|word| seen.contains(word))
}

/// What tells models apart, in lower case.
fn words(model: &str) -> Vec<String> {
    let model = model.to_lowercase();
    let all = model.split(|letter: char| !letter.is_ascii_alphanumeric());
    all.filter(|word| !["", "nvidia", "tesla", "x", "aws"].contains(word)).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_tell_the_machine_where_only_one_has_them() {
        let factors = FactorSet::builtin().unwrap();
        let of = |cpus, memory, count, model: &str| {
            let seen = Hardware { cpu_count: cpus, memory_gb: memory, gpu_count: count, gpu_model: model.to_owned() };
            candidates(&factors, &seen).iter().map(|instance| instance.name.clone()).collect::<Vec<_>>()
        };
        assert_eq!(of(Some(8), Some(58.9), 1, "1 x Tesla V100-SXM2-16GB"), ["ml.p3.2xlarge"]);
        assert_eq!(of(Some(4), Some(15.4), 1, "1 x NVIDIA A10G"), ["ml.g5.xlarge"]);
        assert_eq!(of(Some(4), Some(15.4), 1, "1 x Tesla T4"), ["ml.g4dn.xlarge"]);
        assert!(of(Some(4), Some(15.4), 1, "1 x NVIDIA GeForce RTX 3090").is_empty());
        assert!(of(Some(4), Some(15.4), 0, "").len() > 1, "several plain machines have these parts");
        assert!(of(None, None, 0, "").is_empty());
    }
}

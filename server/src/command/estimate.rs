//! `estimate`: one workload on the terminal.

use std::fmt::Write as _;
use std::str::FromStr as _;

use anyhow::Context as _;
use footprint::units::Fraction;
use footprint::{Completeness, Estimate, FactorSet, Workload, WorkloadEstimate, WorkloadKind, estimate_workload};

use crate::config;

pub(super) fn run(arguments: &config::Estimate) -> anyhow::Result<()> {
    let factors = FactorSet::builtin()?;
    let workload = Workload {
        instance_type: arguments.instance.clone(),
        count: arguments.count,
        hours: arguments.hours,
        region: arguments.region.clone(),
        kind: WorkloadKind::from_str(&arguments.kind)?,
        cpu: arguments.cpu.map(|percent| share("--cpu", percent)).transpose()?,
        gpu: arguments.gpu.map(|percent| share("--gpu", percent)).transpose()?,
        measured: footprint::Measured::default(),
    };
    let estimate = estimate_workload(&factors, &workload)
        .context("no estimate can be given; the types and regions that are known stand on the page /methodology")?;
    if arguments.json {
        println!("{}", estimate.to_json()?);
    } else {
        print!("{}", text(&workload, &estimate, factors.label()));
    }
    Ok(())
}

fn share(flag: &str, percent: f64) -> anyhow::Result<Fraction> {
    Fraction::new(percent / 100.0).with_context(|| format!("{flag} is a percentage from 0 to 100, not {percent}"))
}

fn text(workload: &Workload, estimate: &WorkloadEstimate, label: &str) -> String {
    let mut out = String::new();
    let at_least = if estimate.completeness == Completeness::LowerBound { "at least " } else { "" };
    // Writing into a String cannot fail.
    _ = writeln!(
        out,
        "{} x {} for {} h in {} ({}), factor set {label}\n",
        workload.count, workload.instance_type, workload.hours, workload.region, workload.kind
    );
    let mut line = |name: &str, central: f64, low: f64, high: f64, unit: &str, tier: &str| {
        _ = writeln!(
            out,
            "{name:<22}{at_least}{:>12} {unit:<8} {:>12} to {:<12} {tier}",
            number(central),
            number(low),
            number(high)
        );
    };
    let mut row = |name: &str, figure: Estimate<f64>, unit: &str| {
        line(name, figure.central, figure.low, figure.high, unit, figure.tier.as_str());
    };
    row("Power", estimate.power_w.map(|w| w.get()), "W");
    row("IT energy", estimate.energy_it.map(|kwh| kwh.get()), "kWh");
    row("Facility energy", estimate.energy.map(|kwh| kwh.get()), "kWh");
    row("Emissions, location", estimate.operational.map(|g| g.get() / 1000.0), "kgCO2e");
    if let Some(market) = estimate.market {
        row("Emissions, market", market.map(|g| g.get() / 1000.0), "kgCO2e");
    }
    row("Embodied share", estimate.embodied.map(|g| g.get() / 1000.0), "kgCO2e");
    row("Water", estimate.water.map(|l| l.get()), "L");
    match &estimate.cost {
        Some(cost) => {
            _ = writeln!(
                out,
                "{:<22}{:>12} USD      indicative list price {} USD/h, {}: {}",
                "Cost",
                number(cost.usd.get()),
                cost.usd_per_hour_text,
                cost.as_of,
                cost.source
            );
        }
        None => out.push_str("Cost                   no list price is known for this type in this region\n"),
    }
    for warning in &estimate.warnings {
        _ = writeln!(out, "\n! {warning}");
    }
    out.push_str("\nHow:\n");
    for equation in &estimate.equations {
        _ = writeln!(out, "  {} = {} = {} {}", equation.symbol, equation.text, number(equation.value), equation.unit);
    }
    out.push_str("\nFactors:\n");
    for factor in &estimate.factors {
        _ = writeln!(
            out,
            "  {} {} {} [{} to {}] {} ({}; {})",
            factor.id,
            number(factor.value),
            factor.unit,
            number(factor.low),
            number(factor.high),
            factor.source,
            factor.year,
            factor.licence
        );
    }
    out
}

/// Four significant digits: what the intervals allow, and a little more.
fn number(value: f64) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    #[expect(clippy::cast_possible_truncation, reason = "the exponent of an f64 is small")]
    let digits = 3 - value.abs().log10().floor() as i32;
    format!("{value:.*}", usize::try_from(digits.clamp(0, 9)).unwrap_or(0))
}

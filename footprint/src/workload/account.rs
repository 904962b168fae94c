//! The explanation of one workload: which coefficients, which equations, which warnings.

use super::{Account, load};
use crate::explain::{Equation, FactorUse};
use crate::factors::{Factor, Instance, Site};
use crate::power::{Powered, node_overhead, powered_accelerators};
use crate::refused::Refused;
use crate::tier::{Completeness, Tier, WorkloadKind};
use crate::units::{Grams, KilowattHours};

impl Account<'_> {
    /// The coefficients this workload rests on, power first.
    pub(super) fn used(&self) -> Result<Vec<FactorUse>, Refused> {
        let method = self.factors.method();
        let instance = self.instance()?;
        let site = self.site()?;
        let measured = self.workload.measured;
        let curve = instance.host.as_ref().filter(|_| measured.host.is_none());
        let mut used: Vec<&Factor> = curve.iter().map(|host| &host.factor).collect();
        if self.draw.cpu_defaulted && curve.is_some() {
            used.push(&method.default_cpu_utilisation);
        }
        let fitted = instance.fitted.as_ref().filter(|_| measured.accelerators.is_some());
        match (powered_accelerators(self.factors, instance), fitted) {
            (_, Some(fitted)) => used.push(node_overhead(self.factors, fitted)),
            (Some(set), None) => used.extend(self.accelerator_factors(&set)),
            (None, None) => {}
        }
        if measured.host.is_some() || fitted.is_some() {
            used.push(&method.measured_power_error);
        }
        used.extend([site.pue, site.intensity]);
        used.extend(site.market_intensity);
        used.extend(&instance.embodied);
        used.extend(
            instance
                .fitted
                .iter()
                .filter_map(|fitted| self.factors.accelerator(&fitted.accelerator)?.embodied.as_ref()),
        );
        used.extend([&method.hardware_lifetime_years, &method.hours_per_year, site.wue]);
        used.extend(site.offsite_water);
        Ok(used.into_iter().map(Factor::shown).cloned().collect())
    }

    fn accelerator_factors<'a>(&'a self, set: &Powered<'a>) -> Vec<&'a Factor> {
        let method = self.factors.method();
        let mut used = vec![
            &set.power.idle_cold,
            &set.power.idle_loaded,
            method.kappa(set.power.kappa),
            method.overhead(set.node),
        ];
        match (self.workload.gpu, self.workload.kind) {
            (Some(_), _) => {}
            (None, WorkloadKind::Training) => used.push(&method.default_training_accelerator_share),
            (None, WorkloadKind::Endpoint) => used.push(&method.default_endpoint_accelerator_utilisation),
        }
        used
    }

    /// The calculation, in the order it is done.
    pub(super) fn equations(&self) -> Result<Vec<Equation>, Refused> {
        let instance = self.instance()?;
        let mut lines = self.power_lines(instance);
        lines.extend(self.energy_lines(&self.site()?));
        lines.push(self.embodied_line(instance));
        if let Some(price) = self.price {
            let hours = self.duration.get();
            let text = format!("{} USD/h x {hours} instance-hours", price.usd_per_hour_text);
            lines.push(Equation::new("cost", text, price.usd_per_hour * hours, "USD"));
        }
        Ok(lines)
    }

    fn power_lines(&self, instance: &Instance) -> Vec<Equation> {
        let draw = &self.draw;
        let measured = self.workload.measured;
        let mut lines = Vec::new();
        let read = |watts: f64| format!("{watts:.1} W read x {}", self.factors.method().measured_power_error.value());
        let host = (draw.host_idle + draw.host_dynamic).get();
        if let Some(watts) = measured.host {
            lines.push(Equation::new("P_host", read(watts.get()), host, "W"));
        } else if instance.host.is_some() {
            let load = self.workload.cpu.map_or_else(
                || format!("default load {:.0} %", self.factors.method().default_cpu_utilisation.value() * 100.0),
                |cpu| format!("load {:.1} %", cpu.get() * 100.0),
            );
            lines.push(Equation::new("P_host", format!("host curve of {} at {load}", instance.name), host, "W"));
        }
        let fitted = instance.fitted.as_ref();
        let text = match (fitted.zip(measured.accelerators), powered_accelerators(self.factors, instance)) {
            (Some((fitted, watts)), _) => {
                let node = node_overhead(self.factors, fitted).value();
                let accelerators = (draw.accelerator_idle + draw.accelerator_dynamic).get() / (1.0 + node);
                let text = format!("{}, all {} together", read(watts.get()), fitted.count);
                lines.push(Equation::new("P_acc", text, accelerators, "W"));
                format!("P_host + P_acc x (1 + {node})")
            }
            (None, Some(set)) => {
                lines.push(self.accelerator_line(&set));
                let node = self.factors.method().overhead(set.node).value();
                format!("P_host + {} x P_acc x (1 + {node})", set.count)
            }
            (None, None) => "P_host".to_owned(),
        };
        lines.push(Equation::new("P_IT", text, draw.total().get(), "W"));
        lines
    }

    fn accelerator_line(&self, set: &Powered<'_>) -> Equation {
        let method = self.factors.method();
        let (idle, full) = (set.power.idle_loaded.value(), set.full(self.factors));
        let curve = |utilisation: f64| format!("{idle} + ({full:.1} - {idle}) x {utilisation:.3}");
        let text = match (self.workload.gpu, self.workload.kind) {
            (Some(gpu), _) => curve(gpu.get()),
            (None, WorkloadKind::Training) => {
                format!("{} x {} W cap", method.default_training_accelerator_share.value(), set.power.cap_w)
            }
            (None, WorkloadKind::Endpoint) => curve(method.default_endpoint_accelerator_utilisation.value()),
        };
        Equation::new("P_acc", text, set.each(self.factors, load(self.workload)), "W")
    }

    fn energy_lines(&self, site: &Site<'_>) -> Vec<Equation> {
        let it = self.draw.total() * self.duration;
        let facility = KilowattHours::from(self.parts.facility);
        let (it, facility) = (it.get(), facility.get());
        let mut lines = vec![
            Equation::new(
                "E_IT",
                format!("{:.2} W x {} h / 1000", self.draw.total().get(), self.duration.get()),
                it,
                "kWh",
            ),
            Equation::new("E_fac", format!("{it:.3} kWh x {}", site.pue.value()), facility, "kWh"),
            Equation::new(
                "O_loc",
                format!("{facility:.3} kWh x {} g/kWh", site.intensity.value()),
                facility * site.intensity.value(),
                "gCO2e",
            ),
        ];
        if let Some(market) = site.market_intensity {
            lines.push(Equation::new(
                "O_mkt",
                format!("{facility:.3} kWh x {} g/kWh", market.value()),
                facility * market.value(),
                "gCO2e",
            ));
        }
        lines.push(Equation::new(
            "W_on",
            format!("{it:.3} kWh x {} L/kWh", site.wue.value()),
            it * site.wue.value(),
            "L",
        ));
        if let Some(water) = site.offsite_water {
            lines.push(Equation::new(
                "W_off",
                format!("{facility:.3} kWh x {} L/kWh", water.value()),
                facility * water.value(),
                "L",
            ));
        }
        lines
    }

    fn embodied_line(&self, instance: &Instance) -> Equation {
        let host = instance.embodied.as_ref().map(|factor| format!("{} kg", factor.value()));
        let accelerators = instance.fitted.as_ref().and_then(|fitted| {
            let factor = self.factors.accelerator(&fitted.accelerator)?.embodied.as_ref()?;
            Some(format!("{} x {} kg", fitted.count, factor.value()))
        });
        let known: Vec<String> = host.into_iter().chain(accelerators).collect();
        let life = self.factors.method().hardware_lifetime_years.value();
        let text = format!("({}) x {} h / ({life} x 8760 h)", known.join(" + "), self.duration.get());
        Equation::new("M", text, Grams::from(self.parts.embodied_host + self.parts.embodied_accelerator).get(), "gCO2e")
    }

    /// What the reader must know, one sentence each.
    pub(super) fn warnings(&self) -> Vec<String> {
        let name = &self.workload.instance_type;
        let mut warnings = Vec::new();
        if self.parts.completeness == Completeness::LowerBound {
            warnings.push(format!(
                "A part of {name} has no published power or embodied figure: the totals are a lower bound."
            ));
        }
        if self.parts.tier == Tier::T3 {
            warnings
                .push("There is no utilisation series: a default load stands in, and the interval is wide.".to_owned());
        } else if self.draw.cpu_defaulted {
            warnings
                .push("There is no processor utilisation series: a default load stands in for the host.".to_owned());
        }
        if self.parts.water_completeness == Completeness::LowerBound {
            warnings.push(format!(
                "No figure is published for the water of the power plants of {}: water counts the site only.",
                self.workload.region
            ));
        }
        if self.parts.market.is_none() {
            warnings.push(format!("No market-based figure is published for {}.", self.workload.region));
        }
        if self.price.is_none() {
            warnings.push(format!("No list price is known for {name} in {}.", self.workload.region));
        }
        warnings
    }

    fn instance(&self) -> Result<&Instance, Refused> {
        self.factors.instance(&self.workload.instance_type)
    }

    fn site(&self) -> Result<Site<'_>, Refused> {
        self.factors.region(&self.workload.region)?.site()
    }
}

//! How an endpoint is protected, and what the loss of an instance would take from it.

use app::parts::number::compact;
use app::view::{ResilienceRow, SecondInstance, SecurityFact, Shown, Standing, Unit};
use chrono::NaiveDate;
use footprint::units::Fraction;
use footprint::{FactorSet, GroupKey, HourInput, Measured, PartSums, WorkloadKind};
use rust_decimal::prelude::ToPrimitive as _;
use serde_json::Value;

use super::{Told, members};
use crate::aws::facts::{Component, ItemKind, is_serverless};
use crate::estimate::price::{self, Machine};
use crate::http::load::configuration::{last_segment, list, number, text};
use crate::http::load::figures;
use crate::kind::Kind;
use crate::store::configuration::Item;
use crate::store::price::PriceList;

/// Hours of a month, as AWS counts it.
const MONTH_H: f64 = 730.0;

/// What the configuration in force and its models say.
pub(super) fn security(told: &Told<'_>) -> Vec<SecurityFact> {
    let Some(config) = told.config() else {
        let reason = told.unread(ItemKind::EndpointConfig.plural());
        let says = reason.unwrap_or_else(|| "its endpoint configuration is not known".to_owned());
        return vec![fact("Endpoint configuration", says, Standing::Unknown)];
    };
    let models = models(told, config);
    let document = &config.document;
    let encrypted = match document.get("encrypted").and_then(Value::as_bool) {
        Some(true) => ("yes".to_owned(), Standing::Good),
        Some(false) => ("no key of yours: as AWS does it by itself".to_owned(), Standing::Weak),
        None => ("unknown".to_owned(), Standing::Unknown),
    };
    let isolation = match document.get("network_isolation").and_then(Value::as_bool) {
        Some(true) => ("the containers reach no network".to_owned(), Standing::Good),
        _ => of_models(
            &models,
            "network_isolation",
            "the containers reach no network",
            "the containers reach the network",
        ),
    };
    let network = of_models(&models, "in_vpc", "in a VPC of yours", "outside your VPC");
    let capture = match document.get("captures_data").and_then(Value::as_bool) {
        Some(true) => {
            let percent = number(document, "capture_percent").map(|percent| format!("{} % ", compact(percent)));
            let to = text(document, "capture_to").map(|to| format!(" to {to}")).unwrap_or_default();
            format!("{}of the requests{to}", percent.unwrap_or_default())
        }
        _ => "off".to_owned(),
    };
    let mut roles: Vec<&str> =
        models.iter().filter_map(|model| text(&model.document, "role")).map(last_segment).collect();
    roles.sort_unstable();
    roles.dedup();
    let role = match roles.is_empty() {
        true => ("no model of it is known".to_owned(), Standing::Unknown),
        false => (roles.join(", "), Standing::Plain),
    };
    vec![
        fact("Volumes encrypted with a KMS key", encrypted.0, encrypted.1),
        fact("Network isolation", isolation.0, isolation.1),
        fact("Network", network.0, network.1),
        fact("Data capture", capture, Standing::Plain),
        fact("Execution role", role.0, role.1),
    ]
}

fn fact(label: &str, says: String, standing: Standing) -> SecurityFact {
    SecurityFact { label: label.to_owned(), says, standing }
}

/// The models that the configuration and the components load.
fn models<'a>(told: &'a Told<'_>, config: &Item) -> Vec<&'a Item> {
    let variants = list(&config.document, "variants").iter();
    let mut names: Vec<&str> = variants.filter_map(|variant| text(variant, "model")).collect();
    names.extend(told.standing(ItemKind::InferenceComponent).filter_map(|item| text(&item.document, "model")));
    told.standing(ItemKind::Model).filter(|model| names.contains(&model.name.as_str())).collect()
}

/// What all models say; where they differ, which of them do not.
fn of_models(models: &[&Item], name: &str, yes: &str, no: &str) -> (String, Standing) {
    let is_so = |model: &&&Item| model.document.get(name) == Some(&Value::Bool(true));
    let others: Vec<&str> = models.iter().filter(|model| !is_so(model)).map(|model| model.name.as_str()).collect();
    match (models.len(), others.len()) {
        (0, _) => ("no model of it is known".to_owned(), Standing::Unknown),
        (_, 0) => (yes.to_owned(), Standing::Good),
        (all, some) if all == some => (no.to_owned(), Standing::Weak),
        _ => (format!("{yes}, but for {}", others.join(", ")), Standing::Weak),
    }
}

/// Whether each variant would go on without one of its instances; nothing of an endpoint that AWS no longer has.
pub(super) fn resilience(factors: &FactorSet, prices: &PriceList, told: &Told<'_>) -> Vec<ResilienceRow> {
    if told.endpoint.gone_at.is_some() {
        return Vec::new();
    }
    let row = |name: &str| {
        let now: Vec<_> = told.spans.iter().filter(|span| span.member == name && span.to_at.is_none()).collect();
        let count: i32 = now.iter().map(|span| span.instance_count).sum();
        let machine = now.last()?.instance_type.as_str();
        let (standing, says, lacks_one) = match count {
            _ if is_serverless(machine) => {
                (Standing::Good, "AWS spreads it over Availability Zones by itself".to_owned(), false)
            }
            _ if told.is_shadow(name) => {
                (Standing::Plain, "nobody waits for the answers of a shadow".to_owned(), false)
            }
            0 => (Standing::Plain, "no instance now: requests wait in the queue".to_owned(), false),
            1 => (Standing::Weak, "one instance: no redundancy across Availability Zones".to_owned(), true),
            several => {
                (Standing::Good, format!("AWS tries to spread {several} instances over Availability Zones"), false)
            }
        };
        Some(ResilienceRow {
            variant: name.to_owned(),
            instances: match machine.strip_prefix("serverless-") {
                Some(memory) => format!("serverless, {memory} MB"),
                None => format!("{count} × {machine}"),
            },
            standing,
            says,
            second: lacks_one.then(|| second(factors, prices, told, machine)),
        })
    };
    members(told.spans).into_iter().filter_map(row).collect()
}

/// A month of one more instance, which shares the requests that are there and so adds what it draws idle.
fn second(factors: &FactorSet, prices: &PriceList, told: &Told<'_>, machine: &str) -> SecondInstance {
    let region = told.endpoint.region.as_str();
    let today: NaiveDate = told.now.date_naive();
    let component = Component::of(Kind::Endpoint, &told.endpoint.hosting_option);
    let asked = Machine { region, component, instance_type: machine };
    let hourly = price::hourly(prices, factors, asked, today).and_then(|price| price.usd.to_f64());
    let seconds = MONTH_H * 3_600.0;
    let idle = HourInput {
        instance_type: machine,
        region,
        kind: WorkloadKind::Endpoint,
        instance_seconds: seconds,
        cpu: Some(Fraction::ZERO),
        gpu: Some(Fraction::ZERO),
        measured: Measured::default(),
        storage_gb: None,
        network_gb: None,
    };
    let cost = match hourly {
        Some(hourly) => Shown::exact(hourly * MONTH_H, Unit::UsdPerMonth),
        None => Shown::Unknown(format!("no list price is known for {machine} in {region}")),
    };
    let Ok(parts) = footprint::estimate_hour(factors, &idle) else {
        let unknown = || Shown::Unknown(format!("nothing is known of {machine} in {region}"));
        return SecondInstance { cost, energy: unknown(), emissions: unknown() };
    };
    let key = GroupKey {
        instance_type: machine.to_owned(),
        region: region.to_owned(),
        kind: WorkloadKind::Endpoint,
        tier: parts.tier,
    };
    let totals = footprint::totals_closed(factors, &[(key, PartSums::of(&parts, seconds))]);
    let figure = |estimate: footprint::Estimate<f64>, unit| {
        let figure = app::view::Figure::estimated(
            estimate.central,
            estimate.low,
            estimate.high,
            unit,
            figures::tier(estimate.tier),
        );
        Shown::Ready(match parts.completeness {
            footprint::Completeness::Complete => figure,
            footprint::Completeness::LowerBound => figure.lower_bound(),
        })
    };
    SecondInstance {
        cost,
        energy: figure(totals.energy.map(|kwh| kwh.get()), Unit::KilowattHoursPerMonth),
        emissions: figure(totals.emissions.map(|grams| grams.get()), Unit::GramsCo2ePerMonth),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::load::endpoint::tests::{endpoint, item, span, told};
    use crate::store::resource::Span;
    use serde_json::json;

    #[test]
    fn facts_are_those_of_the_configuration_in_force_and_of_its_models() {
        let config = json!({ "variants": [{ "name": "main", "model": "a" }, { "name": "b", "model": "b" }],
            "encrypted": true, "network_isolation": false, "captures_data": true, "capture_percent": 20,
            "capture_to": "s3://kept/here" });
        let model = |name: &str, isolated: bool| {
            let role = format!("arn:aws:iam::111122223333:role/{name}-role");
            let document = json!({ "network_isolation": isolated, "in_vpc": true, "role": role });
            Item { name: name.to_owned(), ..item(ItemKind::Model, "", document) }
        };
        let items =
            [item(ItemKind::EndpointConfig, "", config), model("a", true), model("b", false), model("strange", false)];
        let (endpoint, spans) = (endpoint("real_time"), [span("main", 0, None, 1)]);
        let facts = security(&told(&endpoint, &items, &spans));
        let said: Vec<(&str, Standing)> = facts.iter().map(|fact| (fact.says.as_str(), fact.standing)).collect();
        assert_eq!(
            said,
            [
                ("yes", Standing::Good),
                ("the containers reach no network, but for b", Standing::Weak),
                ("in a VPC of yours", Standing::Good),
                ("20 % of the requests to s3://kept/here", Standing::Plain),
                ("a-role, b-role", Standing::Plain),
            ]
        );
        let facts = security(&told(&endpoint, &[], &spans));
        assert_eq!((facts.len(), facts[0].standing), (1, Standing::Unknown));
    }

    #[test]
    fn a_second_instance_is_priced_by_the_list_and_estimated_idle() {
        let factors = FactorSet::builtin().unwrap();
        let endpoint = endpoint("real_time");
        let of = |count: i32, machine: &str| {
            let spans = [Span { instance_type: machine.to_owned(), ..span("main", 0, None, count) }];
            resilience(&factors, &PriceList::default(), &told(&endpoint, &[], &spans)).remove(0)
        };
        let alone = of(1, "ml.p4d.24xlarge");
        let second = alone.second.unwrap();
        // The dated table of the factors knows one price of it.
        assert_eq!(second.cost, Shown::exact(37.688 * 730.0, Unit::UsdPerMonth));
        let emissions = second.emissions.figure().copied().unwrap();
        assert!(emissions.low < emissions.central && emissions.central < emissions.high, "{emissions:?}");
        assert!(emissions.central > 10_000.0 && emissions.unit == Unit::GramsCo2ePerMonth, "{emissions:?}");
        assert_eq!(alone.standing, Standing::Weak);
        let several = of(2, "ml.p4d.24xlarge");
        assert_eq!((several.standing, several.second), (Standing::Good, None));
        let unknown = of(1, "ml.none.xlarge").second.unwrap();
        assert!(unknown.cost.figure().is_none() && unknown.emissions.figure().is_none());
    }
}

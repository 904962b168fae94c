//! The Price List service: on-demand prices of SageMaker's instances.
//!
//! Public prices of us-east-1 as others recorded them (`data/prices.csv`, each with its source and date) are served for
//! every region and every component. They are the demo's prices, not AWS'.

use serde_json::{Value, json};

use crate::caller::Site;
use crate::wire::json::{required, text};
use crate::wire::{AwsError, json as wire};

/// What a target header of this service begins with.
pub(crate) const TARGET: &str = "AWSPriceListService.";

const PRICES: &str = include_str!("../data/prices.csv");
const PAGE: usize = 100;
const TOKEN_PREFIX: &str = "simulated-price-";
/// The day on which the demo's prices came into force.
const EFFECTIVE: &str = "2026-01-01T00:00:00Z";

/// How a bill names a component, and how a product does.
const COMPONENTS: [(&str, &str); 8] = [
    ("Train", "Training"),
    ("Host", "Hosting"),
    ("AsyncInf", "Async Inference"),
    ("Processing", "Processing"),
    ("Tsform", "Batch Transform"),
    ("Notebk", "Notebook"),
    ("Studio", "Studio"),
    ("Cluster", "Cluster"),
];

/// Memory sizes of serverless inference, GB.
const SERVERLESS_GB: [u32; 6] = [1, 2, 3, 4, 5, 6];
/// $0.00006 a second of 3 GB in us-east-1, as infracost's public records have it.
pub(crate) const USD_PER_GB_SECOND: f64 = 0.000_02;

/// The price of an instance type, US dollars an hour as published; `None` for one that nobody recorded.
#[must_use]
pub fn usd_per_hour(instance_type: &str) -> Option<&'static str> {
    table().find(|(name, _)| *name == instance_type).map(|(_, usd)| usd)
}

pub(crate) fn answer(operation: &str, body: &Value, site: Site<'_>) -> Result<Value, AwsError> {
    if operation != "GetProducts" {
        return Err(AwsError::unknown_operation(operation));
    }
    if required(body, "ServiceCode")? != "AmazonSageMaker" {
        return Ok(json!({ "FormatVersion": "aws_v1", "PriceList": [] }));
    }
    let filters = body.get("Filters").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let wanted = |field: &str| {
        filters.iter().find(|filter| text(filter, "Field") == Some(field)).and_then(|filter| text(filter, "Value"))
    };
    let region = wanted("regionCode");
    let family = wanted("productFamily");
    let is_of = |of: &str| family.is_none_or(|family| family == of);
    let regions = site.fleet.accounts.iter().flat_map(|account| &account.regions).map(|region| region.name.as_str());
    let mut regions: Vec<&str> = regions.filter(|name| region.is_none_or(|wanted| wanted == *name)).collect();
    regions.sort_unstable();
    regions.dedup();
    let products = regions.iter().flat_map(|region| {
        let machines = COMPONENTS
            .iter()
            .flat_map(move |component| table().map(move |(name, usd)| product(region, *component, name, usd)));
        let shares = SERVERLESS_GB.map(|gigabytes| share(region, gigabytes));
        let machines = machines.filter(|_| is_of("ML Instance"));
        machines.chain(shares.into_iter().filter(|_| is_of("ML Serverless")))
    });
    let offset = match text(body, "NextToken") {
        None => Some(0),
        Some(token) => token.strip_prefix(TOKEN_PREFIX).and_then(|offset| offset.parse::<usize>().ok()),
    };
    let offset = offset.ok_or_else(|| AwsError::validation("Invalid NextToken"))?;
    let mut rest = products.skip(offset);
    let page: Vec<String> = rest.by_ref().take(PAGE).map(|product| product.to_string()).collect();
    let mut reply = json!({ "FormatVersion": "aws_v1", "PriceList": page });
    if let (Some(members), true) = (reply.as_object_mut(), rest.next().is_some()) {
        members.insert("NextToken".to_owned(), json!(format!("{TOKEN_PREFIX}{}", offset + PAGE)));
    }
    Ok(wire::without_nulls(reply))
}

/// A second of a share of a machine.
fn share(region: &str, gigabytes: u32) -> Value {
    let usd = format!("{:.5}", USD_PER_GB_SECOND * f64::from(gigabytes));
    let usage = format!("Mem-{gigabytes}GB");
    let mut product = product(region, ("ServerlessInf", "Serverless Inference"), &usage, &usd);
    if let Some(family) = product.pointer_mut("/product/productFamily") {
        *family = json!("ML Serverless");
    }
    let terms = product.pointer_mut("/terms/OnDemand").and_then(Value::as_object_mut);
    let rates = terms.into_iter().flat_map(|terms| terms.values_mut());
    for rates in rates.filter_map(|term| term.get_mut("priceDimensions")?.as_object_mut()) {
        rates.values_mut().for_each(|rate| rate["unit"] = json!("seconds"));
    }
    product
}

fn table() -> impl Iterator<Item = (&'static str, &'static str)> {
    PRICES.lines().skip(1).filter_map(|line| {
        let mut cells = line.split(',');
        Some((cells.next()?, cells.next()?))
    })
}

fn product(region: &str, (word, component): (&str, &str), instance_type: &str, usd: &str) -> Value {
    let machine = if word == "Studio" { format!("JupyterLab-{instance_type}") } else { instance_type.to_owned() };
    let usage_type = format!("{}-{word}:{machine}", prefix(region));
    let sku = format!("SIM{:012X}", crate::noise::key(7, &[&usage_type]) & 0xffff_ffff_ffff);
    let (term, rate) = (format!("{sku}.JRTCKXETXF"), format!("{sku}.JRTCKXETXF.6YS6EN2CT7"));
    json!({
        "product": {
            "productFamily": "ML Instance",
            "attributes": {
                "servicecode": "AmazonSageMaker",
                "regionCode": region,
                "instanceName": instance_type,
                "component": component,
                "usagetype": usage_type,
                "operation": "RunInstance",
            },
            "sku": sku,
        },
        "serviceCode": "AmazonSageMaker",
        "terms": { "OnDemand": { term: {
            "effectiveDate": EFFECTIVE,
            "priceDimensions": { rate: {
                "unit": "Hrs",
                "description": "a price of the demo",
                "pricePerUnit": { "USD": ten_places(usd) },
            } },
        } } },
    })
}

/// A price as AWS writes it.
fn ten_places(usd: &str) -> String {
    let (whole, fraction) = usd.split_once('.').unwrap_or((usd, ""));
    format!("{whole}.{fraction:0<10}")
}

/// What usage types of a region begin with.
pub(crate) fn prefix(region: &str) -> &str {
    match region {
        "us-east-1" => "USE1",
        "us-west-2" => "USW2",
        "eu-west-1" => "EU",
        "eu-north-1" => "EUN1",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_price_is_a_number_and_unknown_types_have_none() {
        assert!(table().count() > 30);
        for (name, usd) in table() {
            assert!(name.starts_with("ml.") && usd.parse::<f64>().is_ok_and(|usd| usd > 0.0), "{name} {usd}");
        }
        assert_eq!(usd_per_hour("ml.g5.xlarge"), Some("1.408"));
        assert_eq!(usd_per_hour("ml.z9.large"), None);
    }
}

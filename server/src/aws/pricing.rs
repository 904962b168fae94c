//! List prices of instances, from the Price List service.

use aws_sdk_pricing::types::{Filter, FilterType};
use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde_json::Value;

use super::facts::{Component, InstancePrice, serverless_type};
use super::{AwsError, Client, Kind};

const OPERATION: &str = "pricing:GetProducts";
const PAGE: i32 = 100;

impl Client {
    /// On-demand list prices of SageMaker's instances in this client's region.
    ///
    /// Products that bill no machine by the hour, or in another currency than US dollars, are passed over.
    ///
    /// # Errors
    /// Whatever AWS refuses; nothing is returned of a list that broke off.
    pub async fn instance_prices(&self) -> Result<Vec<InstancePrice>, AwsError> {
        let mut prices = self.prices_of("ML Instance").await?;
        prices.extend(self.prices_of("ML Serverless").await?);
        Ok(prices)
    }

    async fn prices_of(&self, family: &str) -> Result<Vec<InstancePrice>, AwsError> {
        let filters = [("regionCode", self.region.as_str()), ("productFamily", family)]
            .map(|(field, value)| Filter::builder().r#type(FilterType::TermMatch).field(field).value(value).build())
            .into_iter()
            .collect::<Result<Vec<_>, _>>()
            .map_err(|error| self.unreadable(error.to_string()))?;
        let documents = self
            .every_page(OPERATION, |token| {
                let ask = self.pricing.get_products().service_code("AmazonSageMaker").format_version("aws_v1");
                let ask = ask.set_filters(Some(filters.clone())).max_results(PAGE).set_next_token(token);
                async move {
                    let page = self.call(OPERATION, || ask.clone().send()).await?;
                    Ok((page.price_list().to_vec(), page.next_token().map(str::to_owned)))
                }
            })
            .await?;
        let mut prices = Vec::new();
        for document in documents {
            let product: Value = serde_json::from_str(&document).map_err(|error| self.unreadable(error.to_string()))?;
            prices.extend(instance_price(&product));
        }
        Ok(prices)
    }

    fn unreadable(&self, message: String) -> AwsError {
        AwsError { operation: OPERATION, region: self.region.clone(), kind: Kind::Failing, message, source: None }
    }
}

/// The price of an hour of a machine; `None` for any other product.
fn instance_price(product: &Value) -> Option<InstancePrice> {
    let attribute = |name: &str| product.pointer(&format!("/product/attributes/{name}")).and_then(Value::as_str);
    let usage_type = attribute("usagetype")?;
    let (component, instance_type) = billed(usage_type)?;
    let terms = product.pointer("/terms/OnDemand")?.as_object()?;
    let term = terms.values().next()?;
    let dimension = term.get("priceDimensions")?.as_object()?.values().next()?;
    let an_hour = match dimension.get("unit").and_then(Value::as_str)?.to_ascii_lowercase().as_str() {
        "hrs" => Decimal::ONE,
        "second" | "seconds" | "sec" => Decimal::from(3_600),
        _ => return None,
    };
    let usd = dimension.pointer("/pricePerUnit/USD").and_then(Value::as_str)?;
    let effective = term.get("effectiveDate").and_then(Value::as_str)?;
    Some(InstancePrice {
        region: attribute("regionCode")?.to_owned(),
        component,
        instance_type,
        usage_type: usage_type.to_owned(),
        // AWS writes ten decimal places; a price of zero is a free tier or a placeholder and prices nothing.
        usd_per_hour: (usd.parse::<Decimal>().ok().filter(|usd| !usd.is_zero())? * an_hour).normalize(),
        effective_from: DateTime::parse_from_rfc3339(effective).ok()?.with_timezone(&Utc),
    })
}

/// What a usage type bills: `USE1-Train:ml.g5.xlarge`, `Studio:JupyterLab-ml.t3.medium` or `ServerlessInf:Mem-2GB`.
pub(crate) fn billed(usage_type: &str) -> Option<(Component, String)> {
    let (head, tail) = usage_type.split_once(':')?;
    let word = head.rsplit_once('-').map_or(head, |(_, word)| word);
    let component = Component::ALL.into_iter().find(|each| each.usage_word() == word)?;
    if component.is_serverless() {
        let (component, size) = match (component, tail.strip_prefix("Usage-")) {
            (Component::Serverless, _) => (component, tail.strip_prefix("Mem-")?),
            (_, Some(size)) => (Component::ServerlessUsed, size),
            (_, None) => (Component::ServerlessHeld, tail.strip_prefix("Mem-")?),
        };
        let gigabytes = size.strip_suffix("GB")?.parse::<i32>().ok()?;
        return Some((component, serverless_type(gigabytes.checked_mul(1_024)?)));
    }
    let machine = tail.find("ml.").and_then(|at| tail.get(at..))?;
    (machine.split('.').count() == 3).then(|| (component, machine.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn product(usage_type: &str, unit: &str, price: &Value) -> Value {
        json!({
            "product": { "attributes": { "usagetype": usage_type, "regionCode": "us-east-1" } },
            "terms": { "OnDemand": { "SKU.TERM": {
                "effectiveDate": "2026-11-01T00:00:00Z",
                "priceDimensions": { "SKU.TERM.RATE": { "unit": unit, "pricePerUnit": price } },
            } } },
        })
    }

    #[test]
    fn usage_types_name_component_and_machine() {
        let rows = [
            ("USE1-Train:ml.g5.2xlarge", Some((Component::Training, "ml.g5.2xlarge"))),
            ("Train:ml.p3.2xlarge", Some((Component::Training, "ml.p3.2xlarge"))),
            ("USE1-Host:ml.m5.large", Some((Component::Hosting, "ml.m5.large"))),
            ("EU-AsyncInf:ml.g6e.2xlarge", Some((Component::Async, "ml.g6e.2xlarge"))),
            ("APS3-Processing:ml.m5.xlarge", Some((Component::Processing, "ml.m5.xlarge"))),
            ("USE1-Tsform:ml.c5.9xlarge", Some((Component::Transform, "ml.c5.9xlarge"))),
            ("USE1-Notebk:ml.t3.medium", Some((Component::Notebook, "ml.t3.medium"))),
            ("USE1-Studio:JupyterLab-ml.m7i.48xlarge", Some((Component::Studio, "ml.m7i.48xlarge"))),
            ("USE1-Cluster:ml.p4d.24xlarge", Some((Component::Cluster, "ml.p4d.24xlarge"))),
            ("USE1-ServerlessInf:Mem-4GB", Some((Component::Serverless, "serverless-4096"))),
            ("USE1-ServerlessInf:Data-Bytes-Out", None),
            ("USE1-ProvisionedConcurrency:Mem-4GB", Some((Component::ServerlessHeld, "serverless-4096"))),
            ("ProvisionedConcurrency:Usage-4GB", Some((Component::ServerlessUsed, "serverless-4096"))),
            ("USE1-ProvisionedConcurrency:Data-Bytes-In", None),
            ("Studio:VolumeUsage.gp3", None),
            ("USE1-TrSpt:ml.g5.xlarge", None),
        ];
        for (usage_type, expected) in rows {
            let got = billed(usage_type);
            assert_eq!(got.as_ref().map(|(component, name)| (*component, name.as_str())), expected, "{usage_type}");
        }
    }

    #[test]
    fn a_price_is_read_digit_for_digit_or_not_at_all() {
        let usd = json!({ "USD": "1.4080000000" });
        let price = instance_price(&product("USE1-Train:ml.g5.xlarge", "Hrs", &usd)).unwrap();
        assert_eq!((price.usd_per_hour.to_string(), price.component), ("1.408".to_owned(), Component::Training));
        assert_eq!(price.effective_from.to_rfc3339(), "2026-11-01T00:00:00+00:00");
        let second =
            instance_price(&product("USE1-ServerlessInf:Mem-3GB", "seconds", &json!({ "USD": "0.0000600000" })));
        assert_eq!(second.map(|price| price.usd_per_hour.to_string()).as_deref(), Some("0.216"));
        for other in [
            product("USE1-Train:ml.g5.xlarge", "GB-Mo", &usd),
            product("CNN1-Train:ml.g5.xlarge", "Hrs", &json!({ "CNY": "9.9" })),
            product("USE1-Train:ml.g5.xlarge", "Hrs", &json!({ "USD": "0.0000000000" })),
            json!({}),
        ] {
            assert_eq!(instance_price(&other), None, "{other}");
        }
    }
}

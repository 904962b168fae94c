//! What an hour of an instance costs by the list: AWS' own list where it was read, else the dated table of the factors.

use std::str::FromStr as _;

use chrono::NaiveDate;
use footprint::FactorSet;
use rust_decimal::Decimal;

use crate::aws::facts::Component;
use crate::store::price::PriceList;

/// A list price of one instance-hour.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hourly {
    /// US dollars.
    pub usd: Decimal,
    /// Whether it stands in a dated table of others' records instead of AWS' own list.
    pub is_indicative: bool,
    /// When it was current: a day of AWS' list, or what the table says.
    pub as_of: String,
}

/// What is asked about.
#[derive(Debug, Clone, Copy)]
pub struct Machine<'a> {
    /// Region.
    pub region: &'a str,
    /// What it is billed as.
    pub component: Component,
    /// Instance type.
    pub instance_type: &'a str,
}

/// The price of an hour on a day; `None` where nobody published one. A neighbour's price never stands in.
#[must_use]
pub fn hourly(list: &PriceList, factors: &FactorSet, machine: Machine<'_>, day: NaiveDate) -> Option<Hourly> {
    if let Some(price) = list.find(machine.region, machine.component, machine.instance_type, day) {
        let as_of = price.effective_from.to_string();
        return Some(Hourly { usd: price.usd_per_hour, is_indicative: false, as_of });
    }
    let price = factors.list_price(machine.region, machine.instance_type)?;
    let usd = Decimal::from_str(&price.usd_per_hour_text).ok()?;
    Some(Hourly { usd, is_indicative: true, as_of: price.as_of.clone() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_list_the_dated_table_stands_and_says_so() {
        let factors = FactorSet::builtin().unwrap();
        let machine = |region, instance_type| Machine { region, component: Component::Training, instance_type };
        let day = NaiveDate::from_ymd_opt(2026, 11, 20).unwrap();
        let known = hourly(&PriceList::default(), &factors, machine("us-east-1", "ml.p4d.24xlarge"), day).unwrap();
        assert_eq!((known.usd.to_string().as_str(), known.is_indicative), ("37.688", true));
        assert_eq!(hourly(&PriceList::default(), &factors, machine("eu-west-1", "ml.p4d.24xlarge"), day), None);
    }
}

//! Cost and Usage Report, version 2.0, as Data Exports write it: one line per hour or day, resource and kind of charge.

use rust_decimal::Decimal;

use super::line::{Line, LineError, Row, day, number, tags, text};
use crate::store::bill::{Amounts, Billed};

/// A column that no other format has.
pub(super) const MARK: &str = "line_item_unblended_cost";

/// Credits, refunds and taxes belong to the invoice and to no workload.
const OF_THE_INVOICE: [&str; 7] =
    ["Credit", "Refund", "Tax", "EdpDiscount", "BundledDiscount", "PrivateRateDiscount", "Discount"];

pub(super) fn line(row: &impl Row) -> Result<Line, LineError> {
    let charge = text(row, "line_item_line_item_type")?;
    let billed = number(row, MARK)?;
    // A plan's fee is billed on a line of its own; what it covered is billed in full, taken back by a negation, and costs
    // in effect what the plan's share of the fee is.
    let effective = match charge {
        "SavingsPlanCoveredUsage" => number(row, "savings_plan_savings_plan_effective_cost")?,
        "SavingsPlanNegation" => Decimal::ZERO,
        _ => billed,
    };
    let is_usage = !OF_THE_INVOICE.contains(&charge);
    Ok(Line {
        is_sagemaker: is_usage && text(row, "line_item_product_code")? == "AmazonSageMaker",
        of: Billed {
            account: text(row, "line_item_usage_account_id")?.to_owned(),
            period: day(row, "bill_billing_period_start_date")?,
            day: day(row, "line_item_usage_start_date")?,
            region: row.cell("product_region_code").unwrap_or_default().to_owned(),
            usage_type: text(row, "line_item_usage_type")?.to_owned(),
            resource: row.cell("line_item_resource_id").unwrap_or_default().to_owned(),
            currency: text(row, "line_item_currency_code")?.to_owned(),
        },
        amounts: Amounts {
            billed,
            effective,
            quantity: if charge == "SavingsPlanNegation" {
                Decimal::ZERO
            } else {
                number(row, "line_item_usage_amount")?
            },
        },
        tags: tags(row, "resource_tags", key)?,
    })
}

/// A tag's key as people write it: the report puts before it whose it is.
fn key(written: &str) -> Option<&str> {
    let own = written.strip_prefix("user_").or_else(|| written.strip_prefix("user:"));
    own.or_else(|| (!written.starts_with("aws_") && !written.starts_with("aws:")).then_some(written))
}

//! FOCUS, the FinOps Open Cost and Usage Specification, as AWS' Data Exports write it (1.0 and 1.2).

use super::line::{Line, LineError, Row, day, number, tags, text};
use crate::store::bill::{Amounts, Billed};

/// A column that no other format has.
pub(super) const MARK: &str = "BilledCost";

pub(super) fn line(row: &impl Row) -> Result<Line, LineError> {
    let service = text(row, "ServiceName")?;
    let code = row.cell("x_ServiceCode").unwrap_or_default();
    Ok(Line {
        // Credits, taxes and purchases belong to the invoice and to no workload.
        is_sagemaker: text(row, "ChargeCategory")? == "Usage"
            && (code == "AmazonSageMaker" || service.starts_with("Amazon SageMaker")),
        of: Billed {
            account: text(row, "SubAccountId")?.to_owned(),
            period: day(row, "BillingPeriodStart")?,
            day: day(row, "ChargePeriodStart")?,
            region: row.cell("RegionId").unwrap_or_default().to_owned(),
            usage_type: row.cell("x_UsageType").unwrap_or_default().to_owned(),
            resource: row.cell("ResourceId").unwrap_or_default().to_owned(),
            currency: text(row, "BillingCurrency")?.to_owned(),
        },
        amounts: Amounts {
            billed: number(row, MARK)?,
            effective: number(row, "EffectiveCost")?,
            quantity: row
                .cell("ConsumedQuantity")
                .map_or(Ok(rust_decimal::Decimal::ZERO), |_| number(row, "ConsumedQuantity"))?,
        },
        tags: tags(row, "Tags", key)?,
    })
}

/// A tag's key as people write it; some exports put before it whose it is.
fn key(written: &str) -> Option<&str> {
    let own = written.strip_prefix("user:");
    own.or_else(|| (!written.starts_with("aws:")).then_some(written))
}

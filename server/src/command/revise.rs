//! `revise`: other factors, beside the old numbers.

use anyhow::Context as _;
use footprint::Override;

use crate::config::Revise;
use crate::estimate;
use crate::store::{Database, pool};

pub(super) async fn run(arguments: Revise) -> anyhow::Result<()> {
    let overrides = arguments
        .factors
        .iter()
        .map(|text| parse(text, &arguments.author, &arguments.reason))
        .collect::<anyhow::Result<Vec<_>>>()?;
    pool::migrate(&arguments.database.database_url, arguments.database.single_role).await?;
    let database = Database::connect(&arguments.database.database_url, arguments.database.single_role).await?;
    estimate::revise(&database, &arguments.label, &overrides, &arguments.author, &arguments.reason).await?;
    println!("{} is active; earlier numbers stay readable, signed reviews stay as they were signed", arguments.label);
    Ok(())
}

/// `id=value,low,high`.
fn parse(text: &str, author: &str, reason: &str) -> anyhow::Result<Override> {
    let form = || format!("{text} is not of the form pue:us-east-1=1.10,1.05,1.15 (factor=value,low,high)");
    let (factor_id, numbers) = text.split_once('=').with_context(form)?;
    let numbers: Vec<f64> = numbers.split(',').map(str::parse).collect::<Result<_, _>>().with_context(form)?;
    let [value, low, high] = numbers.as_slice() else {
        anyhow::bail!(form());
    };
    Ok(Override {
        factor_id: factor_id.to_owned(),
        value: *value,
        low: *low,
        high: *high,
        author: author.to_owned(),
        reason: reason.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn factors_are_read_with_their_bounds() {
        let factor = parse("pue:us-east-1=1.1,1.05,1.2", "me", "why").unwrap();
        assert_eq!((factor.factor_id.as_str(), factor.value, factor.high), ("pue:us-east-1", 1.1, 1.2));
        for wrong in ["pue:us-east-1", "pue:us-east-1=1.1", "pue:us-east-1=a,b,c"] {
            assert!(parse(wrong, "me", "why").unwrap_err().to_string().contains("value,low,high"));
        }
    }
}

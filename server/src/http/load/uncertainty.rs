//! What makes a range wide, and what would make it narrower.

use app::parts::number;
use app::view::{GainRow, ShareRow};
use footprint::{Evidence, FactorSet, Gain, GroupKey, PartSums, Share, Shares};

/// Coefficients that are named; the others are summed, and so are those below a percent.
const MOST_SHARES: usize = 8;
const LEAST_SHARES: usize = 3;
const LEAST_PERCENT: f64 = 1.0;
/// A gain that is worth a sentence, percent.
const LEAST_GAIN: f64 = 2.0;

/// The largest shares, of emissions first, and the sum of the others.
pub fn share_rows(shares: &Shares) -> Vec<ShareRow> {
    let mut rows: Vec<ShareRow> = Vec::new();
    for (list, percent) in [
        (&shares.emissions, (|row| &mut row.emissions_percent) as fn(&mut ShareRow) -> &mut f64),
        (&shares.energy, |row| &mut row.energy_percent),
    ] {
        for share in list {
            let found = rows.iter_mut().find(|row| row.id == share.factor_id);
            match found {
                Some(row) => *percent(row) = 100.0 * share.share,
                None => {
                    let (id, name) = (share.factor_id.clone(), share.name.clone());
                    let mut row = ShareRow { id, name, ..ShareRow::default() };
                    *percent(&mut row) = 100.0 * share.share;
                    rows.push(row);
                }
            }
        }
    }
    let shown = |row: &ShareRow| row.emissions_percent >= LEAST_PERCENT || row.energy_percent >= LEAST_PERCENT;
    let kept = rows.iter().filter(|row| shown(row)).count().clamp(LEAST_SHARES, MOST_SHARES);
    // Whatever brings much to either comes first, in the order of what it brings to the emissions.
    rows.sort_by_key(|row| !shown(row));
    if rows.len() > kept + 1 {
        let others = rows.split_off(kept);
        rows.push(ShareRow {
            id: String::new(),
            name: format!("{} others", number::count(others.len())),
            energy_percent: others.iter().map(|row| row.energy_percent).sum(),
            emissions_percent: others.iter().map(|row| row.emissions_percent).sum(),
        });
    }
    rows
}

/// What each kind of evidence would do, and how to bring it.
pub fn gain_rows(shares: &Shares, gains: &[Gain]) -> Vec<GainRow> {
    gains
        .iter()
        .filter_map(|gain| {
            let effect = effect(gain)?;
            let (next_step, href) = next_step(shares, gain.evidence);
            Some(GainRow { effect, next_step, href })
        })
        .collect()
}

/// The largest gain of a selection, one sentence; `None` where none is worth a percent.
pub fn largest_gain(factors: &FactorSet, groups: &[(GroupKey, PartSums)]) -> Option<String> {
    footprint::gains(factors, groups).iter().find_map(effect)
}

/// "Measured watts would cut ..."; `None` where it is not worth a sentence.
fn effect(gain: &Gain) -> Option<String> {
    let percent = |share: f64| (100.0 * share).round();
    let known = match gain.evidence {
        Evidence::MeasuredPower => "Measured watts",
        Evidence::PowerUsageEffectiveness => "Knowing the power usage effectiveness of the buildings",
        Evidence::GridIntensity => "Knowing the intensity of the grid",
        Evidence::EmbodiedEmissions => "Knowing the emissions of making the machines",
    };
    let cut = match (percent(gain.energy), percent(gain.emissions)) {
        (..LEAST_GAIN, ..LEAST_GAIN) => return None,
        (energy, ..1.0) => format!("of the energy by {energy} %"),
        (..1.0, emissions) => format!("of the emissions by {emissions} %"),
        (energy, emissions) => format!("of the energy by {energy} % and of the emissions by {emissions} %"),
    };
    Some(format!("{known} would cut the range {cut}."))
}

fn next_step(shares: &Shares, evidence: Evidence) -> (String, Option<String>) {
    let largest = |group: &str| {
        let of_group = |share: &&Share| share.factor_id.starts_with(group);
        let id = shares.emissions.iter().find(of_group).map(|share| share.factor_id.clone());
        id.map(|id| format!("/methodology/sets?factor={id}#propose"))
    };
    match evidence {
        Evidence::MeasuredPower => (
            "Import them from the meters of the machines: a file of CodeCarbon, or a metric in CloudWatch.".to_owned(),
            Some("/imports#measured".to_owned()),
        ),
        Evidence::PowerUsageEffectiveness => ("Propose the operator's own figure.".to_owned(), largest("pue:")),
        Evidence::GridIntensity => {
            ("Import an hourly series, or propose your supplier's figure.".to_owned(), largest("intensity:"))
        }
        Evidence::EmbodiedEmissions => ("Propose the figure of a product declaration.".to_owned(), largest("embodied")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shares(of: &[(&str, f64)]) -> Vec<Share> {
        let share =
            |(id, share): &(&str, f64)| Share { factor_id: (*id).to_owned(), name: format!("N {id}"), share: *share };
        of.iter().map(share).collect()
    }

    #[test]
    fn small_shares_are_summed_and_columns_stay_whole() {
        let ids: Vec<String> = (0..20).map(|number| format!("f{number}")).collect();
        let of: Vec<(&str, f64)> = ids.iter().map(|id| (id.as_str(), 0.05)).collect();
        let rows = share_rows(&Shares {
            emissions: shares(&of),
            energy: shares(&[("f3", 0.4), ("pue", 0.6)]),
            ..Shares::default()
        });
        assert_eq!(rows.len(), 9);
        assert_eq!(rows[8].name, "13 others");
        let sum = |of: fn(&ShareRow) -> f64| rows.iter().map(of).sum::<f64>();
        assert!((sum(|row| row.emissions_percent) - 100.0).abs() < 1e-9);
        assert!((sum(|row| row.energy_percent) - 100.0).abs() < 1e-9);
        assert!((rows[3].energy_percent - 40.0).abs() < 1e-9);
    }

    #[test]
    fn a_gain_is_a_sentence_with_a_way_to_it() {
        let gain = |evidence, energy, emissions| Gain { evidence, energy, emissions };
        let gains = [
            gain(Evidence::MeasuredPower, 0.62, 0.31),
            gain(Evidence::GridIntensity, 0.0, 0.2),
            gain(Evidence::PowerUsageEffectiveness, 0.004, 0.004),
        ];
        let known = Shares { emissions: shares(&[("intensity:us-east-1", 1.0)]), ..Shares::default() };
        let rows = gain_rows(&known, &gains);
        let said: Vec<&str> = rows.iter().map(|row| row.effect.as_str()).collect();
        assert_eq!(
            said,
            [
                "Measured watts would cut the range of the energy by 62 % and of the emissions by 31 %.",
                "Knowing the intensity of the grid would cut the range of the emissions by 20 %.",
            ]
        );
        assert_eq!(rows[1].href.as_deref(), Some("/methodology/sets?factor=intensity:us-east-1#propose"));
    }
}

//! What a region's data centres and grid add.

use super::factor::Factor;
use crate::refused::Refused;

/// A region. A figure nobody has published is `None`, never zero.
#[derive(Clone, Debug)]
pub struct Region {
    /// The code, such as `eu-north-1`.
    pub name: String,
    /// The partition, such as `aws-cn`.
    pub partition: String,
    /// The name people use.
    pub location: String,
    /// Facility energy over IT energy.
    pub pue: Option<Factor>,
    /// Location-based intensity of the grid, gCO2e/kWh, annual.
    pub intensity: Option<Factor>,
    /// Market-based intensity as the provider reports it, gCO2e/kWh, annual.
    pub market_intensity: Option<Factor>,
    /// What the grid emits for one kWh more, gCO2e/kWh, annual. For decisions; an inventory never uses it.
    pub marginal_intensity: Option<Factor>,
    /// Water used on site, L per kWh of IT energy.
    pub wue: Option<Factor>,
    /// Water used by power plants, L per kWh of facility energy.
    pub offsite_water: Option<Factor>,
    /// What the reader should know.
    pub note: String,
}

/// The figures without which nothing can be said of a region.
#[derive(Clone, Copy, Debug)]
pub struct Site<'a> {
    /// Facility energy over IT energy.
    pub pue: &'a Factor,
    /// Location-based intensity, gCO2e/kWh.
    pub intensity: &'a Factor,
    /// Water on site, L per kWh of IT energy.
    pub wue: &'a Factor,
    /// Water of power plants, L per kWh of facility energy, where published.
    pub offsite_water: Option<&'a Factor>,
    /// Market-based intensity, gCO2e/kWh, where published.
    pub market_intensity: Option<&'a Factor>,
}

impl Region {
    /// The figures of this region.
    ///
    /// # Errors
    /// [`Refused::NoRegionFigure`] names the first figure nobody has published.
    pub fn site(&self) -> Result<Site<'_>, Refused> {
        let missing = |what: &str| Refused::NoRegionFigure { region: self.name.clone(), missing: what.to_owned() };
        Ok(Site {
            pue: self.pue.as_ref().ok_or_else(|| missing("power usage effectiveness"))?,
            intensity: self.intensity.as_ref().ok_or_else(|| missing("grid intensity"))?,
            wue: self.wue.as_ref().ok_or_else(|| missing("water usage effectiveness"))?,
            offsite_water: self.offsite_water.as_ref(),
            market_intensity: self.market_intensity.as_ref(),
        })
    }
}

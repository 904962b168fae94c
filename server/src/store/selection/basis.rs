//! What cost and emissions count: by the list or by the bill, by the grid or by what was bought, with the hardware or without.

/// Which dollars.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum CostBasis {
    /// Instance-hours at list prices.
    #[default]
    List,
    /// What AWS billed.
    Billed,
    /// The same with commitments spread over what they covered.
    Effective,
}

impl CostBasis {
    /// Every basis, in the order it is offered.
    pub const ALL: [Self; 3] = [Self::List, Self::Billed, Self::Effective];

    /// The word in an address.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::Billed => "billed",
            Self::Effective => "effective",
        }
    }

    /// As people say it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::List => "At list prices",
            Self::Billed => "As billed",
            Self::Effective => "Effective, with commitments spread",
        }
    }
}

/// How the electricity's emissions are accounted for, after the GHG Protocol's scope 2 guidance.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Electricity {
    /// By the grid where it was drawn.
    #[default]
    Location,
    /// By what was bought for it.
    Market,
}

impl Electricity {
    /// Both, in the order they are offered.
    pub const ALL: [Self; 2] = [Self::Location, Self::Market];

    /// The word in an address.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Location => "lb",
            Self::Market => "mb",
        }
    }

    /// As people say it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Location => "Location-based",
            Self::Market => "Market-based",
        }
    }
}

/// Whether making the hardware is counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Hardware {
    /// It is.
    #[default]
    Counted,
    /// The electricity stands alone.
    LeftOut,
}

impl Hardware {
    /// Both, in the order they are offered.
    pub const ALL: [Self; 2] = [Self::Counted, Self::LeftOut];

    /// The word in an address.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Counted => "1",
            Self::LeftOut => "0",
        }
    }

    /// As people say it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Counted => "With making it",
            Self::LeftOut => "Without making it",
        }
    }
}

/// What cost and emissions count on a page.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Basis {
    /// Which dollars.
    pub cost: CostBasis,
    /// How the electricity is accounted for.
    pub electricity: Electricity,
    /// Whether making the hardware is counted.
    pub hardware: Hardware,
}

impl Basis {
    /// Whether emissions are those that targets, reviews and the dictionary mean.
    #[must_use]
    pub fn has_usual_emissions(self) -> bool {
        (self.electricity, self.hardware) == Default::default()
    }

    /// Whether everything counts as usual.
    #[must_use]
    pub fn is_usual(self) -> bool {
        self == Self::default()
    }

    /// How the emissions count, such as `market-based without embodied`.
    #[must_use]
    pub const fn of_emissions(self) -> &'static str {
        match (self.electricity, self.hardware) {
            (Electricity::Location, Hardware::Counted) => "location-based plus embodied",
            (Electricity::Location, Hardware::LeftOut) => "location-based without embodied",
            (Electricity::Market, Hardware::Counted) => "market-based plus embodied",
            (Electricity::Market, Hardware::LeftOut) => "market-based without embodied",
        }
    }

    /// How cost counts, such as `at list prices`.
    #[must_use]
    pub const fn of_cost(self) -> &'static str {
        match self.cost {
            CostBasis::List => "at list prices",
            CostBasis::Billed => "as billed",
            CostBasis::Effective => "as billed with commitments spread",
        }
    }
}

//! What a filter narrows beside accounts and tags.

/// What a filter narrows beside accounts and tags; the empty value stands for none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Attribute {
    /// AWS region.
    Region,
    /// Whose it is.
    Team,
    /// What it is for.
    Project,
    /// Production, test and the like.
    Environment,
    /// Part of a model's life.
    Phase,
    /// What it is.
    Kind,
    /// Instance family, `g5` of `ml.g5.xlarge`.
    InstanceFamily,
    /// Instance type, `ml.g5.xlarge`.
    InstanceType,
    /// Framework or algorithm; none for an image of one's own.
    Framework,
}

impl Attribute {
    /// Every attribute, in the order of an address.
    pub const ALL: [Self; 9] = [
        Self::Region,
        Self::Team,
        Self::Project,
        Self::Environment,
        Self::Phase,
        Self::Kind,
        Self::InstanceFamily,
        Self::InstanceType,
        Self::Framework,
    ];

    /// The word in an address.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Region => "region",
            Self::Team => "team",
            Self::Project => "project",
            Self::Environment => "environment",
            Self::Phase => "phase",
            Self::Kind => "kind",
            Self::InstanceFamily => "family",
            Self::InstanceType => "instance",
            Self::Framework => "framework",
        }
    }

    /// As people say it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Region => "Region",
            Self::Team => "Team",
            Self::Project => "Project",
            Self::Environment => "Environment",
            Self::Phase => "Phase",
            Self::Kind => "Kind",
            Self::InstanceFamily => "Instance family",
            Self::InstanceType => "Instance type",
            Self::Framework => "Framework",
        }
    }

    /// The attribute of a word in an address.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|attribute| attribute.as_str() == word)
    }
}

/// The family of an instance type, `g5` of `ml.g5.xlarge`; empty where the type names none.
#[must_use]
pub fn family_of(instance_type: &str) -> &str {
    instance_type.split('.').nth(1).unwrap_or_default()
}

//! The pages of settings, side by side above each of them.

use leptos::prelude::*;

/// One of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SettingsTab {
    /// Which accounts are read.
    Accounts,
    /// Whose a workload is.
    Teams,
    /// What work is counted in.
    Units,
    /// Which hours are working hours.
    Hours,
    /// What figures mean and should be.
    Kpis,
    /// Colours and keys.
    Appearance,
}

impl SettingsTab {
    const ALL: [Self; 6] = [Self::Accounts, Self::Teams, Self::Units, Self::Hours, Self::Kpis, Self::Appearance];

    const fn label(self) -> &'static str {
        match self {
            Self::Accounts => "Accounts",
            Self::Teams => "Teams",
            Self::Units => "Units of work",
            Self::Hours => "Working hours",
            Self::Kpis => "Key figures",
            Self::Appearance => "Appearance",
        }
    }

    const fn path(self) -> &'static str {
        match self {
            Self::Accounts => "/settings/accounts",
            Self::Teams => "/settings/teams",
            Self::Units => "/settings/units",
            Self::Hours => "/settings/hours",
            Self::Kpis => "/settings/kpis",
            Self::Appearance => "/settings/appearance",
        }
    }
}

/// Links to all of them.
#[must_use]
pub fn tabs(current: SettingsTab) -> AnyView {
    let links = SettingsTab::ALL
        .into_iter()
        .map(|tab| {
            view! { <li><a href=tab.path() aria-current=(tab == current).then_some("page")>{tab.label()}</a></li> }
        })
        .collect_view();
    view! { <nav class="tabs" aria-label="Settings"><ul role="list">{links}</ul></nav> }.into_any()
}

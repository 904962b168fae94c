//! The pieces pages are made of: a figure, a table, a card, the filter bar.

pub mod badge;
pub mod bar;
pub mod card;
pub mod empty;
pub mod facts;
pub mod figure;
pub mod filter_bar;
pub mod finding_list;
pub mod footprint_panel;
pub mod form;
pub mod freshness;
pub mod icon;
pub mod ledger_panel;
pub mod navigation;
pub mod number;
pub mod pagination;
pub mod panel;
pub mod prose;
pub mod table;

use super::Crumb;

/// A page that could not be shown: what happened and where to go next.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ErrorView {
    /// HTTP status code.
    pub status: u16,
    pub title: String,
    /// What happened, without internals.
    pub sentence: String,
    /// When, what was asked and the request's number: what a report needs.
    pub details: Option<String>,
    pub links: Vec<Crumb>,
    /// Things whose names come near the address.
    pub nearest: Vec<Crumb>,
}

//! The rule on rows of facts.

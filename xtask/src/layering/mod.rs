//! The house's invariants as a check: which crate may depend on what, and which folder may name what.

mod judge;
mod paths;
mod rules;
mod tokens;
mod tree;

use anyhow::{Result, bail};

use crate::{places, progress};
use tree::Tree;

/// Fails with one line per broken invariant.
pub fn check() -> Result<()> {
    let tree = Tree::read(&places::root()?)?;
    let violations = judge::violations(&tree, rules::RULES);
    if violations.is_empty() {
        progress::say(format_args!("layering: {} rules hold in {} files", rules::RULES.len(), tree.files.len()));
        return Ok(());
    }
    let lines: Vec<String> = violations.iter().map(ToString::to_string).collect();
    bail!("the layering is broken in {} places:\n{}", lines.len(), lines.join("\n"));
}

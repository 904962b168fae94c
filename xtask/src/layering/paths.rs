//! The crates and paths a source file names.

use std::collections::BTreeSet;

use super::tokens::{Token, tokens};

/// Keywords that may stand before a path which begins with `::`.
const KEYWORDS: [&str; 11] = ["use", "as", "in", "return", "if", "match", "else", "dyn", "impl", "mut", "for"];

/// A path such as `sqlx::postgres::PgPool`, from its first word on, and its line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedPath {
    pub words: Vec<String>,
    pub line: usize,
}

impl NamedPath {
    /// The crate (or module in scope) the path begins with.
    pub fn root(&self) -> &str {
        self.words.first().map_or("", String::as_str)
    }
}

/// Every path in the file that begins outside it: what starts at `crate`, `self` or `super` is left out, and so is what
/// starts at a module that the file itself declares or imports.
///
/// Groups are spread: `use a::{b, c::d}` names `a::b` and `a::c::d`.
pub fn paths(source: &str) -> Vec<NamedPath> {
    let tokens = tokens(source);
    let mut walk = Walk { tokens: &tokens, at: 0, found: Vec::new() };
    while walk.at < tokens.len() {
        walk.step();
    }
    let local = names_in_scope(&tokens, &walk.found);
    walk.found
        .retain(|path| !matches!(path.root(), "crate" | "self" | "super" | "Self") && !local.contains(path.root()));
    walk.found
}

struct Walk<'a> {
    tokens: &'a [Token],
    at: usize,
    found: Vec<NamedPath>,
}

impl Walk<'_> {
    fn text(&self, at: usize) -> &str {
        self.tokens.get(at).map_or("", |token| token.text.as_str())
    }

    fn is_word(&self, at: usize) -> bool {
        let text = self.text(at);
        text.starts_with(|c: char| c.is_alphabetic() || c == '_') && !KEYWORDS.contains(&text)
    }

    /// Moves past one path or one other token.
    fn step(&mut self) {
        let imported = matches!(self.text(self.at.wrapping_sub(1)), "use" | "crate")
            && (self.text(self.at.wrapping_sub(1)) == "use" || self.text(self.at.wrapping_sub(2)) == "extern");
        let after_dot = self.text(self.at.wrapping_sub(1)) == ".";
        let begins = self.is_word(self.at) && !after_dot && (imported || self.text(self.at + 1) == "::");
        if begins {
            self.path(&[]);
        } else {
            self.at += 1;
        }
    }

    /// Reads a path that continues `before`, and the groups it ends in.
    fn path(&mut self, before: &[String]) {
        let line = self.tokens.get(self.at).map_or(0, |token| token.line);
        let mut words = before.to_vec();
        loop {
            if self.is_word(self.at) || self.text(self.at) == "*" {
                words.push(self.text(self.at).to_owned());
                self.at += 1;
            }
            if self.text(self.at) != "::" {
                break;
            }
            self.at += 1;
            if self.text(self.at) == "{" {
                self.at += 1;
                return self.group(&words);
            }
            if !self.is_word(self.at) && self.text(self.at) != "*" {
                break;
            }
        }
        self.found.push(NamedPath { words, line });
    }

    fn group(&mut self, before: &[String]) {
        while self.at < self.tokens.len() {
            match self.text(self.at) {
                "}" => {
                    self.at += 1;
                    return;
                }
                "as" => self.at += 2,
                _ if self.is_word(self.at) || self.text(self.at) == "*" => self.path(before),
                _ => self.at += 1,
            }
        }
    }
}

/// Modules declared here and names imported from within this workspace's own modules: they hide a crate of the same name.
fn names_in_scope(tokens: &[Token], found: &[NamedPath]) -> BTreeSet<String> {
    let mut names: BTreeSet<String> = tokens
        .windows(2)
        .filter_map(|pair| match pair {
            [first, second] if first.text == "mod" => Some(second.text.clone()),
            _ => None,
        })
        .collect();
    for path in found {
        if matches!(path.root(), "crate" | "self" | "super" | "server" | "app" | "footprint")
            && let Some(last) = path.words.get(1..).and_then(<[String]>::last)
        {
            names.insert(last.clone());
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_from_elsewhere_are_found_and_own_ones_are_not() {
        let cases = [
            ("use sqlx;", vec!["sqlx"]),
            ("extern crate app;", vec!["app"]),
            ("use ::sqlx::PgPool as Pool;", vec!["sqlx::PgPool"]),
            ("use a::{b, c::{self, d as e}, f::*};", vec!["a::b", "a::c::self", "a::c::d", "a::f::*"]),
            ("let x = sqlx::query!(\"http::x\").fetch(y.http);", vec!["sqlx::query"]),
            ("use crate::{http, store::http::x}; http::serve()", vec![]),
            ("mod http; fn f() { http::routes() }", vec![]),
            ("fn f() -> Result<http::Uri, aws_sdk_sts::Error> {}", vec!["http::Uri", "aws_sdk_sts::Error"]),
            ("iter.collect::<Vec<_>>()", vec![]),
            ("Vec::<axum::Router>::new()", vec!["Vec", "axum::Router"]),
            ("pub(crate) use server::http; http::x()", vec!["server::http"]),
        ];
        for (source, expected) in cases {
            let found: Vec<String> = paths(source).iter().map(|path| path.words.join("::")).collect();
            assert_eq!(found, expected, "{source}");
        }
    }
}

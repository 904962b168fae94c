//! The private Postgres: one that is kept for `run`, and throw-away ones for tests.
//!
//! Reached through a unix socket only, with a random password, as the role `wattledger`: it may create roles and
//! databases but is no superuser, as in a managed database.

mod account;
mod binaries;
mod cluster;
mod server;
mod users;

pub use cluster::Cluster;

use std::path::Path;

/// The address of a database behind the socket in `folder`.
///
/// The folder stands percent-encoded in the host's place: libpq and sqlx both read that, while an empty host
/// before a `?host=` is refused by URL parsers.
pub fn socket_url(role: &str, password: &str, folder: &Path, database: &str) -> String {
    format!(
        "postgres://{}:{}@{}/{}",
        percent_encoded(role),
        percent_encoded(password),
        percent_encoded(&folder.to_string_lossy()),
        percent_encoded(database)
    )
}

fn percent_encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len() * 3);
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() {
            encoded.push(char::from(byte));
        } else {
            encoded.push('%');
            encoded.push_str(&hex::encode_upper([byte]));
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn socket_url_encodes_everything_that_could_end_a_part() {
        let cases = [
            ("wattledger", "a1", "/var/tmp/w-0", "postgres://wattledger:a1@%2Fvar%2Ftmp%2Fw%2D0/d"),
            ("r@x", "p:/?#", "/run/é", "postgres://r%40x:p%3A%2F%3F%23@%2Frun%2F%C3%A9/d"),
        ];
        for (role, password, folder, expected) in cases {
            assert_eq!(socket_url(role, password, Path::new(folder), "d"), expected);
        }
    }
}

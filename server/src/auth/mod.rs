//! Who is asking. This installation has one person, its owner, who sits at the machine it runs on.

use std::net::SocketAddr;

/// What a route demands of the one who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Policy {
    /// Anybody who reaches the socket: health and static files, which say nothing about the accounts.
    Public,
    /// The owner, reading.
    Owner,
    /// The owner, changing something.
    OwnerWrites,
}

/// The one who asks, after a policy let them in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principal {
    name: &'static str,
}

impl Principal {
    /// The single owner of a local installation.
    #[must_use]
    pub const fn owner() -> Self {
        Self { name: "owner" }
    }

    /// The name that stands in the audit trail.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }
}

impl Policy {
    /// Who is let in: nobody in particular for public routes, the owner for all others.
    #[must_use]
    pub const fn admit(self) -> Option<Principal> {
        match self {
            Self::Public => None,
            Self::Owner | Self::OwnerWrites => Some(Principal::owner()),
        }
    }
}

/// The address would show the accounts to the network, and nobody would be asked who they are.
#[derive(Debug, thiserror::Error)]
#[error(
    "Wattledger has no sign-in yet, so it only listens on this machine: {address} is not a loopback address. \
     Use 127.0.0.1 or [::1]; to reach it from elsewhere, forward the port over SSH"
)]
pub struct NotLoopback {
    /// The address that was asked for.
    pub address: SocketAddr,
}

/// Refuses an address that other machines can reach.
///
/// # Errors
/// [`NotLoopback`] with the sentence for the person who started the server.
pub fn require_loopback(address: SocketAddr) -> Result<(), NotLoopback> {
    if address.ip().to_canonical().is_loopback() { Ok(()) } else { Err(NotLoopback { address }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_loopback_is_served() {
        for (address, allowed) in [
            ("127.0.0.1:0", true),
            ("127.8.8.8:80", true),
            ("[::1]:4500", true),
            ("[::ffff:127.0.0.1]:4500", true),
            ("0.0.0.0:4500", false),
            ("[::]:4500", false),
            ("192.168.1.4:80", false),
            ("[fe80::1]:80", false),
        ] {
            assert_eq!(require_loopback(address.parse().unwrap()).is_ok(), allowed, "{address}");
        }
    }

    #[test]
    fn the_refusal_names_the_address_and_the_way_out() {
        let text = require_loopback("0.0.0.0:4500".parse().unwrap()).unwrap_err().to_string();
        assert!(text.contains("0.0.0.0:4500") && text.contains("127.0.0.1"), "{text}");
    }
}

//! Randomness as a function: the same key gives the same number on every machine and in every order of asking.

/// Mixes a word so that neighbouring inputs give unrelated outputs (the finaliser of SplitMix64).
#[must_use]
pub const fn mix(word: u64) -> u64 {
    let a = word.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let b = (a ^ (a >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let c = (b ^ (b >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    c ^ (c >> 31)
}

/// A word for a sequence of names; the border between two names counts (`ab`,`c` differs from `a`,`bc`).
#[must_use]
pub fn key(seed: u64, names: &[&str]) -> u64 {
    names.iter().fold(mix(seed), |state, name| {
        let within = name.bytes().fold(state ^ 0xcbf2_9ce4_8422_2325, |word, byte| {
            (word ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        });
        mix(within)
    })
}

/// A number in `0.0..1.0` for a key and a position.
#[must_use]
pub fn unit(key: u64, position: i64) -> f64 {
    let word = mix(key ^ position.cast_unsigned().wrapping_mul(0xd6e8_feb8_6659_fd93));
    (word >> 11) as f64 / (1_u64 << 53) as f64
}

/// The largest whole number not above `value`; saturates at the ends of the range.
#[must_use]
#[expect(clippy::cast_possible_truncation, reason = "saturating is what is wanted")]
pub fn floor(value: f64) -> i64 {
    value.floor() as i64
}

/// A seeded sequence of draws, for building fleets.
#[derive(Clone, Debug)]
pub struct Dice {
    state: u64,
}

impl Dice {
    /// Begins the sequence of one seed and one purpose.
    #[must_use]
    pub fn new(seed: u64, purpose: &[&str]) -> Self {
        Self { state: key(seed, purpose) }
    }

    /// The next number in `0.0..1.0`.
    pub fn unit(&mut self) -> f64 {
        self.state = mix(self.state);
        (self.state >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// True with the given probability.
    pub fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// A whole number in `low..high`; `low` if the range is empty.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        low + floor(self.unit() * (high - low).max(0) as f64)
    }

    /// One element by weight, or nothing if there is none.
    pub fn pick<'a, T>(&mut self, choices: &'a [(T, f64)]) -> Option<&'a T> {
        let total: f64 = choices.iter().map(|(_, weight)| weight).sum();
        let mut rest = self.unit() * total;
        for (choice, weight) in choices {
            if rest < *weight {
                return Some(choice);
            }
            rest -= weight;
        }
        choices.last().map(|(choice, _)| choice)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_borders_and_order() {
        let words = [key(1, &["ab", "c"]), key(1, &["a", "bc"]), key(1, &["c", "ab"]), key(2, &["ab", "c"])];
        for (i, a) in words.iter().enumerate() {
            for b in words.iter().skip(i + 1) {
                assert_ne!(a, b);
            }
        }
    }

    #[test]
    fn unit_is_even_and_in_range() {
        let k = key(7, &["even"]);
        let n = 20_000;
        let sum: f64 = (0..n).map(|i| unit(k, i)).inspect(|u| assert!((0.0..1.0).contains(u))).sum();
        assert!((sum / n as f64 - 0.5).abs() < 0.01, "{sum}");
    }

    #[test]
    fn pick_follows_the_weights() {
        let mut dice = Dice::new(3, &["pick"]);
        let hits = (0..10_000).filter(|_| dice.pick(&[("a", 3.0), ("b", 1.0)]) == Some(&"a")).count();
        assert!((7_300..7_700).contains(&hits), "{hits}");
    }
}

//! What days to come will hold, from days that are over: the mean of the same weekday, and how far days lie from it.

/// Complete days that a forecast needs at least: every weekday twice.
pub const FEWEST_DAYS: usize = 14;
/// Complete days that a forecast is made from at most.
pub const MOST_DAYS: usize = 28;

/// Standard deviations from the middle to either end of nine tenths of a normal distribution.
const NINE_TENTHS: f64 = 1.645;
const WEEK: usize = 7;

/// A day that is over.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Day {
    /// Days since Monday, 0 to 6.
    pub weekday: u8,
    /// What it held, in any unit of which days add up.
    pub value: f64,
}

/// What some days to come will hold together, in the unit of the days before. `low <= central <= high`; the ends hold
/// nine of ten outcomes if days go on to differ as they did.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Expected {
    /// The sum of the means of their weekdays.
    pub central: f64,
    /// The low end, never less than nothing.
    pub low: f64,
    /// The high end.
    pub high: f64,
}

/// The days before, by weekday.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Forecast {
    /// The mean of each weekday, and its number of days.
    weekdays: [(f64, f64); WEEK],
    /// Variance of days around the mean of their weekday.
    variance: f64,
    /// Days it was made from.
    pub days: usize,
}

impl Forecast {
    /// From complete days, the latest first; those after the first [`MOST_DAYS`] are not looked at, nor is what is no number.
    /// Nothing from fewer than [`FEWEST_DAYS`].
    #[must_use]
    pub fn of(days: &[Day]) -> Option<Self> {
        let days: Vec<(usize, f64)> = days
            .iter()
            .filter(|day| day.value.is_finite() && usize::from(day.weekday) < WEEK)
            .take(MOST_DAYS)
            .map(|day| (usize::from(day.weekday), day.value))
            .collect();
        if days.len() < FEWEST_DAYS {
            return None;
        }
        let all = mean(days.iter().map(|(_, value)| *value));
        // A weekday that is missing altogether is like any other day.
        let weekdays: [(f64, f64); WEEK] = std::array::from_fn(|weekday| {
            let own = || days.iter().filter(|day| day.0 == weekday).map(|(_, value)| *value);
            let count = own().map(|_| 1.0).sum::<f64>();
            if count > 0.0 { (mean(own()), count) } else { (all, 1.0) }
        });
        let squares = days.iter().map(|(weekday, value)| {
            let (mean, _) = weekdays.get(*weekday).copied().unwrap_or((all, 1.0));
            (value - mean) * (value - mean)
        });
        // Each weekday's mean takes a degree of freedom; fourteen days leave seven.
        let known = days.iter().map(|_| 1.0).sum::<f64>();
        let free = known - weekdays.iter().map(|_| 1.0).sum::<f64>();
        Some(Self { weekdays, variance: squares.sum::<f64>() / free.max(1.0), days: days.len() })
    }

    /// What days of these weekdays will hold together; of no days, nothing.
    #[must_use]
    pub fn of_days(&self, weekdays: impl IntoIterator<Item = u8>) -> Expected {
        let mut times = [0.0; WEEK];
        for weekday in weekdays {
            if let Some(times) = times.get_mut(usize::from(weekday)) {
                *times += 1.0;
            }
        }
        let each = || times.iter().zip(&self.weekdays);
        let central: f64 = each().map(|(times, (mean, _))| times * mean).sum();
        // Every day differs by itself, and every mean by as much as the days it was made from allow.
        let variance: f64 = each().map(|(times, (_, count))| self.variance * (times + times * times / count)).sum();
        let reach = NINE_TENTHS * libm::sqrt(variance);
        Expected { central, low: (central - reach).max(0.0).min(central), high: central + reach }
    }
}

fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, count) = values.fold((0.0, 0.0), |(sum, count), value| (sum + value, count + 1.0));
    if count > 0.0 { sum / count } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn days(values: &[f64]) -> Vec<Day> {
        (0_u8..).zip(values).map(|(place, value)| Day { weekday: place % 7, value: *value }).collect()
    }

    #[test]
    fn a_week_that_repeats_goes_on_without_a_range() {
        let week = [10.0, 11.0, 12.0, 13.0, 14.0, 2.0, 1.0];
        let forecast = Forecast::of(&days(&week.repeat(4))).unwrap();
        assert_eq!(forecast.days, 28);
        let rest = forecast.of_days([5, 6, 0]);
        assert_eq!((rest.central, rest.low, rest.high), (13.0, 13.0, 13.0));
        assert_eq!(forecast.of_days([]).central, 0.0);
    }

    #[test]
    fn a_mean_of_few_days_is_less_sure_than_one_of_many() {
        // Every weekday is 9 in one week and 11 in the next: variance 2 of 14 days, 4/3 of 28.
        let fortnight: Vec<f64> = [[9.0; 7], [11.0; 7]].concat();
        let short = Forecast::of(&days(&fortnight)).unwrap().of_days([0]);
        let long = Forecast::of(&days(&fortnight.repeat(2))).unwrap().of_days([0]);
        assert!((short.high - (10.0 + 1.645 * libm::sqrt(2.0 * 1.5))).abs() < 1e-12, "{short:?}");
        assert!((long.high - (10.0 + 1.645 * libm::sqrt(28.0 / 21.0 * 1.25))).abs() < 1e-12, "{long:?}");
    }

    proptest! {
        #[test]
        fn the_range_holds_the_middle_and_nothing_is_forecast_from_few_days(
            values in prop::collection::vec(0.0..1e9_f64, 0..60),
            ahead in prop::collection::vec(0_u8..7, 0..90),
        ) {
            let forecast = Forecast::of(&days(&values));
            prop_assert_eq!(forecast.is_some(), values.len() >= FEWEST_DAYS);
            if let Some(forecast) = forecast {
                let all = forecast.of_days(ahead.iter().copied());
                prop_assert!(0.0 <= all.low && all.low <= all.central && all.central <= all.high, "{:?}", all);
                // The middle of many days is the sum of the middles of each, and the range narrows beside it.
                let each: Vec<Expected> = ahead.iter().map(|day| forecast.of_days([*day])).collect();
                let sum: f64 = each.iter().map(|day| day.central).sum();
                prop_assert!((sum - all.central).abs() <= 1e-9 * sum.max(1.0));
                let reach: f64 = each.iter().map(|day| day.high - day.central).sum();
                prop_assert!(all.high - all.central <= reach * (1.0 + 1e-9) + 1e-9);
            }
        }

        #[test]
        fn only_the_latest_days_count(values in prop::collection::vec(0.0..1e9_f64, 28..60)) {
            prop_assert_eq!(Forecast::of(&days(&values)), Forecast::of(&days(&values[..28])));
        }
    }
}

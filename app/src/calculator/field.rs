//! One alternative as it is typed, and what it means.

use footprint::units::Fraction;
use footprint::{Measured, Refused, Workload, WorkloadKind};

/// A field of an alternative.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    InstanceType,
    Count,
    Hours,
    Region,
    Kind,
    Cpu,
    Gpu,
    Price,
}

impl Field {
    /// Every field, in the order of the form and of the address.
    pub const ALL: [Self; 8] =
        [Self::InstanceType, Self::Count, Self::Hours, Self::Region, Self::Kind, Self::Cpu, Self::Gpu, Self::Price];

    /// Its name in the address, before the number of the alternative.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::InstanceType => "type",
            Self::Count => "count",
            Self::Hours => "hours",
            Self::Region => "region",
            Self::Kind => "kind",
            Self::Cpu => "cpu",
            Self::Gpu => "gpu",
            Self::Price => "price",
        }
    }

    /// The field of a refusal by the method.
    #[must_use]
    pub fn of(refused: &Refused) -> Self {
        match refused {
            Refused::UnknownInstance { .. } | Refused::NoPower { .. } => Self::InstanceType,
            Refused::UnknownRegion { .. } | Refused::NoRegionFigure { .. } => Self::Region,
            Refused::InvalidInput { .. } => Self::Hours,
        }
    }
}

/// One alternative as typed, without blanks around.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Typed {
    pub instance_type: String,
    pub count: String,
    pub hours: String,
    pub region: String,
    pub kind: String,
    /// Percent.
    pub cpu: String,
    /// Percent.
    pub gpu: String,
    /// US dollars per instance-hour.
    pub price: String,
}

/// An alternative that can be read.
#[derive(Clone, Debug, PartialEq)]
pub struct Asked {
    pub workload: Workload,
    /// The visitor's own price, US dollars per instance-hour.
    pub price: Option<f64>,
}

impl Typed {
    /// What stands in a field.
    #[must_use]
    pub fn get(&self, field: Field) -> &str {
        match field {
            Field::InstanceType => &self.instance_type,
            Field::Count => &self.count,
            Field::Hours => &self.hours,
            Field::Region => &self.region,
            Field::Kind => &self.kind,
            Field::Cpu => &self.cpu,
            Field::Gpu => &self.gpu,
            Field::Price => &self.price,
        }
    }

    /// Puts a text into a field.
    pub fn set(&mut self, field: Field, text: &str) {
        let place = match field {
            Field::InstanceType => &mut self.instance_type,
            Field::Count => &mut self.count,
            Field::Hours => &mut self.hours,
            Field::Region => &mut self.region,
            Field::Kind => &mut self.kind,
            Field::Cpu => &mut self.cpu,
            Field::Gpu => &mut self.gpu,
            Field::Price => &mut self.price,
        };
        text.trim().clone_into(place);
    }

    /// Whether nothing was chosen; count and kind are always there.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        Field::ALL
            .into_iter()
            .filter(|field| !matches!(field, Field::Count | Field::Kind))
            .all(|field| self.get(field).is_empty())
    }

    /// Reads the fields.
    ///
    /// # Errors
    /// One sentence for each field that cannot be read, in the order of the form.
    pub fn read(&self) -> Result<Asked, Vec<(Field, String)>> {
        let mut wrong = Vec::new();
        let mut say = |field: Field, sentence: &str| wrong.push((field, sentence.to_owned()));
        if self.instance_type.is_empty() {
            say(Field::InstanceType, "Choose an instance type, such as ml.g5.xlarge.");
        }
        let count = self.count.parse().ok().filter(|count: &u32| *count >= 1);
        if count.is_none() {
            say(Field::Count, "The number of instances is a whole number from 1, such as 2.");
        }
        let hours = number(&self.hours);
        if hours.is_none() {
            say(Field::Hours, "Hours are a number from 0, such as 24 or 0.5.");
        }
        if self.region.is_empty() {
            say(Field::Region, "Choose a region, such as us-east-1.");
        }
        let kind = self.kind.parse().ok();
        if kind.is_none() {
            say(Field::Kind, "A workload is training or endpoint.");
        }
        let cpu = percent(&self.cpu);
        if cpu.is_none() {
            say(Field::Cpu, "Utilisation is a percentage from 0 to 100, or blank if unknown.");
        }
        let gpu = percent(&self.gpu);
        if gpu.is_none() {
            say(Field::Gpu, "Utilisation is a percentage from 0 to 100, or blank if unknown.");
        }
        let price = optional(&self.price, number);
        if price.is_none() {
            say(Field::Price, "A price is a number of US dollars from 0, such as 1.41, or blank.");
        }
        match (count, hours, kind, cpu, gpu, price) {
            (Some(count), Some(hours), Some(kind), Some(cpu), Some(gpu), Some(price)) if wrong.is_empty() => {
                let (instance_type, region) = (self.instance_type.clone(), self.region.clone());
                Ok(Asked {
                    workload: Workload {
                        instance_type,
                        count,
                        hours,
                        region,
                        kind,
                        cpu,
                        gpu,
                        measured: Measured::default(),
                    },
                    price,
                })
            }
            _ => Err(wrong),
        }
    }

    /// A day of this machine, fully known: what the page begins with.
    pub(super) fn example(region: &str) -> Self {
        let text = |text: &str| text.to_owned();
        Self {
            instance_type: text("ml.p4d.24xlarge"),
            count: text("1"),
            hours: text("24"),
            region: text(region),
            kind: WorkloadKind::Training.as_str().to_owned(),
            cpu: text("80"),
            gpu: text("80"),
            price: String::new(),
        }
    }
}

/// A decimal number of at most fifteen digits. So short a number is its digits over a power of ten, both exact, so one
/// division rounds it as any correct reader does; the tables that longer ones need would be a tenth of what a browser loads.
fn number(text: &str) -> Option<f64> {
    const MOST_DIGITS: usize = 15;
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = || whole.bytes().chain(fraction.bytes());
    if !digits().all(|byte| byte.is_ascii_digit()) || !(1..=MOST_DIGITS).contains(&digits().count()) {
        return None;
    }
    let value = digits().fold(0.0, |value, byte| value * 10.0 + f64::from(byte - b'0'));
    Some(value / fraction.bytes().fold(1.0, |power, _| power * 10.0))
}

/// A share given in percent; blank is no series.
#[expect(clippy::option_option, reason = "not readable, blank, and a share are three things")]
fn percent(text: &str) -> Option<Option<Fraction>> {
    optional(text, |text| number(text).and_then(|percent| Fraction::new(percent / 100.0)))
}

#[expect(clippy::option_option, reason = "not readable, blank, and a value are three things")]
fn optional<T>(text: &str, read: impl Fn(&str) -> Option<T>) -> Option<Option<T>> {
    if text.is_empty() { Some(None) } else { read(text).map(Some) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_that_cannot_be_read_is_named() {
        let good = Typed::example("us-east-1");
        assert!(good.read().is_ok());
        for (field, texts) in [
            (Field::InstanceType, vec![""]),
            (Field::Count, vec!["", "0", "1.5", "-1", "many", "99999999999"]),
            (Field::Hours, vec!["", "-1", "inf", "nan", "1,5", "a day", "1e3", ".", "1.2.3", "1234567890.123456"]),
            (Field::Region, vec![""]),
            (Field::Kind, vec!["", "Training"]),
            (Field::Cpu, vec!["101", "-1", "80%", "inf"]),
            (Field::Gpu, vec!["101", "NaN"]),
            (Field::Price, vec!["$1", "-1", "infinity"]),
        ] {
            for text in texts {
                let mut typed = good.clone();
                typed.set(field, text);
                let wrong = typed.read().unwrap_err();
                assert_eq!(wrong.iter().map(|(field, _)| *field).collect::<Vec<_>>(), [field], "{text}");
            }
        }
        assert_eq!(Typed::default().read().unwrap_err().len(), 5, "blank utilisation and price are no mistakes");
    }

    #[test]
    fn numbers_are_read_as_the_command_line_reads_them() {
        for text in [
            "0",
            "24",
            "0.1",
            "0.3",
            "33.3",
            ".5",
            "5.",
            "007",
            "0.00000000000001",
            "999999999999999",
            "7.7",
            "99.99999",
        ] {
            assert_eq!(number(text).unwrap().to_bits(), text.parse::<f64>().unwrap().to_bits(), "{text}");
        }
        for thousandths in 0..20_000_u32 {
            let text = format!("{}.{:03}", thousandths / 1000, thousandths % 1000);
            assert_eq!(number(&text), text.parse().ok(), "{text}");
        }
    }

    #[test]
    fn percent_becomes_a_share_as_on_the_command_line() {
        let mut typed = Typed::example("us-east-1");
        typed.set(Field::Cpu, " 33.3 ");
        typed.set(Field::Gpu, "");
        let asked = typed.read().unwrap();
        assert_eq!(asked.workload.cpu, Fraction::new(33.3 / 100.0));
        assert_eq!((asked.workload.gpu, asked.price), (None, None));
    }
}

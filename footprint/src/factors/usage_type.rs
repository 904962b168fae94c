//! Reading an instance type out of a billing usage type.

/// The SageMaker instance type a usage type bills, such as `ml.p3.2xlarge` for `USE1-Train:ml.p3.2xlarge` and for
/// `BoxUsage:p3.2xlarge`; `None` where no machine is named.
#[must_use]
pub fn instance_of_usage_type(usage_type: &str) -> Option<String> {
    let (_, machine) = usage_type.rsplit_once(':')?;
    let name = machine.strip_prefix("ml.").unwrap_or(machine);
    let (family, size) = name.split_once('.')?;
    (!family.is_empty() && !size.is_empty()).then(|| format!("ml.{name}"))
}

#[cfg(test)]
mod tests {
    use super::instance_of_usage_type;

    #[test]
    fn both_spellings_name_one_machine() {
        for (usage_type, expected) in [
            ("Train:ml.p3.2xlarge", Some("ml.p3.2xlarge")),
            ("USE1-Host:ml.g5.xlarge", Some("ml.g5.xlarge")),
            ("BoxUsage:p3.2xlarge", Some("ml.p3.2xlarge")),
            ("ServerlessInf:Mem-2GB", None),
            ("DataTransfer-Out-Bytes", None),
        ] {
            assert_eq!(instance_of_usage_type(usage_type).as_deref(), expected, "{usage_type}");
        }
    }
}

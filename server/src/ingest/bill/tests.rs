use std::io::Write as _;

use super::file::read;
use super::*;

const CUR: &str = "\
bill_billing_period_start_date,line_item_currency_code,line_item_line_item_type,line_item_product_code,line_item_resource_id,line_item_unblended_cost,line_item_usage_account_id,line_item_usage_amount,line_item_usage_start_date,line_item_usage_type,product_region_code,savings_plan_savings_plan_effective_cost
2026-11-01T00:00:00.000Z,USD,Usage,AmazonSageMaker,arn:aws:sagemaker:us-east-1:111122223333:training-job/a,1.408,111122223333,1,2026-11-16T10:00:00.000Z,USE1-Train:ml.g5.xlarge,us-east-1,
2026-11-01T00:00:00.000Z,USD,Usage,AmazonSageMaker,arn:aws:sagemaker:us-east-1:111122223333:training-job/a,0.704,111122223333,0.5,2026-11-16T11:00:00.000Z,USE1-Train:ml.g5.xlarge,us-east-1,
2026-11-01T00:00:00.000Z,USD,SavingsPlanCoveredUsage,AmazonSageMaker,arn:aws:sagemaker:us-east-1:111122223333:endpoint/e,2.0,111122223333,1,2026-11-16T10:00:00.000Z,USE1-Host:ml.m5.xlarge,us-east-1,1.3
2026-11-01T00:00:00.000Z,USD,SavingsPlanNegation,AmazonSageMaker,arn:aws:sagemaker:us-east-1:111122223333:endpoint/e,-2.0,111122223333,1,2026-11-16T10:00:00.000Z,USE1-Host:ml.m5.xlarge,us-east-1,0
2026-11-01T00:00:00.000Z,USD,Credit,AmazonSageMaker,,-5,111122223333,0,2026-11-16T10:00:00.000Z,USE1-Host:ml.m5.xlarge,us-east-1,0
2026-11-01T00:00:00.000Z,USD,Usage,AmazonEC2,i-1,9,111122223333,1,2026-11-16T10:00:00.000Z,BoxUsage:m5.large,us-east-1,
";

const FOCUS: &str = "\
BilledCost,BillingCurrency,BillingPeriodStart,ChargeCategory,ChargePeriodStart,ConsumedQuantity,EffectiveCost,RegionId,ResourceId,ServiceName,SubAccountId,x_ServiceCode,x_UsageType
1.408,USD,2026-11-01 00:00:00,Usage,2026-11-16 10:00:00,1,1.2,us-east-1,arn:aws:sagemaker:us-east-1:111122223333:training-job/a,Amazon SageMaker,111122223333,AmazonSageMaker,USE1-Train:ml.g5.xlarge
7,USD,2026-11-01 00:00:00,Tax,2026-11-16 10:00:00,,7,us-east-1,,Amazon SageMaker,111122223333,AmazonSageMaker,
";

fn written(name: &str, content: &[u8]) -> PathBuf {
    let path = std::env::temp_dir().join(format!("wattledger-bill-{}-{name}", std::process::id()));
    std::fs::File::create(&path).unwrap().write_all(content).unwrap();
    path
}

fn sums(path: &std::path::Path) -> (Read, Vec<(String, String, String, String)>) {
    let mut all = Read::default();
    all.add(path).unwrap();
    let rows = all.days.iter().map(|(key, sums)| {
        let text = |amount: Decimal| amount.normalize().to_string();
        (key.usage_type.clone(), text(sums.billed), text(sums.effective), text(sums.quantity))
    });
    let rows = rows.collect();
    (all, rows)
}

fn row(usage_type: &str, billed: &str, effective: &str, quantity: &str) -> (String, String, String, String) {
    (usage_type.to_owned(), billed.to_owned(), effective.to_owned(), quantity.to_owned())
}

#[test]
fn a_report_is_summed_by_day_and_commitments_are_spread() {
    let expected =
        [row("USE1-Host:ml.m5.xlarge", "0", "1.3", "1"), row("USE1-Train:ml.g5.xlarge", "2.112", "2.112", "1.5")];
    let (all, rows) = sums(&written("cur.csv", CUR.as_bytes()));
    assert_eq!((all.format, all.lines, all.sagemaker_lines), ("CUR 2.0", 6, 4));
    assert_eq!(rows, expected);

    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gz.write_all(CUR.as_bytes()).unwrap();
    assert_eq!(sums(&written("cur.csv.gz", &gz.finish().unwrap())).1, expected);
    let zst = zstd::encode_all(CUR.as_bytes(), 3).unwrap();
    assert_eq!(sums(&written("cur.csv.zst", &zst)).1, expected);
}

#[test]
fn focus_keeps_usage_and_leaves_the_invoice() {
    let (all, rows) = sums(&written("focus.csv", FOCUS.as_bytes()));
    assert_eq!((all.format, all.lines), ("FOCUS", 2));
    assert_eq!(rows, [row("USE1-Train:ml.g5.xlarge", "1.408", "1.2", "1")]);
    let key = all.days.keys().next().unwrap();
    assert_eq!((key.day.to_string().as_str(), key.period.to_string().as_str()), ("2026-11-16", "2026-11-01"));
}

#[test]
fn parquet_says_the_same_as_csv() {
    use parquet::data_type::{ByteArray, ByteArrayType, DoubleType, Int64Type};
    use parquet::file::properties::WriterProperties;
    use parquet::file::writer::SerializedFileWriter;

    let schema = "message focus {
        REQUIRED DOUBLE BilledCost;
        REQUIRED BYTE_ARRAY BillingCurrency (UTF8);
        REQUIRED INT64 BillingPeriodStart (TIMESTAMP_MILLIS);
        REQUIRED BYTE_ARRAY ChargeCategory (UTF8);
        REQUIRED INT64 ChargePeriodStart (TIMESTAMP_MILLIS);
        REQUIRED DOUBLE EffectiveCost;
        REQUIRED BYTE_ARRAY RegionId (UTF8);
        REQUIRED BYTE_ARRAY ServiceName (UTF8);
        REQUIRED BYTE_ARRAY SubAccountId (UTF8);
        REQUIRED BYTE_ARRAY x_UsageType (UTF8);
    }";
    let schema = std::sync::Arc::new(parquet::schema::parser::parse_message_type(schema).unwrap());
    let mut writer =
        SerializedFileWriter::new(Vec::new(), schema, std::sync::Arc::new(WriterProperties::default())).unwrap();
    let mut group = writer.next_row_group().unwrap();
    let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap().timestamp_millis();
    let times = [at("2026-11-01T00:00:00Z"), at("2026-11-16T10:00:00Z")].into_iter();
    let texts =
        ["USD", "Usage", "us-east-1", "Amazon SageMaker", "111122223333", "USE1-Train:ml.g5.xlarge"].into_iter();
    let numbers = [1.408, 1.2].into_iter();
    let (mut times, mut texts, mut numbers) = (times, texts, numbers);
    while let Some(mut column) = group.next_column().unwrap() {
        match column.untyped() {
            parquet::column::writer::ColumnWriter::DoubleColumnWriter(_) => {
                column.typed::<DoubleType>().write_batch(&[numbers.next().unwrap()], None, None).unwrap();
            }
            parquet::column::writer::ColumnWriter::Int64ColumnWriter(_) => {
                column.typed::<Int64Type>().write_batch(&[times.next().unwrap()], None, None).unwrap();
            }
            _ => {
                let text = ByteArray::from(texts.next().unwrap());
                column.typed::<ByteArrayType>().write_batch(&[text], None, None).unwrap();
            }
        }
        column.close().unwrap();
    }
    group.close().unwrap();
    let bytes = writer.into_inner().unwrap();
    let (all, rows) = sums(&written("focus.parquet", &bytes));
    assert_eq!(all.format, "FOCUS");
    assert_eq!(rows, [row("USE1-Train:ml.g5.xlarge", "1.408", "1.2", "0")]);
}

fn tags_of(path: &std::path::Path) -> Vec<(String, String)> {
    let mut all = Read::default();
    all.add(path).unwrap();
    let days = all.tags.values().flat_map(BTreeMap::values).flat_map(BTreeMap::values);
    days.flatten().map(|(key, value)| (key.clone(), value.clone())).collect()
}

fn pair(key: &str, value: &str) -> (String, String) {
    (key.to_owned(), value.to_owned())
}

#[test]
fn tags_are_read_from_the_cells_of_both_formats() {
    let with = |text: &str, column: &str, cell: &str| {
        let mut lines = text.lines();
        let head = format!("{},{column}\n", lines.next().unwrap());
        head + &lines.map(|line| format!("{line},{cell}\n")).collect::<String>()
    };
    let cell = "\"{\"\"user_team\"\":\"\"nlp\"\",\"\"aws_created_by\"\":\"\"x\"\",\"\"user_empty\"\":null}\"";
    let cur = written("tags.csv", with(CUR, "resource_tags", cell).as_bytes());
    assert_eq!(tags_of(&cur), [pair("team", "nlp"), pair("team", "nlp")], "of two resources, AWS' own left out");
    let cell = "\"{\"\"user_id\"\":\"\"7\"\",\"\"aws:created\"\":\"\"x\"\",\"\"user:team\"\":\"\"nlp\"\"}\"";
    let focus = written("focus-tags.csv", with(FOCUS, "Tags", cell).as_bytes());
    assert_eq!(tags_of(&focus), [pair("team", "nlp"), pair("user_id", "7")]);
    assert_eq!(tags_of(&written("cur-without.csv", CUR.as_bytes())), [], "no column says nothing");
}

#[test]
fn tags_of_parquet_are_a_map() {
    use parquet::column::writer::ColumnWriter;
    use parquet::data_type::{ByteArray, ByteArrayType, DoubleType};
    use parquet::file::properties::WriterProperties;
    use parquet::file::writer::SerializedFileWriter;

    const TEXTS: [(&str, &str); 9] = [
        ("bill_billing_period_start_date", "2026-11-01T00:00:00Z"),
        ("line_item_currency_code", "USD"),
        ("line_item_line_item_type", "Usage"),
        ("line_item_product_code", "AmazonSageMaker"),
        ("line_item_resource_id", "arn:aws:sagemaker:us-east-1:111122223333:training-job/a"),
        ("line_item_usage_account_id", "111122223333"),
        ("line_item_usage_start_date", "2026-11-16T10:00:00Z"),
        ("line_item_usage_type", "USE1-Train:ml.g5.xlarge"),
        ("product_region_code", "us-east-1"),
    ];
    let columns: String = TEXTS.iter().map(|(name, _)| format!("REQUIRED BYTE_ARRAY {name} (UTF8);")).collect();
    let schema = format!(
        "message cur {{ {columns} REQUIRED DOUBLE line_item_unblended_cost; REQUIRED DOUBLE line_item_usage_amount;
         REQUIRED GROUP resource_tags (MAP) {{ REPEATED GROUP key_value {{
         REQUIRED BYTE_ARRAY key (UTF8); OPTIONAL BYTE_ARRAY value (UTF8); }} }} }}"
    );
    let schema = std::sync::Arc::new(parquet::schema::parser::parse_message_type(&schema).unwrap());
    let properties = std::sync::Arc::new(WriterProperties::default());
    let mut writer = SerializedFileWriter::new(Vec::new(), schema, properties).unwrap();
    let mut group = writer.next_row_group().unwrap();
    let mut texts =
        TEXTS.iter().map(|(_, text)| vec![*text]).chain([vec!["user_team", "user_env"], vec!["nlp", "prod"]]);
    let mut levels = std::iter::repeat_n(None, TEXTS.len()).chain([Some([1, 1]), Some([2, 2])]);
    while let Some(mut column) = group.next_column().unwrap() {
        if let ColumnWriter::DoubleColumnWriter(_) = column.untyped() {
            column.typed::<DoubleType>().write_batch(&[1.5], None, None).unwrap();
        } else {
            let values: Vec<ByteArray> = texts.next().unwrap().into_iter().map(ByteArray::from).collect();
            let defined = levels.next().unwrap();
            let (defined, repeated) = (defined.as_ref().map(|levels| &levels[..]), defined.map(|_| [0, 1]));
            let repeated = repeated.as_ref().map(|levels| &levels[..]);
            column.typed::<ByteArrayType>().write_batch(&values, defined, repeated).unwrap();
        }
        column.close().unwrap();
    }
    group.close().unwrap();
    let file = written("tags.parquet", &writer.into_inner().unwrap());
    assert_eq!(tags_of(&file), [pair("env", "prod"), pair("team", "nlp")]);
}

#[test]
fn a_file_that_is_no_bill_is_refused_with_the_next_step() {
    let refused = |name: &str, content: &str| {
        let error = read(&written(name, content.as_bytes()), |_| {}).unwrap_err();
        let cause = std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default();
        format!("{error}: {cause}")
    };
    assert!(refused("other.csv", "a,b\n1,2\n").contains("AWS Data Exports"));
    assert!(refused("torn.csv", &CUR[..CUR.len() - 60]).contains("copy it once more"));
    let bad = refused("bad.csv", &CUR.replace("1.408", "much"));
    assert!(bad.contains("line 1 of") && bad.contains("line_item_unblended_cost is \"much\""), "{bad}");
    assert!(refused("short.csv", "BilledCost\n1\n").contains("there is no column"));
    assert!(
        read(std::path::Path::new("/nowhere/bill.csv"), |_| {}).unwrap_err().to_string().contains("cannot be read")
    );
}

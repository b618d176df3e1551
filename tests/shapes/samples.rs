//! The real samples beside the project, where they are: each is read as their index says, or refused by name.

use std::path::{Path, PathBuf};

use super::support::{read, told};

fn folder() -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    root.is_dir().then_some(root)
}

/// Records that each file has.
const RECORDS: &[(&str, u64)] = &[
    ("VPCFlowReporter/sample.dat", 60),
    ("VPCFlowReporter/acceptRaw.dat", 19),
    ("centralized-logging-with-opensearch/vpcflow.log", 17),
    ("coralogix-aws-shipper/vpcflow.log.gz", 2),
    ("lambda-promtail/vpcflowlog.log.gz", 3),
    ("mhatremayank-vpcflowlogparser/flowlogs_v2.txt", 18),
    ("newrelic-aws-log-ingestion/entry_vpc_flow_logs.json", 1),
    ("opensearch-catalog/aws_vpc-logs.json", 2),
    ("opensearch-catalog/sample.json", 22),
    ("otel-contrib/valid_tgw_flow_cw.json", 1),
    ("otel-contrib/valid_tgw_flow_log.log", 1),
    ("otel-contrib/valid_vpc_flow_cw.json", 2),
    ("otel-contrib/valid_vpc_flow_log.log", 1),
    ("otel-contrib/valid_vpc_flow_log_ecs.log", 1),
    ("otel-contrib/valid_vpc_flow_log_multi.log", 2),
    ("sekoia-automation-library/test_parquet_result.json", 7),
    ("slatesuraj-analyser/sample_vpc_flow_log.txt", 8),
];

/// What files are called that are not read.
const REFUSED: &[(&str, &str)] = &[
    ("otel-contrib/valid_vpc_flow_cw_custom.json", "custom format without a header line (4 values)"),
    ("panther-analysis/attacker_vpc.yml", "YAML"),
    ("splunk-attack-data/horizontal.log", "Git LFS"),
    ("splunk-attack-data/vertical.log", "Git LFS"),
];

#[test]
fn every_sample_is_read_or_refused_by_name() {
    let Some(root) = folder() else { return };
    for (name, records) in RECORDS {
        let bytes = std::fs::read(root.join(name)).unwrap();
        let (outcome, _) = read(name, &bytes, 1000);
        assert_eq!((outcome.records, outcome.refused), (*records, 0), "{name}: {}", told(&outcome));
    }
    for (name, word) in REFUSED {
        let bytes = std::fs::read(root.join(name)).unwrap();
        let (outcome, _) = read(name, &bytes, 1000);
        assert!(outcome.records == 0 && told(&outcome).contains(word), "{name}: {}", told(&outcome));
    }
    let mut left: Vec<PathBuf> = vec![root];
    while let Some(path) = left.pop() {
        if path.is_dir() {
            left.extend(std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
            continue;
        }
        let (outcome, table) = read(&path.to_string_lossy(), &std::fs::read(&path).unwrap(), 4096);
        let said = told(&outcome);
        assert_eq!(table.rows() as u64, outcome.records, "{}: {said}", path.display());
        assert!(
            outcome.records > 0
                || outcome.error.is_some()
                || outcome.refused > 0
                || !outcome.flow_logs.is_empty(),
            "{}: {said}",
            path.display()
        );
    }
}

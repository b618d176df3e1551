//! Writes synthetic VPC flow logs: the page's sample, and traffic of any size for benchmarks.
//!
//! `cargo run --release --example generate -- --help`

mod flows;

use std::io::Write as _;
use std::process::ExitCode;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match flows::run(&args) {
        Ok(()) => ExitCode::SUCCESS,
        // Whoever reads standard output, such as `head`, has seen enough.
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            // Nothing is left to do when even standard error is closed.
            let _ = writeln!(std::io::stderr(), "generate: {error}");
            ExitCode::FAILURE
        }
    }
}

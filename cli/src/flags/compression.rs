//! How an end compresses: for subcommands that speak.

use clap::Args;
use wsdraft::extension::Extensions;

/// How an end compresses, apart from what it agrees on with the other one.
#[derive(Clone, Copy, Debug, Args)]
#[command(next_help_heading = "Compression")]
pub(crate) struct Compression {
    /// Compression level, from 0 (no compression) to 9 (smallest output).
    #[arg(long, value_name = "LEVEL", value_parser = clap::value_parser!(u8).range(0..=9))]
    compression_level: Option<u8>,
    /// Memory level of the compressor, in addition to its window, from 1 to 9.
    #[arg(long, value_name = "LEVEL", value_parser = clap::value_parser!(u8).range(1..=9))]
    compression_memory: Option<u8>,
    /// Send messages with fewer bytes uncompressed.
    #[arg(long, value_name = "BYTES")]
    compression_threshold: Option<usize>,
}

impl Compression {
    /// Extensions with these settings.
    pub(crate) fn apply(self, extensions: Extensions) -> Extensions {
        extensions.adjusted(|settings| {
            settings.level = self.compression_level.unwrap_or(settings.level);
            settings.memory_level = self.compression_memory.unwrap_or(settings.memory_level);
            settings.threshold = self.compression_threshold.unwrap_or(settings.threshold);
        })
    }
}

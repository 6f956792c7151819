//! How an end compresses: for subcommands that speak.

use clap::Args;
use wsdraft::extension::Extensions;

/// How an end compresses, apart from what it agrees on with the other one.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct Compression {
    /// How hard to try to compress, from 0 (not at all) to 9.
    #[arg(long, value_name = "LEVEL", value_parser = clap::value_parser!(u8).range(0..=9))]
    compression_level: Option<u8>,
    /// How much memory the compressor has beside its window, from 1 to 9.
    #[arg(long, value_name = "LEVEL", value_parser = clap::value_parser!(u8).range(1..=9))]
    compression_memory: Option<u8>,
    /// Send messages with fewer bytes as they are.
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

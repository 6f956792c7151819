//! Which certificates are trusted: for subcommands that connect to a server.

use std::path::PathBuf;

use clap::Args;
use wsdraft::handshake::Address;

use crate::tls::Trust;

/// Which certificates are trusted.
#[derive(Debug, Args)]
pub(crate) struct Certificates {
    /// Trust any certificate of the server.
    #[arg(short = 'k', long, conflicts_with = "ca")]
    insecure: bool,
    /// Trust the certificates in this PEM file instead of the system's.
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,
}

impl Certificates {
    /// What is trusted of the server at this address.
    pub(crate) fn trust(&self, address: &Address) -> Trust<'_> {
        if address.is_secure() {
            self.trust_any()
        } else {
            Trust::Nothing
        }
    }

    /// What is trusted of a server that may be secure.
    pub(crate) fn trust_any(&self) -> Trust<'_> {
        match (self.insecure, &self.ca) {
            (true, _) => Trust::Anything,
            (false, Some(file)) => Trust::File(file),
            (false, None) => Trust::System,
        }
    }
}

//! Which origins and hosts get in: for subcommands that listen.

use std::net::SocketAddr;

use clap::Args;
use wsdraft::{
    Error,
    handshake::{
        Host, Hosts, Origins,
        server::{Refusal, RefusalCause},
    },
};

use super::heading::ACCESS;
use crate::failure::Failure;

/// What lets in whatever comes.
const ANY: &str = "any";
/// The origins of the server's own pages.
const SAME: &str = "same";

/// Which origins and hosts get in.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = ACCESS)]
pub(crate) struct Access {
    /// Origin to accept, for example `https://example.com`; can be repeated.
    ///
    /// `same` accepts the origin of the host that the request states. `any` accepts every origin
    /// and is the default, except that `serve --exec` accepts `same` by default. A client that states no origin is not a browser and is accepted.
    #[arg(long, value_name = "ORIGIN")]
    origin: Vec<String>,
    /// Host to accept in requests, for example `example.com`; can be repeated.
    ///
    /// A host without a port matches any port, `example.com:8080` only this one. `any` accepts
    /// every host. On a loopback address, the server always accepts `localhost`, `127.0.0.1`,
    /// `[::1]` and the address itself. By default, it refuses all other hosts there, so that no
    /// page can reach it under a name of its own (DNS rebinding). On other addresses, the default
    /// is `any`.
    #[arg(long, value_name = "HOST")]
    host: Vec<String>,
}

impl Access {
    /// From which origins connections are taken.
    pub(crate) fn origins(&self) -> Result<Origins, Failure> {
        self.origins_or(Origins::Any)
    }

    /// From which origins connections are taken; from these, if nothing is said.
    pub(crate) fn origins_or(&self, usual: Origins) -> Result<Origins, Failure> {
        match &self.origin[..] {
            [] => Ok(usual),
            [one] if one == ANY => Ok(Origins::Any),
            [one] if one == SAME => Ok(Origins::Same),
            list if list.iter().any(|one| one == ANY || one == SAME) => Err(Failure::input(
                "--origin: any and same cannot be combined with other origins",
            )),
            list => Origins::these(list.iter().map(String::as_str))
                .map_err(|error| Failure::input(format!("--origin: {error}"))),
        }
    }

    /// Under which hosts connections are taken; `listen` is what the address comes from.
    pub(crate) fn hosts(&self, listen: &str, address: SocketAddr) -> Result<Hosts, Failure> {
        let is_any = |host: &String| host == ANY;
        if self.host.iter().any(is_any) {
            return match self.host.len() {
                1 => Ok(Hosts::Any),
                _ => Err(Failure::input(
                    "--host: any cannot be combined with other hosts",
                )),
            };
        }
        let is_local = address.ip().to_canonical().is_loopback();
        if self.host.is_empty() && !is_local {
            return Ok(Hosts::Any);
        }
        let given: Result<Vec<Host>, _> = self.host.iter().map(|host| host.parse()).collect();
        let given = given.map_err(|error| Failure::input(format!("--host: {error}")))?;
        let mut hosts = Hosts::These(given);
        if is_local {
            let name = listen.rsplit_once(':').map_or(listen, |(name, _)| name);
            let named = name.parse::<Host>().ok();
            let own = named.into_iter().chain([address.ip().into()]);
            hosts = own.fold(hosts, Hosts::and);
            if let (Hosts::These(hosts), Hosts::These(names)) = (&mut hosts, Hosts::loopback()) {
                hosts.extend(names);
            }
        }
        Ok(hosts)
    }
}

/// What lets in who was refused.
pub(crate) const fn hint(refusal: &Refusal) -> &'static str {
    match &refusal.cause {
        RefusalCause::Host { .. } => "; --host lets a host in",
        RefusalCause::Origin { .. } => "; --origin lets an origin in",
        _ => "",
    }
}

/// What lets in who was refused with this error.
pub(crate) fn hint_of(error: &Error) -> &'static str {
    match error {
        Error::Refused(refusal) => hint(refusal),
        _ => "",
    }
}

//! Measures a server.

use wsdraft::info::Kind;
use wsdraft_conformance::measure::{Measurement, SIZES, measure};

use super::{super::socket::Socket, Test};
use crate::output;

impl Test {
    /// Measures how long messages take to the server and back.
    pub(super) async fn measure(&self) -> Vec<Measurement> {
        let mut all = Vec::new();
        if !self.plan.setup.echoes {
            output::log("the server does not echo messages: nothing is measured");
            return all;
        }
        for kind in [Kind::Text, Kind::Binary] {
            for size in SIZES {
                let measured = match self.connect().await {
                    Ok(stream) => {
                        let mut socket = Socket::new(stream, self.plan.setup.patience);
                        measure(&self.plan.setup, kind, size, &mut socket).await
                    }
                    Err(error) => Err(format!("no connection: {error}")),
                };
                match measured {
                    Ok(measured) => all.extend(measured),
                    Err(why) => {
                        output::log(&format!("not measured: {why}"));
                        return all;
                    }
                }
            }
        }
        all
    }
}

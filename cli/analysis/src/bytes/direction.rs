//! The two directions of a connection.

use serde::Serialize;
use wsdraft::Role;

/// A value for each endpoint.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct PerRole<T> {
    /// The value of the client.
    pub client: T,
    /// The value of the server.
    pub server: T,
}

impl<T> PerRole<T> {
    /// One end's.
    pub const fn of(&self, role: Role) -> &T {
        match role {
            Role::Client => &self.client,
            Role::Server => &self.server,
        }
    }

    /// One end's.
    pub const fn of_mut(&mut self, role: Role) -> &mut T {
        match role {
            Role::Client => &mut self.client,
            Role::Server => &mut self.server,
        }
    }
}

/// How a direction of the transport ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The sender closed it.
    Finished,
    /// The sender reset the connection.
    Reset,
    /// The record ends.
    Record,
}

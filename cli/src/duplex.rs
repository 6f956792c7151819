//! Streams behind a pointer.

use tokio::io::{AsyncRead, AsyncWrite};

/// Any stream. What works on a pointer to one is compiled once, and not for each kind of stream.
pub(crate) trait Duplex: AsyncRead + AsyncWrite + Unpin + Send {}

impl<S: AsyncRead + AsyncWrite + Unpin + Send> Duplex for S {}

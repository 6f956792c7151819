//! TCP: the bytes of connections, put together from the segments of a capture.

mod direction;
mod listener;
mod stream;

pub(crate) use self::{listener::Listener, stream::Stream};

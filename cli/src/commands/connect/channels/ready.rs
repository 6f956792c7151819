//! Waits for several things at once.

use std::{
    future::{Future, poll_fn},
    pin::Pin,
    task::Poll,
};

/// The output of the first of these that is ready; `None` if there are none.
pub(super) async fn first_ready<F: Future + Unpin>(all: &mut Vec<F>) -> Option<F::Output> {
    poll_fn(|cx| {
        if all.is_empty() {
            return Poll::Ready(None);
        }
        let mut each = all.iter_mut().enumerate();
        let ready = each.find_map(|(at, one)| match Pin::new(one).poll(cx) {
            Poll::Ready(output) => Some((at, output)),
            Poll::Pending => None,
        });
        match ready {
            Some((at, output)) => {
                drop(all.swap_remove(at));
                Poll::Ready(Some(output))
            }
            None => Poll::Pending,
        }
    })
    .await
}

//! The least that can be done: no checks, no state, one buffer.

use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::{
    memory::Memory,
    work::{Contender, Duplex, Echo, Receive},
};

/// A loop that reads, finds the frames, and unmasks them.
pub struct Bare;

impl Contender for Bare {
    const NAME: &'static str = "bare loop";
}

/// Where a masked frame's payload starts and ends, and its key, if the head is there.
fn head(bytes: &[u8]) -> Option<(usize, usize, [u8; 4])> {
    let (size, length) = match *bytes.get(1)? & 0x7f {
        126 => (
            4,
            usize::from(u16::from_be_bytes(*bytes.get(2..)?.first_chunk()?)),
        ),
        127 => (
            10,
            u64::from_be_bytes(*bytes.get(2..)?.first_chunk()?) as usize,
        ),
        short => (2, usize::from(short)),
    };
    let key = *bytes.get(size..)?.first_chunk()?;
    Some((size + 4, size + 4 + length, key))
}

fn unmask(payload: &mut [u8], key: [u8; 4]) {
    let mut chunks = payload.chunks_exact_mut(4);
    for chunk in &mut chunks {
        for (byte, key) in chunk.iter_mut().zip(key) {
            *byte ^= key;
        }
    }
    for (byte, key) in chunks.into_remainder().iter_mut().zip(key) {
        *byte ^= key;
    }
}

impl Receive for Bare {
    async fn receive<const HELD: usize>(mut input: Memory, messages: usize) -> usize {
        let mut buffer = vec![0; (1 << 20) + (64 << 10)];
        let (mut start, mut end, mut bytes) = (0, 0, 0);
        for _ in 0..messages {
            let (from, to, key) = loop {
                match head(&buffer[start..end]) {
                    Some((from, to, key)) if start + to <= end => {
                        break (start + from, start + to, key);
                    }
                    _ => {}
                }
                if start == end {
                    (start, end) = (0, 0);
                } else if start > 0 {
                    buffer.copy_within(start..end, 0);
                    (start, end) = (0, end - start);
                }
                end += input.read(&mut buffer[end..]).await.expect("memory");
            };
            unmask(&mut buffer[from..to], key);
            bytes += std::hint::black_box(&buffer[from..to]).len();
            start = to;
        }
        bytes
    }
}

impl<S: Duplex> Echo<S> for Bare {
    async fn serve(mut stream: S) {
        let (mut input, mut output) = (vec![0; 1024], Vec::with_capacity(1024));
        let (mut filled, mut left, mut key) = (0, 0, [0; 4]);
        while let Ok(read @ 1..) = stream.read(&mut input[filled..]).await {
            filled += read;
            let mut at = 0;
            while at < filled {
                if left == 0 {
                    let Some((from, to, masking_key)) = head(&input[at..filled]) else {
                        break;
                    };
                    (left, key) = (to - from, masking_key);
                    output.extend_from_slice(&input[at..at + from - 4]);
                    let second = output.len() - (from - 5);
                    output[second] &= 0x7f;
                    at += from;
                }
                let end = filled.min(at + left);
                unmask(&mut input[at..end], key);
                output.extend_from_slice(&input[at..end]);
                left -= end - at;
                key.rotate_left((end - at) % 4);
                at = end;
            }
            input.copy_within(at..filled, 0);
            filled -= at;
            if stream.write_all(&output).await.is_err() {
                return;
            }
            output.clear();
            if left > 0 && input.len() < 64 << 10 {
                input.resize(64 << 10, 0);
            }
        }
    }
}

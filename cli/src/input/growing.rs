//! Files that another program still writes.

use std::{
    fs::File,
    io::{self, Read},
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc::{Receiver, RecvTimeoutError, sync_channel},
    },
    thread,
    time::Duration,
};

use super::CHUNK;
use crate::failure::Failure;

/// How often a file is looked at that has nothing new.
const PAUSE: Duration = Duration::from_millis(100);

/// Reads a file, and waits at its end for more until it is told to end.
pub(super) struct Growing {
    file: File,
    /// Bytes that were read.
    read: u64,
    told: Arc<AtomicBool>,
}

impl Growing {
    pub(super) fn open(path: &Path, told: Arc<AtomicBool>) -> Result<Self, Failure> {
        let name = path.display().to_string();
        let file = File::open(path).map_err(Failure::io(name))?;
        Ok(Self {
            file,
            read: 0,
            told,
        })
    }
}

impl Read for Growing {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        loop {
            // What was written before the signal is read after it.
            let told = self.told.load(Ordering::Relaxed);
            let count = self.file.read(out)?;
            self.read += count as u64;
            if count > 0 || told {
                return Ok(count);
            }
            let metadata = self.file.metadata()?;
            if metadata.is_file() && metadata.len() < self.read {
                return Err(io::Error::other(
                    "it became shorter: another file took its place",
                ));
            }
            thread::sleep(PAUSE);
        }
    }
}

/// Reads standard input, until it ends or the command is told to.
pub(super) struct Arriving {
    pieces: Receiver<io::Result<Vec<u8>>>,
    piece: Vec<u8>,
    at: usize,
    told: Arc<AtomicBool>,
}

impl Arriving {
    pub(super) fn start(told: Arc<AtomicBool>) -> Result<Self, Failure> {
        let (sender, pieces) = sync_channel(4);
        let reader = thread::Builder::new().name("input".into());
        let spawned = reader.spawn(move || {
            let mut buffer = vec![0; CHUNK];
            loop {
                let read = io::stdin().lock().read(&mut buffer);
                if matches!(&read, Err(error) if error.kind() == io::ErrorKind::Interrupted) {
                    continue;
                }
                let is_last = !matches!(read, Ok(1..));
                let piece = read.map(|count| buffer[..count].to_vec());
                if sender.send(piece).is_err() || is_last {
                    return;
                }
            }
        });
        spawned.map_err(Failure::io("a thread for standard input"))?;
        Ok(Self {
            pieces,
            piece: Vec::new(),
            at: 0,
            told,
        })
    }
}

impl Read for Arriving {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while self.at == self.piece.len() {
            let told = self.told.load(Ordering::Relaxed);
            match self.pieces.recv_timeout(PAUSE) {
                Ok(piece) => (self.piece, self.at) = (piece?, 0),
                Err(RecvTimeoutError::Timeout) if !told => continue,
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return Ok(0),
            }
            if self.piece.is_empty() {
                return Ok(0);
            }
        }
        let there = &self.piece[self.at..];
        let count = there.len().min(out.len());
        out[..count].copy_from_slice(&there[..count]);
        self.at += count;
        Ok(count)
    }
}

//! A header of the PROXY protocol, read from a socket ahead of everything else.

use std::io;

use tokio::{io::AsyncReadExt as _, net::TcpStream};
use wsdraft::handshake::{ProxyHeader, ReadProxyHeader};

/// Takes the header with which a stream begins, and not a byte more.
///
/// # Errors
/// The stream does not begin with one, or fails.
pub(crate) async fn take(stream: &mut TcpStream) -> io::Result<ProxyHeader> {
    let mut bytes = Vec::new();
    loop {
        match ProxyHeader::read(&bytes) {
            ReadProxyHeader::Header(header) => return Ok(header),
            ReadProxyHeader::Nothing => {
                return Err(invalid(
                    "no header of the PROXY protocol comes first, as --proxy-protocol asks for",
                ));
            }
            ReadProxyHeader::Malformed(why) => {
                return Err(invalid(&format!("the header of the PROXY protocol: {why}")));
            }
            ReadProxyHeader::Incomplete(needed) => more(stream, &mut bytes, needed).await?,
        }
    }
}

/// Reads up to so many bytes in all, or the rest of a line that is there already.
async fn more(stream: &mut TcpStream, bytes: &mut Vec<u8>, needed: usize) -> io::Result<()> {
    let mut ahead = [0; ProxyHeader::LONGEST_TEXT];
    let seen = stream.peek(&mut ahead).await?;
    let missing = needed.saturating_sub(bytes.len());
    let line = ahead[..seen].iter().position(|byte| *byte == b'\n');
    // The first version is a line, of which only the end tells how long it is.
    let is_line = bytes.iter().chain(&ahead[..seen]).next() == Some(&b'P');
    let length = line.filter(|_| is_line).map_or(missing, |end| end + 1);
    let before = bytes.len();
    bytes.resize(before + length, 0);
    stream.read_exact(&mut bytes[before..]).await?;
    Ok(())
}

/// Refuses a stream that begins with such a header, before something else takes it for a fault of
/// its own.
///
/// # Errors
/// The stream begins with one, or fails.
pub(crate) async fn refuse(stream: &TcpStream) -> io::Result<()> {
    let mut ahead = [0; ProxyHeader::LONGEST_TEXT];
    let seen = stream.peek(&mut ahead).await?;
    if ProxyHeader::begins(&ahead[..seen]) {
        return Err(invalid(
            "a header of the PROXY protocol comes first, which is taken with --proxy-protocol only",
        ));
    }
    Ok(())
}

fn invalid(why: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, why)
}

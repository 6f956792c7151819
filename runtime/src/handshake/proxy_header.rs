//! The PROXY protocol of HAProxy, versions 1 and 2: a header in which a proxy in front of a server
//! describes the connection. Any client that can reach a server that accepts this header can claim
//! any address. Accept it only if nothing but the proxy can connect.

use core::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    str,
};

/// A header of the PROXY protocol.
///
/// ```
/// use wsdraft::handshake::{ProxyHeader, ReadProxyHeader};
///
/// let bytes = b"PROXY TCP4 203.0.113.9 192.0.2.1 40000 80\r\nGET / HTTP/1.1\r\n";
/// let ReadProxyHeader::Header(header) = ProxyHeader::read(bytes) else {
///     panic!("it is one");
/// };
/// assert_eq!(header.client, "203.0.113.9:40000".parse().ok());
/// assert!(bytes[header.length..].starts_with(b"GET"));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProxyHeader {
    /// Its version: 1 or 2.
    pub version: u8,
    /// The client that connected to the proxy; `None` if the header does not state it as an
    /// Internet address.
    pub client: Option<SocketAddr>,
    /// The address to which the client connected.
    pub server: Option<SocketAddr>,
    /// Number of bytes of the header.
    pub length: usize,
}

/// What the start of a stream contains.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadProxyHeader {
    /// No PROXY protocol header.
    Nothing,
    /// Possibly the start of a header; at least this many bytes are needed to decide.
    Incomplete(usize),
    /// A header.
    Header(ProxyHeader),
    /// Bytes that begin like a header but are not one.
    Malformed(&'static str),
}

const TEXT: &[u8] = b"PROXY ";
const BINARY: &[u8] = b"\r\n\r\n\0\r\nQUIT\n";
/// The bytes with which version 2 begins, which are similar to empty lines.
const BLANK: usize = 4;
/// Number of bytes in version 2 before its addresses.
const FIXED: usize = BINARY.len() + 4;

impl ProxyHeader {
    /// Maximum number of bytes in a version 1 header, including its line end.
    pub const LONGEST_TEXT: usize = 107;
    /// Maximum number of bytes in a version 2 header that is accepted.
    pub const LONGEST: usize = 4096;

    /// Reads the start of a stream.
    #[must_use]
    pub fn read(bytes: &[u8]) -> ReadProxyHeader {
        if bytes.starts_with(TEXT) {
            text(bytes)
        } else if bytes.starts_with(BINARY) {
            binary(bytes)
        } else if [TEXT, BINARY].iter().any(|start| start.starts_with(bytes)) {
            ReadProxyHeader::Incomplete(bytes.len() + 1)
        } else {
            ReadProxyHeader::Nothing
        }
    }

    /// Whether the start of a stream can only be such a header: PROXY is also a possible HTTP
    /// method.
    #[must_use]
    pub fn begins(bytes: &[u8]) -> bool {
        // Requests begin with neither, and this looks at each of them.
        if !matches!(bytes.first(), Some(b'P' | b'\r')) {
            return false;
        }
        let told = bytes.len().min(BINARY.len());
        let binary = told > BLANK && bytes.get(..told) == BINARY.get(..told);
        binary || matches!(Self::read(bytes), ReadProxyHeader::Header(_))
    }
}

/// Version 1: a line of text.
fn text(bytes: &[u8]) -> ReadProxyHeader {
    let line = bytes.get(..ProxyHeader::LONGEST_TEXT).unwrap_or(bytes);
    let Some(end) = memchr::memchr(b'\n', line) else {
        return if line.len() < ProxyHeader::LONGEST_TEXT {
            ReadProxyHeader::Incomplete(bytes.len() + 1)
        } else {
            ReadProxyHeader::Malformed("its line has no end")
        };
    };
    let addresses = line
        .get(TEXT.len()..end)
        .and_then(|line| line.strip_suffix(b"\r"))
        .and_then(|line| str::from_utf8(line).ok())
        .and_then(addresses);
    let Some((client, server)) = addresses.map(Option::unzip) else {
        return ReadProxyHeader::Malformed("its line has neither two addresses nor UNKNOWN");
    };
    ReadProxyHeader::Header(ProxyHeader {
        version: 1,
        client,
        server,
        length: end + 1,
    })
}

/// Both addresses of a line, if it states them; `None` if the line is invalid.
fn addresses(line: &str) -> Option<Option<(SocketAddr, SocketAddr)>> {
    let mut words = line.split(' ');
    let v4 = match words.next()? {
        "TCP4" => true,
        "TCP6" => false,
        "UNKNOWN" => return Some(None),
        _ => return None,
    };
    let mut address = || {
        let address: IpAddr = words.next()?.parse().ok()?;
        (address.is_ipv4() == v4).then_some(address)
    };
    let (client, server) = (address()?, address()?);
    let mut port = || words.next()?.parse().ok();
    let (from, to) = (port()?, port()?);
    words.next().is_none().then_some(Some((
        SocketAddr::new(client, from),
        SocketAddr::new(server, to),
    )))
}

/// Version 2: a fixed header, addresses, and further items, which are skipped.
fn binary(bytes: &[u8]) -> ReadProxyHeader {
    let Some([command, family, high, low]) = bytes.get(BINARY.len()..FIXED) else {
        return ReadProxyHeader::Incomplete(FIXED);
    };
    let length = FIXED + usize::from(u16::from_be_bytes([*high, *low]));
    if !matches!(command, 0x20 | 0x21) {
        return ReadProxyHeader::Malformed("its version is not 2, or its command is unknown");
    }
    if length > ProxyHeader::LONGEST {
        return ReadProxyHeader::Malformed("it has more than 4096 bytes");
    }
    let Some(rest) = bytes.get(FIXED..length) else {
        return ReadProxyHeader::Incomplete(length);
    };
    // Connections that a proxy opens for itself, for example health checks, have no client.
    let told = match (command, family) {
        (0x21, 0x11) => pair::<4>(rest, |octets| Ipv4Addr::from(octets).into()),
        (0x21, 0x21) => pair::<16>(rest, |octets| Ipv6Addr::from(octets).into()),
        _ => Some(None),
    };
    let Some((client, server)) = told.map(Option::unzip) else {
        return ReadProxyHeader::Malformed("its addresses are truncated");
    };
    ReadProxyHeader::Header(ProxyHeader {
        version: 2,
        client,
        server,
        length,
    })
}

/// Two addresses, then two ports; `None` if they are incomplete.
fn pair<const N: usize>(
    bytes: &[u8],
    address: impl Fn([u8; N]) -> IpAddr,
) -> Option<Option<(SocketAddr, SocketAddr)>> {
    let (client, rest) = bytes.split_first_chunk::<N>()?;
    let (server, rest) = rest.split_first_chunk::<N>()?;
    let (from, rest) = rest.split_first_chunk::<2>()?;
    let (to, _) = rest.split_first_chunk::<2>()?;
    Some(Some((
        SocketAddr::new(address(*client), u16::from_be_bytes(*from)),
        SocketAddr::new(address(*server), u16::from_be_bytes(*to)),
    )))
}

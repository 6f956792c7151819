//! Writes traffic as packets, so that any capture tool can read it.

use std::{
    collections::HashMap,
    io::{self, Write},
    net::{IpAddr, SocketAddr},
    time::Duration,
};

use wsdraft::Role;

use crate::bytes::{End, PerRole};

/// Writes a pcapng file. A proxy sees no packets, so the writer creates one for each piece of a
/// direction, with the addresses of the endpoints and consistent sequence numbers.
#[derive(Debug)]
pub struct Writer<W> {
    out: Option<W>,
    flows: HashMap<u64, Flow>,
    packets: u64,
}

#[derive(Debug)]
struct Flow {
    addresses: PerRole<SocketAddr>,
    next: PerRole<u32>,
}

/// Flags of a TCP segment.
mod flags {
    pub(super) const FIN: u8 = 1;
    pub(super) const SYN: u8 = 2;
    pub(super) const RST: u8 = 4;
    pub(super) const PSH: u8 = 8;
    pub(super) const ACK: u8 = 16;
}

/// The maximum number of bytes in one packet.
pub const LARGEST: usize = 32 << 10;

impl<W: Write> Writer<W> {
    /// Creates a writer. Without `out`, it only numbers the packets.
    ///
    /// # Errors
    /// Returns an error if `out` fails.
    pub fn new(out: Option<W>) -> io::Result<Self> {
        let mut writer = Self {
            out,
            flows: HashMap::new(),
            packets: 0,
        };
        // A section of version 1.0, whose length is not told; then an interface at which
        // packets begin with their IP header.
        let section = [0x1a2b_3c4d, 0x0000_0001, u32::MAX, u32::MAX];
        writer.block(0x0a0d_0d0a, &section.map(u32::to_le_bytes).concat())?;
        writer.block(1, &[101, 0].map(u32::to_le_bytes).concat())?;
        Ok(writer)
    }

    /// Writes the start of a connection.
    pub fn open(
        &mut self,
        id: u64,
        addresses: PerRole<SocketAddr>,
        now: Duration,
    ) -> io::Result<()> {
        let flow = Flow {
            addresses,
            next: PerRole {
                client: 0,
                server: 0,
            },
        };
        self.flows.insert(id, flow);
        self.packet(id, Role::Client, flags::SYN, &[], now)?;
        self.packet(id, Role::Server, flags::SYN | flags::ACK, &[], now)?;
        Ok(())
    }

    /// Writes bytes that an endpoint sends, and returns the number of the packet.
    pub fn piece(&mut self, id: u64, from: Role, bytes: &[u8], now: Duration) -> io::Result<u64> {
        self.packet(id, from, flags::PSH | flags::ACK, bytes, now)
    }

    /// Writes the end of a direction.
    pub fn end(&mut self, id: u64, from: Role, how: End, now: Duration) -> io::Result<()> {
        let flag = match how {
            End::Finished => flags::FIN,
            End::Reset => flags::RST,
            End::Record => return Ok(()),
        };
        self.packet(id, from, flag | flags::ACK, &[], now)?;
        Ok(())
    }

    /// Ends a connection, and flushes the output.
    pub fn close(&mut self, id: u64) -> io::Result<()> {
        self.flows.remove(&id);
        self.write(Write::flush)
    }

    fn packet(
        &mut self,
        id: u64,
        from: Role,
        flag: u8,
        payload: &[u8],
        now: Duration,
    ) -> io::Result<u64> {
        self.packets += 1;
        let Some(flow) = self.flows.get_mut(&id) else {
            return Ok(self.packets);
        };
        if self.out.is_some() {
            let packet = flow.packet(from, flag, payload);
            let now = now.as_micros() as u64;
            let length = packet.len() as u32;
            let head = [0, (now >> 32) as u32, now as u32, length, length];
            let body = [&head.map(u32::to_le_bytes).concat(), packet.as_slice()].concat();
            self.block(6, &body)?;
        }
        if let Some(flow) = self.flows.get_mut(&id) {
            let opens = u32::from(flag & (flags::SYN | flags::FIN) != 0);
            let next = flow.next.of_mut(from);
            *next = next.wrapping_add(payload.len() as u32 + opens);
        }
        Ok(self.packets)
    }

    fn block(&mut self, kind: u32, body: &[u8]) -> io::Result<()> {
        let padded = body.len().next_multiple_of(4);
        let length = (padded + 12) as u32;
        self.write(|out| {
            out.write_all(&kind.to_le_bytes())?;
            out.write_all(&length.to_le_bytes())?;
            out.write_all(body)?;
            out.write_all(&[0; 3][..padded - body.len()])?;
            out.write_all(&length.to_le_bytes())
        })
    }

    fn write(&mut self, write: impl FnOnce(&mut W) -> io::Result<()>) -> io::Result<()> {
        match &mut self.out {
            Some(out) => write(out),
            None => Ok(()),
        }
    }
}

impl Flow {
    fn packet(&self, from: Role, flag: u8, payload: &[u8]) -> Vec<u8> {
        let (source, target) = (self.addresses.of(from), self.addresses.of(from.peer()));
        let mut tcp = [source.port().to_be_bytes(), target.port().to_be_bytes()].concat();
        tcp.extend(self.next.of(from).to_be_bytes());
        let acknowledged = if flag & flags::ACK == 0 {
            0
        } else {
            *self.next.of(from.peer())
        };
        tcp.extend(acknowledged.to_be_bytes());
        tcp.extend([5 << 4, flag, 0xff, 0xff, 0, 0, 0, 0]);
        let length = (tcp.len() + payload.len()) as u16;
        let mut packet = match (source.ip(), target.ip()) {
            (IpAddr::V4(source), IpAddr::V4(target)) => {
                let mut ip = vec![0x45, 0];
                ip.extend((length + 20).to_be_bytes());
                ip.extend([0, 0, 0x40, 0, 64, 6, 0, 0]);
                ip.extend(source.octets());
                ip.extend(target.octets());
                let sum = checksum(&ip);
                ip[10..12].copy_from_slice(&sum.to_be_bytes());
                ip
            }
            (source, target) => {
                let octets = |address| match address {
                    IpAddr::V4(address) => address.to_ipv6_mapped().octets(),
                    IpAddr::V6(address) => address.octets(),
                };
                let mut ip = vec![0x60, 0, 0, 0];
                ip.extend(length.to_be_bytes());
                ip.extend([6, 64]);
                ip.extend(octets(source));
                ip.extend(octets(target));
                ip
            }
        };
        packet.extend(tcp);
        packet.extend(payload);
        packet
    }
}

/// The checksum of an IP header.
fn checksum(head: &[u8]) -> u16 {
    let words = head.chunks_exact(2);
    let sum: u32 = words
        .map(|word| u32::from(word[0]) << 8 | u32::from(word[1]))
        .sum();
    let sum = (sum & 0xffff) + (sum >> 16);
    !((sum & 0xffff) + (sum >> 16)) as u16
}

//! Captures of one TCP connection, put together by hand.

/// Who sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum From {
    Client,
    Server,
}

/// What is in front of the TCP header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Link {
    Ethernet,
    Vlan,
    Loopback,
    Raw,
    Ip6,
    Cooked,
    Cooked2,
}

impl Link {
    pub(crate) const ALL: [Self; 7] = [
        Self::Ethernet,
        Self::Vlan,
        Self::Loopback,
        Self::Raw,
        Self::Ip6,
        Self::Cooked,
        Self::Cooked2,
    ];

    const fn number(self) -> u32 {
        match self {
            Self::Ethernet | Self::Vlan | Self::Ip6 => 1,
            Self::Loopback => 0,
            Self::Raw => 101,
            Self::Cooked => 113,
            Self::Cooked2 => 276,
        }
    }

    fn head(self) -> Vec<u8> {
        match self {
            Self::Ethernet => [&[2; 12][..], &[8, 0]].concat(),
            Self::Ip6 => [&[2; 12][..], &[0x86, 0xdd]].concat(),
            Self::Vlan => [&[2; 12][..], &[0x81, 0, 0, 7, 8, 0]].concat(),
            Self::Loopback => vec![2, 0, 0, 0],
            Self::Raw => Vec::new(),
            Self::Cooked => [&[0; 14][..], &[8, 0]].concat(),
            Self::Cooked2 => [&[8, 0][..], &[0; 18]].concat(),
        }
    }
}

/// A capture that grows packet by packet.
#[derive(Clone)]
pub(crate) struct Capture {
    pub(crate) pcapng: bool,
    /// A link type that the packets are not of.
    pub(crate) called: Option<u32>,
    /// Bytes of a packet that are captured.
    pub(crate) snap: usize,
    link: Link,
    /// Milliseconds at which they passed, and packets.
    packets: Vec<(u32, Vec<u8>)>,
    /// Milliseconds now.
    now: u32,
    /// Bytes of the other end that an end pretends not to have.
    pub(crate) lag: [u32; 2],
    /// The next sequence number of each end.
    next: [u32; 2],
    /// The client's port.
    port: u16,
}

impl Capture {
    pub(crate) fn new(link: Link) -> Self {
        Self {
            pcapng: false,
            called: None,
            snap: usize::MAX,
            link,
            packets: Vec::new(),
            now: 0,
            lag: [0; 2],
            // One of them wraps soon.
            next: [1000, u32::MAX - 100],
            port: 40_000,
        }
    }

    /// Goes on with another connection.
    pub(crate) fn another(&mut self) {
        self.port += 1;
        self.next = [1000, 2000];
        self.open();
    }

    pub(crate) fn open(&mut self) {
        let syn = self.packet(From::Client, 0x02, &[]);
        self.record(&syn);
        self.next[0] = self.next[0].wrapping_add(1);
        let syn = self.packet(From::Server, 0x12, &[]);
        self.record(&syn);
        self.next[1] = self.next[1].wrapping_add(1);
    }

    /// Sends and records a segment; gives the number of its packet.
    pub(crate) fn send(&mut self, from: From, payload: &[u8]) -> usize {
        let segment = self.segment(from, payload);
        self.record(&segment);
        self.packets.len()
    }

    /// Sends a segment that is not recorded yet.
    pub(crate) fn segment(&mut self, from: From, payload: &[u8]) -> Vec<u8> {
        let packet = self.packet(from, 0x18, payload);
        let next = &mut self.next[from as usize];
        *next = next.wrapping_add(payload.len() as u32);
        packet
    }

    pub(crate) fn record(&mut self, packet: &[u8]) {
        self.packets.push((self.now, packet.into()));
    }

    /// Puts all packets of the client before those of the server, as where they were recorded apart.
    pub(crate) fn client_first(&mut self) {
        let link = self.link;
        self.packets
            .sort_by_key(|(_, packet)| is_server(link, packet));
    }

    /// Loses all packets of the server so far.
    pub(crate) fn lose_server(&mut self) {
        let link = self.link;
        self.packets.retain(|(_, packet)| !is_server(link, packet));
    }

    /// Lets time pass.
    pub(crate) fn wait(&mut self, milliseconds: u32) {
        self.now += milliseconds;
    }

    /// An end says what it has.
    pub(crate) fn acknowledge(&mut self, from: From) {
        let packet = self.packet(from, 0x10, &[]);
        self.record(&packet);
    }

    pub(crate) fn finish(&mut self, from: From) {
        let packet = self.packet(from, 0x11, &[]);
        self.record(&packet);
    }

    pub(crate) fn reset(&mut self, from: From) {
        let packet = self.packet(from, 0x14, &[]);
        self.record(&packet);
    }

    fn packet(&self, from: From, flags: u8, payload: &[u8]) -> Vec<u8> {
        let mut ports = [self.port.to_be_bytes(), 80u16.to_be_bytes()];
        let mut hosts = [1u8, 2];
        if from == From::Server {
            ports.swap(0, 1);
            hosts.swap(0, 1);
        }
        let mut tcp = ports.concat();
        tcp.extend(self.next[from as usize].to_be_bytes());
        let has = self.next[1 - from as usize].wrapping_sub(self.lag[from as usize]);
        tcp.extend(has.to_be_bytes());
        tcp.extend([0x50, flags, 0xff, 0xff, 0, 0, 0, 0]);
        tcp.extend(payload);
        let mut packet = self.link.head();
        if self.link == Link::Ip6 {
            packet.extend([0x60, 0, 0, 0]);
            packet.extend((tcp.len() as u16).to_be_bytes());
            packet.extend([6, 64]);
            for host in hosts {
                packet.extend([0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, host]);
            }
        } else {
            packet.extend([0x45, 0]);
            // One that is too long for it has a length of 0, as where the network card cuts.
            let total = u16::try_from(tcp.len() + 20).unwrap_or(0);
            packet.extend(total.to_be_bytes());
            packet.extend([0, 0, 0x40, 0, 64, 6, 0, 0]);
            for host in hosts {
                packet.extend([192, 0, 2, host]);
            }
        }
        packet.extend(tcp);
        packet
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        if self.pcapng {
            self.blocks()
        } else {
            self.pcap()
        }
    }

    fn pcap(&self) -> Vec<u8> {
        let mut file = Vec::new();
        let link = self.called.unwrap_or_else(|| self.link.number());
        for number in [0xa1b2_c3d4, 0x0004_0002, 0, 0, 65_535, link] {
            file.extend(u32::to_le_bytes(number));
        }
        for (time, packet) in &self.packets {
            let length = packet.len() as u32;
            let kept = &packet[..packet.len().min(self.snap)];
            let (seconds, rest) = (time / 1000, time % 1000 * 1000);
            for number in [seconds, rest, kept.len() as u32, length] {
                file.extend(number.to_le_bytes());
            }
            file.extend(kept);
        }
        file
    }

    fn blocks(&self) -> Vec<u8> {
        fn block(kind: u32, body: &[u8], file: &mut Vec<u8>) {
            let length = (body.len().next_multiple_of(4) + 12) as u32;
            file.extend(kind.to_be_bytes());
            file.extend(length.to_be_bytes());
            file.extend(body);
            file.resize(file.len().next_multiple_of(4), 0);
            file.extend(length.to_be_bytes());
        }
        let mut file = Vec::new();
        let section = [0x1a2b_3c4d, 0x0001_0000, u32::MAX, u32::MAX].map(u32::to_be_bytes);
        block(0x0a0d_0d0a, &section.concat(), &mut file);
        let link = self.called.unwrap_or_else(|| self.link.number());
        let interface = [link << 16, 0].map(u32::to_be_bytes);
        block(1, &interface.concat(), &mut file);
        for (time, packet) in &self.packets {
            let length = packet.len() as u32;
            let kept = &packet[..packet.len().min(self.snap)];
            let head = [0, 0, time * 1000, kept.len() as u32, length];
            let head = head.map(u32::to_be_bytes).concat();
            block(6, &[&head, kept].concat(), &mut file);
        }
        file
    }
}

/// Whether the server sends this packet over IPv4.
fn is_server(link: Link, packet: &[u8]) -> bool {
    packet[link.head().len() + 20..].starts_with(&80u16.to_be_bytes())
}

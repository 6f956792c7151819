//! Several logical connections over one: what a peer sends in physical messages.

use wsdraft::{
    Config, Connection, Draft, Limits, NoEntropy, Role,
    drafts::rfc6455,
    extension::{ExtensionInfo, Extensions, builtin},
    frame::Session,
    multiplex::{ChannelKey, MultiplexLimits, Multiplexer},
};

use super::input::Input;

/// The dialects that can be run.
pub fn dialects() -> Vec<&'static ExtensionInfo> {
    let all = builtin::ALL.iter().copied();
    all.filter(|info| info.carries()).collect()
}

fn none(bytes: &mut [u8]) -> Result<(), NoEntropy> {
    bytes.fill(0);
    Ok(())
}

fn end(role: Role, list: &str) -> Connection<&'static dyn Draft> {
    let draft: &'static dyn Draft = &rfc6455::Draft;
    let config = Config::with_limits(Limits::default().message(1 << 16));
    let end = match role {
        Role::Server => Connection::server(draft, Session::default(), config),
        Role::Client => Connection::client(draft, Session::default(), none, config),
    };
    let ours = Extensions::named(list, builtin::ALL).expect("a dialect");
    let agreed = ours.with_channels().agreed(draft.info(), "mux");
    end.extended(&agreed.expect("an answer"))
}

const LIMITS: MultiplexLimits = MultiplexLimits::new().channels(4).window(64).bytes(256);

/// An end, and the channels that its application has.
struct Tried {
    mux: Multiplexer<&'static dyn Draft>,
    keys: Vec<ChannelKey>,
    output: Vec<u8>,
}

impl Tried {
    fn new(role: Role, list: &str) -> Self {
        let mux = Multiplexer::new(end(role, list), None, LIMITS);
        let mut mux = mux.expect("a dialect that runs");
        mux.advance().expect("nothing was received");
        let keys = vec![mux.first().0];
        Self {
            mux,
            keys,
            output: Vec::new(),
        }
    }

    /// Lets the application do what these numbers say.
    fn act(&mut self, (what, which): (u8, u8)) {
        self.keys.extend(self.mux.accept());
        if what % 8 == 0 {
            self.keys.extend(self.mux.open());
        }
        let Some(&key) = self.keys.get(usize::from(which) % self.keys.len().max(1)) else {
            return;
        };
        let request =
            b"GET / HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n";
        let response = b"HTTP/1.1 101 S\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n";
        match what % 8 {
            1 => drop(self.mux.write(key, request)),
            2 => drop(self.mux.write(key, response)),
            3 => drop(self.mux.write(key, &[0x82, 0x83, 0, 0, 0, 0, 1, 2, 3])),
            4 => self.mux.consume(key, usize::from(what)),
            5 => self.mux.finish(key),
            6 => {
                self.mux.release(key);
                self.keys.retain(|kept| *kept != key);
            }
            _ => {}
        }
        let _ = self.mux.advance();
        for key in &self.keys {
            let held = self.mux.unread(*key).map_or(0, <[u8]>::len);
            assert!(held < 30_000, "{held} bytes are held");
        }
        let output = self.mux.output().to_vec();
        self.mux.sent(output.len());
        self.output.extend(output);
    }
}

/// A test case: the dialect, the role, and pieces: a message, and what the application does then.
pub fn run(data: &[u8]) {
    let mut input = Input(data);
    let dialect = *input.pick(&dialects());
    let role = input.role();
    let cut = input.size();
    let [mut whole, mut parts] = [(); 2].map(|()| Tried::new(role, dialect.short));
    let mut peer = end(role.peer(), dialect.short);
    while !input.is_empty() {
        let kind = input.byte();
        let message = input.piece();
        let done = match kind {
            0 => peer.text(&String::from_utf8_lossy(message)),
            _ => peer.binary(message),
        };
        if done.is_err() {
            break;
        }
        let bytes = peer.output().to_vec();
        peer.sent(bytes.len());
        whole.mux.feed(&bytes);
        let _ = whole.mux.advance();
        for piece in bytes.chunks(cut) {
            parts.mux.feed(piece);
            let _ = parts.mux.advance();
        }
        let acts = (input.byte(), input.byte());
        whole.act(acts);
        parts.act(acts);
    }
    assert_eq!(whole.output, parts.output, "pieces change what is sent");
    assert_eq!(whole.mux.over(), parts.mux.over());
}

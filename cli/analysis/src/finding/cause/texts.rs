//! Causes in words, by what the broken rule asks for. Where the words begin with a verb, the one
//! who broke the rule stands in front of them.

pub(super) const OUT_OF_STEP: &str =
    "the frames are out of step since the rule broken before: this is payload, not a frame";
pub(super) const OPCODE: &str =
    "numbers its opcodes as another draft does, or an earlier length was wrong";
pub(super) const MASKED: &str = "the client's library has masking switched off, or something between the ends rewrote the frame";
pub(super) const UNMASKED: &str = "the server sends with a client's settings";
pub(super) const MINIMAL_LENGTH: &str =
    "always writes the same form of the length instead of the shortest that holds it";
pub(super) const PAYLOAD_AT_MOST: &str =
    "puts application data or a long reason into a control frame without cutting it";
pub(super) const MESSAGE_OPEN: &str =
    "has dropped the first frame of the message, or marked it as the last one";
pub(super) const FINAL: &str = "cuts every frame that is too big, control frames too";
pub(super) const BEFORE_CLOSE: &str =
    "goes on writing after it has closed: a queue was not emptied or dropped";
pub(super) const CUT_TEXT: &str =
    "the text was cut inside a character, or its length counts characters instead of bytes";
pub(super) const UTF8: &str = "sends bytes or text of another encoding as text";
pub(super) const REASON_UTF8: &str = "the reason was cut inside a character to make it fit";
pub(super) const CODE_ALLOWED: &str =
    "passes on a code that is only reported locally, or that is not used";
pub(super) const CODE_COMPLETE: &str =
    "writes the code as one byte, or not at all before the reason";
pub(super) const ACCEPT: &str = "the server does not take the key as it was sent, uses another fixed text, or the answer is another connection's (a cache)";
pub(super) const ORIGIN: &str = "the server is configured with another origin than the page has";
pub(super) const ANSWERS_BODY: &str = "the server read the bytes after the request as something else: a proxy held them back, or the keys were parsed wrongly";
pub(super) const LOCATES: &str = "a proxy in front of the server changed host or scheme, and the server does not know its own address";
pub(super) const OFFERED: &str =
    "the server answers with what it has, without looking at what was offered";
pub(super) const HOP_BY_HOP: &str =
    "a proxy between the ends does not pass on the fields of one hop: it has to be told to";
pub(super) const PING_ANSWERED: &str = "leaves pings to an application that is busy or does not look at them; the other end takes the connection for dead";
pub(super) const CLOSE_ANSWERED: &str =
    "drops the connection, or stops reading, where it is to answer the close frame";
pub(super) const CLOSE_BODY_MATCHES: &str = "closes with a code and a reason of its own";
pub(super) const MASKING_KEYS_VARY: &str =
    "has masking switched off for speed, or takes its keys from a source that was never seeded";
pub(super) const WAITS_FOR_RESPONSE: &str = "takes the connection for open once it has sent its request: a server may drop what comes early, and a proxy may send it elsewhere";

//! What an archive has of a connection.

use wsdraft::Role;
use wsdraft_spec::vocabulary::Predicate;

use super::archive::Message;

/// Who sent a message, and its opcode.
pub(super) fn sent(message: &Message) -> Option<(Role, u8)> {
    let from = match message.direction.as_str() {
        "send" => Role::Client,
        "receive" => Role::Server,
        _ => return None,
    };
    Some((from, u8::try_from(message.opcode).ok()?))
}

/// Whether an archive has what a rule asks for.
pub(super) const fn is_recorded(require: &Predicate) -> bool {
    matches!(
        require,
        Predicate::Method
            | Predicate::Target
            | Predicate::Status
            | Predicate::Present(_)
            | Predicate::Absent(_)
            | Predicate::LowerCase(_)
            | Predicate::Conforms(_)
            | Predicate::Answers(_)
            | Predicate::Locates(_)
            | Predicate::Offered(_)
            | Predicate::KnownOpcode
            | Predicate::PayloadAtMost(_)
            | Predicate::BeforeClose
    )
}

/// Bytes that base64 stands for.
pub(super) fn decoded_length(text: &str) -> u64 {
    let digits = text.trim_end_matches('=').len() as u64;
    digits * 3 / 4
}

#[cfg(test)]
mod tests {
    #[test]
    fn base64_stands_for_fewer_bytes() {
        assert_eq!(super::decoded_length("AAECAw=="), 4);
    }
}

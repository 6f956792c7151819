//! Incremental UTF-8 (RFC 6455 §8.1).

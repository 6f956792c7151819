//! What the fuzz targets check, apart from the fuzzer: each takes any bytes, and panics where
//! something does not hold. Test cases start with a few bytes of settings; `seeds` makes the
//! first ones, from the vectors and from what the drafts themselves write.
//!
//! `tests/src/lib.rs` compiles these modules too; `tests/tests/runtime/fuzz.rs` runs the seeds and what
//! was found, and `tests/tests/runtime/interpreter.rs` shares what compares two forms of a draft.

pub mod channels;
pub mod compressed;
pub mod converse;
pub mod extensions;
pub mod frames;
pub mod handshakes;
pub mod input;
pub mod interpreter;
pub mod seeds;
pub mod spec_file;

/// Called by a target as it starts: where the environment names a folder in `SEEDS`, writes its
/// seeds there, and ends.
pub fn prepare(target: &str) {
    let Some(folder) = std::env::var_os("SEEDS") else {
        return;
    };
    let folder = std::path::PathBuf::from(folder);
    for (number, seed) in seeds::of(target).iter().enumerate() {
        let file = folder.join(format!("seed-{number:03}"));
        std::fs::write(file, seed).expect("a folder to write to");
    }
    std::process::exit(0);
}

/// A target's name, and what it runs.
pub type Target = (&'static str, fn(&[u8]));

/// The targets that need nothing but this project.
pub const TARGETS: &[Target] = &[
    ("channels", channels::run),
    ("client_handshake", handshakes::client),
    ("compressed", compressed::run),
    ("extensions", extensions::run),
    ("frames_early", frames::early),
    ("frames_hixie", frames::hixie),
    ("frames_late", frames::late),
    ("frames_masked", frames::masked),
    ("interpreter", interpreter::run),
    ("server_handshake", handshakes::server),
    ("spec_file", spec_file::run),
];

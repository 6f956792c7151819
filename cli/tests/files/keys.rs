//! Files with private keys that cannot be used.

use std::fs;

use crate::common::{folder, told};

const CERTIFICATE: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../tests/data/tls/certificate.pem"
);
/// A key of nobody.
const OTHER: &str = "\
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgW25KLqL+JbxINcxI
UJztrP+PXcb8Gr7KCnhZGqmxtOOhRANCAAQsZx/R7ch3Q+4e035mlnr7T2QuWM4o
P+/zXk0/5TdcVitChQfBi0bS49UA1dejHR4N6hhWDyP1QHtBzyR/Y/E5
-----END PRIVATE KEY-----
";

#[test]
fn a_key_that_cannot_be_used_says_why() {
    let file = folder("keys").join("key.pem");
    let key = file.to_str().unwrap();
    let certificate = fs::read_to_string(CERTIFICATE).unwrap();
    let encrypted = OTHER.replace("PRIVATE", "ENCRYPTED PRIVATE");
    for (pem, why) in [
        ("", "the file contains no private key"),
        (&certificate, "the file contains no private key"),
        (
            &encrypted,
            "the private key is encrypted: openssl pkey decrypts it",
        ),
        (OTHER, "the key is not that of the certificate in "),
    ] {
        fs::write(&file, pem).unwrap();
        for arguments in [
            &[
                "serve",
                "--listen",
                "0",
                "--tls-cert",
                CERTIFICATE,
                "--tls-key",
                key,
            ][..],
            &[
                "connect",
                "wss://127.0.0.1:1/",
                "--cert",
                CERTIFICATE,
                "--key",
                key,
            ],
        ] {
            let (status, _, said) = told(arguments, b"");
            assert_eq!(status, 2, "{said}");
            assert!(said.contains(why), "{arguments:?}: {said}");
        }
    }
}

//! Frames, read and written.

use super::*;

#[test]
fn frames_are_read_alike() {
    let states = (any::<bool>(), any::<bool>(), 0u8..16, 0u64..1000);
    let input = (stream(), states, any::<Index>());
    for &Pair {
        compiled,
        interpreted,
    } in pairs()
    {
        for from in ROLES {
            run(
                192,
                &input,
                |(stream, (open, closed, claimed, offset), cut)| {
                    let bytes = stream.bytes(compiled, from);
                    let decoded = compiled.decode(&bytes, from, &SESSION);
                    assert_eq!(decoded, interpreted.decode(&bytes, from, &SESSION));
                    let context = Context {
                        from,
                        open,
                        closed,
                        claimed,
                        offset,
                    };
                    if let Decode::Header(head) = decoded {
                        assert_eq!(
                            violations(|report| compiled.check_frame(&head, &context, report)),
                            violations(|report| interpreted.check_frame(&head, &context, report)),
                        );
                    }
                    assert_eq!(
                        violations(|report| compiled.check_close(&bytes, from, offset, report)),
                        violations(|report| interpreted.check_close(&bytes, from, offset, report)),
                    );
                    let limits = Limits::default();
                    let whole = inspect(compiled, from, claimed, &limits, &[&bytes]);
                    assert_eq!(
                        whole,
                        inspect(interpreted, from, claimed, &limits, &[&bytes])
                    );
                    let (first, second) = bytes.split_at(cut.index(bytes.len() + 1));
                    assert_eq!(
                        whole,
                        inspect(compiled, from, claimed, &limits, &[first, second])
                    );
                },
            );
        }
    }
}

#[test]
fn frames_are_written_alike() {
    let lengths = prop_oneof![any::<u64>(), 0u64..200, 65_500u64..65_600];
    let input = (
        select(&KINDS[..]),
        any::<bool>(),
        any::<u8>(),
        lengths,
        any::<[u8; 4]>(),
    );
    for &Pair {
        compiled,
        interpreted,
    } in pairs()
    {
        for from in ROLES {
            let compare = |(kind, fin, reserved, length, nonce)| {
                let frame = Outgoing {
                    kind,
                    fin,
                    reserved,
                    length,
                    opcode: 0x0b,
                };
                assert_eq!(
                    compiled.encode(&frame, from, nonce, &SESSION),
                    interpreted.encode(&frame, from, nonce, &SESSION)
                );
            };
            run(256, &input, compare);
            // Each form of the length in each draft, at its ends.
            let ends = [7, 14, 16, 21, 28, 31, 32, 63].map(|bits| 1u64 << bits);
            let ends = ends.into_iter().chain([0, 126, u64::MAX]);
            for length in ends.flat_map(|end| [end.wrapping_sub(1), end, end.wrapping_add(1)]) {
                for kind in KINDS {
                    compare((kind, true, 0, length, [0x81, 2, 0xff, 4]));
                }
            }
        }
    }
}

#[test]
fn a_connection_takes_any_bytes() {
    let input = (stream(), 1usize..400);
    for &Pair { compiled, .. } in pairs() {
        for from in ROLES {
            run(96, &input, |(stream, size)| {
                let bytes = stream.bytes(compiled, from);
                let mut limits = Limits::default();
                (limits.frame, limits.message) = (size, size);
                (limits.fragments, limits.write_buffer) = (8, 1024);
                let config = Config::with_limits(limits.clone());
                let mut connection = match from {
                    Role::Client => Connection::server(compiled, SESSION, config),
                    Role::Server => {
                        let entropy = |bytes: &mut [u8]| -> Result<(), NoEntropy> {
                            bytes.fill(9);
                            Ok(())
                        };
                        Connection::client(compiled, SESSION, entropy, config)
                    }
                };
                for piece in bytes.chunks(size) {
                    connection.feed(piece);
                    while let Ok(Some(event)) = connection.receive() {
                        match event {
                            Event::Text(text) => assert!(text.len() <= size),
                            Event::Binary(data) | Event::Ping(data) | Event::Pong(data) => {
                                assert!(data.len() <= size);
                            }
                            _ => {}
                        }
                    }
                }
                connection.end_of_input();
                while let Ok(Some(_)) = connection.receive() {}
                assert!(connection.ended().is_some());
                let observed = inspect(compiled, from, 0, &limits, &[&bytes]);
                assert!(observed.len() <= 4 * bytes.len() + 2);
            });
        }
    }
}

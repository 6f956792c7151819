//! Does one contender's work a given number of times, for `tests/labs/bench/instructions` to count
//! the instructions. Without arguments it lists what there is.

use wsdraft_bench::{
    frames::{Content, masked, request},
    memory::Memory,
    work::{End, acceptors, receivers, senders},
};

type Job = (String, Box<dyn Fn(usize)>);

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let jobs = jobs();
    let [name, count] = &arguments[..] else {
        for (name, _) in jobs {
            println!("{name}");
        }
        return;
    };
    let count = count.parse().expect("a number");
    let (_, job) = jobs
        .iter()
        .find(|(job, _)| job == name)
        .expect("a name from the list");
    job(count);
}

fn jobs() -> Vec<Job> {
    let mut jobs: Vec<Job> = Vec::new();
    for (content, length) in [
        (Content::Binary, 16),
        (Content::Binary, 125),
        (Content::Binary, 1 << 10),
        (Content::Binary, 16 << 10),
        (Content::Binary, 64 << 10),
        (Content::Binary, 1 << 20),
        (Content::Ascii, 125),
        (Content::Ascii, 16 << 10),
        (Content::Greek, 16 << 10),
    ] {
        for (name, receive) in receivers() {
            let label = format!("receive {content:?} {length} | {name}");
            jobs.push((
                label,
                Box::new(move |count| {
                    let frames = masked(wsdraft::drafts::rfc6455::Draft, content, length);
                    receive(Memory::new(frames), count);
                }),
            ));
        }
    }
    for (end, length) in [
        (End::Server, 125),
        (End::Client, 125),
        (End::Client, 1 << 10),
        (End::Client, 1 << 20),
    ] {
        for (name, send) in senders() {
            let label = format!("send {end:?} {length} | {name}");
            jobs.push((
                label,
                Box::new(move |count| {
                    send(end, &Content::Binary.payload(length), count);
                }),
            ));
        }
    }
    for (name, accept) in acceptors() {
        jobs.push((
            format!("accept | {name}"),
            Box::new(move |count| {
                let request = request();
                (0..count).for_each(|_| accept(&request));
            }),
        ));
    }
    jobs
}

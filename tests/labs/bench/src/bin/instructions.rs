//! Does one contender's work a given number of times, for `tests/labs/bench/instructions` to count
//! the instructions. Without arguments it lists what there is.

use wsdraft_bench::{
    frames::{Content, masked, request},
    memory::Memory,
    work::{End, acceptors, echoers, feeders, keepers, receivers, senders},
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
    let mut jobs = Vec::new();
    for (content, length) in [
        (Content::Binary, 16),
        (Content::Binary, 125),
        (Content::Binary, 1 << 10),
        (Content::Binary, 16 << 10),
        (Content::Binary, 64 << 10),
        (Content::Binary, 1 << 20),
        (Content::Ascii, 125),
        (Content::Ascii, 16 << 10),
        (Content::Ascii, 1 << 20),
        (Content::Greek, 16 << 10),
        (Content::Mixed, 16),
        (Content::Mixed, 1 << 10),
        (Content::Mixed, 16 << 10),
        (Content::Mixed, 64 << 10),
        (Content::Mixed, 1 << 20),
    ] {
        for (kind, receivers) in [("receive", receivers()), ("keep", keepers())] {
            for (name, receive) in receivers {
                let work = move |count| {
                    let frames = masked(wsdraft::drafts::rfc6455::Draft, content, length);
                    receive(Memory::new(frames), count);
                };
                let job = Box::new(work);
                jobs.push((format!("{kind} {content:?} {length} | {name}"), job as _));
            }
        }
    }
    for length in [16, 125, 1 << 10, 16 << 10, 64 << 10, 1 << 20] {
        add_senders(&mut jobs, length);
        for (name, echo) in echoers() {
            let work = move |count| {
                let frames = masked(wsdraft::drafts::rfc6455::Draft, Content::Binary, length);
                let total = frames.len() / wsdraft_bench::frames::count(length) * count;
                echo(Memory::new(frames).ending(total));
            };
            jobs.push((format!("echo {length} | {name}"), Box::new(work)));
        }
    }
    for (name, accept) in acceptors() {
        let work = move |count| {
            let request = request();
            (0..count).for_each(|_| accept(&request));
        };
        jobs.push((format!("accept | {name}"), Box::new(work)));
    }
    jobs
}

/// Those that send, flushed each time, and those that feed.
fn add_senders(jobs: &mut Vec<Job>, length: usize) {
    for end in [End::Server, End::Client] {
        for (kind, senders) in [("send", senders()), ("feed", feeders())] {
            for (name, send) in senders {
                let work = move |count| send(end, &Content::Binary.payload(length), count);
                let job = Box::new(work);
                jobs.push((format!("{kind} {end:?} {length} | {name}"), job as _));
            }
        }
    }
}

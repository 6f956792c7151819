//! The `wsdraft` command.

use std::process::ExitCode;

use clap::Parser;

mod access;
mod arguments;
mod commands;
mod events;
mod failure;
mod gate;
mod heads;
mod input;
mod lint;
mod output;
mod proxy_header;
mod signals;
mod specs;
mod tls;
mod words;
mod written;

use self::{
    arguments::{Arguments, Command},
    failure::Failure,
    output::Output,
    specs::Specs,
};

/// How a command ended, when it did what it was asked to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    /// Nothing to report.
    Fine,
    /// A violation, a difference, a drift or an incomplete input.
    Findings,
}

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return misused(&error),
    };
    let output = Output::new(arguments.json);
    let done = run(&arguments, &output);
    output::finish_log();
    match done {
        Ok(Outcome::Fine) => ExitCode::SUCCESS,
        Ok(Outcome::Findings) => ExitCode::from(1),
        // The reader of a pipe may go away whenever it has seen enough.
        Err(Failure::ClosedPipe) => ExitCode::SUCCESS,
        Err(failure) => {
            output::complain(&format!("wsdraft: {failure}"));
            ExitCode::from(2)
        }
    }
}

/// Says what is wrong with the arguments, or what help was asked for.
fn misused(error: &clap::Error) -> ExitCode {
    let text = error.render().to_string();
    if matches!(output::printable(&text), std::borrow::Cow::Borrowed(_)) {
        // With its colours.
        error.exit();
    }
    output::complain(text.trim_end());
    ExitCode::from(2)
}

fn run(arguments: &Arguments, output: &Output) -> Result<Outcome, Failure> {
    if let Command::Check { place } = &arguments.command {
        return commands::check::run(place.as_deref().or(arguments.spec_dir.as_deref()), output);
    }
    let specs = Specs::load(arguments.spec_dir.as_deref())?;
    match &arguments.command {
        Command::List => commands::list::run(&specs, output),
        Command::Show { draft, delta } => commands::show::run(&specs, draft, *delta, output),
        Command::Diff { from, to } => commands::diff::run(&specs, from, to, output),
        Command::Explain { rule, draft } => {
            commands::explain::run(&specs, rule, draft.as_deref(), output)
        }
        Command::Headers => commands::headers::run(&specs, output),
        Command::Version(asked) => commands::version::run(&specs, asked, output),
        Command::Detect { file } => commands::detect::run(&specs, file, output),
        Command::Handshake {
            request,
            response,
            draft,
            extensions,
            secure,
        } => {
            let asked = commands::handshake::Asked {
                request,
                response: response.as_deref(),
                draft: draft.as_deref(),
                extensions: extensions.as_deref(),
                secure: *secure,
            };
            commands::handshake::run(&specs, &asked, output)
        }
        Command::Inspect {
            draft,
            from,
            hex,
            file,
            extensions,
            masking_key,
            max_payload,
        } => {
            let asked = commands::inspect::Asked {
                draft,
                from: (*from).into(),
                hex: hex.as_deref(),
                file: file.as_deref(),
                extensions: extensions.as_deref(),
                masking_key: masking_key.as_deref(),
                max_payload: *max_payload,
            };
            commands::inspect::run(&specs, &asked, output)
        }
        Command::Proxy(proxy) => commands::proxy::run(&specs, &proxy.asked(), output),
        Command::Lint(lint) => commands::lint::run(&specs, &lint.asked(), output),
        Command::Generate { draft, out, check } => {
            commands::generate::run(&specs, draft, out.as_deref(), *check, output)
        }
        Command::Export(export) => commands::export::run(&specs, export, output),
        Command::Connect {
            url,
            draft,
            send,
            binary,
            ping,
            close,
            timeout,
            origin,
            subprotocol,
            cookie,
            header,
            allow,
            extensions,
            compression,
            retry,
            insecure,
            ca,
        } => {
            let asked = commands::connect::Asked {
                url,
                draft: draft.as_deref(),
                send,
                binary,
                ping: ping.as_deref(),
                close: *close,
                timeout: *timeout,
                origin: origin.as_deref(),
                subprotocols: subprotocol,
                cookie: cookie.as_deref(),
                headers: header,
                allow,
                extensions: extensions.as_deref(),
                compression: *compression,
                retry: *retry,
                insecure: *insecure,
                ca: ca.as_deref(),
            };
            commands::connect::run(&specs, &asked, output)
        }
        Command::Serve {
            listen,
            drafts,
            tls_cert,
            tls_key,
            max_message,
            max_connections,
            memory,
            subprotocols,
            allow,
            extensions,
            compression,
            proxy_protocol,
            entrance,
        } => {
            let asked = commands::serve::Asked {
                listen,
                drafts,
                tls: tls_cert.as_deref().zip(tls_key.as_deref()),
                max_message: max_message.map(|bytes| bytes.0),
                max_connections: *max_connections,
                memory: memory.0,
                subprotocols,
                allow,
                extensions: extensions.as_deref(),
                compression: *compression,
                proxy_protocol: *proxy_protocol,
                entrance,
            };
            commands::serve::run(&specs, &asked)
        }
        Command::Check { .. } => Ok(Outcome::Fine),
    }
}

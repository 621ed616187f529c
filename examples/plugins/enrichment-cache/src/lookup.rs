//! A GET by wasi:http, read whole.

use crate::wasi::http::outgoing_handler;
use crate::wasi::http::types::{Fields, IncomingResponse, Method, OutgoingRequest, Scheme};
use crate::wasi::io::streams::StreamError;

/// More than that is no header.
const BODY_BYTES_MAX: usize = 4096;

pub fn get(authority: &str, path: &str) -> Result<Vec<u8>, String> {
    let request = OutgoingRequest::new(Fields::new());
    let set = request
        .set_method(&Method::Get)
        .and_then(|()| request.set_scheme(Some(&Scheme::Http)))
        .and_then(|()| request.set_authority(Some(authority)))
        .and_then(|()| request.set_path_with_query(Some(path)));
    set.map_err(|()| format!("http://{authority}{path} is no URL"))?;
    let response = outgoing_handler::handle(request, None).map_err(|error| format!("{error:?}"))?;
    response.subscribe().block();
    match response.get() {
        Some(Ok(Ok(response))) => body(response),
        Some(Ok(Err(error))) => Err(format!("{error:?}")),
        _ => Err("the response was taken already".into()),
    }
}

fn body(response: IncomingResponse) -> Result<Vec<u8>, String> {
    if response.status() != 200 {
        return Err(format!("the server answered {}", response.status()));
    }
    let body = response.consume().map_err(|()| "the body was taken already")?;
    let stream = body.stream().map_err(|()| "the body was taken already")?;
    let mut read = Vec::new();
    loop {
        match stream.blocking_read(BODY_BYTES_MAX as u64) {
            Ok(bytes) => read.extend(bytes),
            Err(StreamError::Closed) => return Ok(read),
            Err(error) => return Err(format!("{error:?}")),
        }
        if read.len() > BODY_BYTES_MAX {
            return Err(format!("the answer is longer than {BODY_BYTES_MAX} bytes"));
        }
    }
}

/// As a part of a path.
pub fn escaped(text: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    text.bytes().map(|byte| if is_plain(byte) { (byte as char).to_string() } else { format!("%{byte:02X}") }).collect()
}

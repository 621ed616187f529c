//! Adds headers to every record. Their names and values are the plugin's config; `{topic}`, `{partition}`, `{client}`
//! and `{principal}` in a value stand for what they say. A header that the record already has stays as it is.

wit_bindgen::generate!({ world: "plugin", path: "wit", generate_all });

use std::cell::RefCell;

use blink::plugin::types::Header;
use exports::blink::plugin::lifecycle;
use exports::blink::plugin::records::{self, Batch, Verdict};
use wasi::config::store;

thread_local! {
    static HEADERS: RefCell<Vec<(String, String)>> = const { RefCell::new(Vec::new()) };
}

struct Plugin;

impl lifecycle::Guest for Plugin {
    fn init(_config: String) -> Result<(), String> {
        let headers = store::get_all().map_err(|error| format!("{error:?}"))?;
        if headers.is_empty() {
            return Err("config names no headers: say config: { name: value }".into());
        }
        HEADERS.set(headers);
        Ok(())
    }
}

impl records::Guest for Plugin {
    fn on_records(mut batch: Batch) -> Vec<Verdict> {
        let records = std::mem::take(&mut batch.records);
        let headers = HEADERS.with_borrow(|headers| filled(headers, &batch));
        records
            .into_iter()
            .map(|mut record| {
                let before = record.headers.len();
                for (key, value) in &headers {
                    if !record.headers.iter().any(|header| header.key == *key) {
                        let value = Some(value.clone().into_bytes());
                        record.headers.push(Header { key: key.clone(), value });
                    }
                }
                if record.headers.len() == before { Verdict::Accept } else { Verdict::Replace(record) }
            })
            .collect()
    }
}

fn filled(headers: &[(String, String)], batch: &Batch) -> Vec<(String, String)> {
    let partition = batch.partition.to_string();
    let words = [
        ("{topic}", batch.topic.as_str()),
        ("{partition}", &partition),
        ("{client}", batch.client_id.as_deref().unwrap_or("")),
        ("{principal}", batch.principal.as_deref().unwrap_or("")),
    ];
    let fill = |value: &str| words.iter().fold(value.to_string(), |text, (word, by)| text.replace(word, by));
    headers.iter().map(|(key, value)| (key.clone(), fill(value))).collect()
}

export!(Plugin);

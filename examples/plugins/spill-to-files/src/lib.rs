//! Keeps large values out of the log: they go into files of the plugin's folder, and the stored record says where.
//!
//! Nothing removes the files; who reads them does. When the folder is full, records are refused.

wit_bindgen::generate!({ world: "plugin", path: "wit", generate_all });

use std::cell::Cell;
use std::fs;
use std::time::{SystemTime, UNIX_EPOCH};

use blink::plugin::types::Header;
use exports::blink::plugin::lifecycle;
use exports::blink::plugin::records::{self, Batch, KafkaRecord, Verdict};
use wasi::config::store;

const HEADER: &str = "spilled-to";
const FOLDER: &str = "/data";

thread_local! {
    static MIN_BYTES: Cell<usize> = const { Cell::new(1 << 20) };
    static COUNT: Cell<u64> = const { Cell::new(0) };
}

struct Plugin;

impl lifecycle::Guest for Plugin {
    fn init(_config: String) -> Result<(), String> {
        if let Ok(Some(text)) = store::get("min_bytes") {
            MIN_BYTES.set(text.parse().map_err(|_| format!("config.min_bytes is {text}, which is no number"))?);
        }
        fs::create_dir_all(FOLDER).map_err(|error| format!("{FOLDER}: {error}; grant capabilities: filesystem"))
    }
}

impl records::Guest for Plugin {
    fn on_records(batch: Batch) -> Vec<Verdict> {
        let Batch { topic, partition, records, .. } = batch;
        records
            .into_iter()
            .map(|record| match spilled(&topic, partition, record) {
                Ok(verdict) => verdict,
                Err(error) => Verdict::Reject(format!("the value cannot be written to a file: {error}")),
            })
            .collect()
    }
}

fn spilled(topic: &str, partition: u32, mut record: KafkaRecord) -> std::io::Result<Verdict> {
    let Some(value) = record.value.as_deref().filter(|value| value.len() >= MIN_BYTES.get()) else {
        return Ok(Verdict::Accept);
    };
    let path = format!("{FOLDER}/{topic}/{partition}-{}", unique());
    fs::create_dir_all(format!("{FOLDER}/{topic}"))?;
    fs::write(&path, value)?;
    record.value = Some(format!("{{\"file\":\"{path}\",\"bytes\":{}}}", value.len()).into_bytes());
    record.headers.push(Header { key: HEADER.into(), value: Some(path.into_bytes()) });
    Ok(Verdict::Replace(record))
}

/// Instances of a plugin have partitions of their own, and one instance has a clock and a count.
fn unique() -> String {
    COUNT.set(COUNT.get() + 1);
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    format!("{}-{}", since.as_millis(), COUNT.get())
}

export!(Plugin);

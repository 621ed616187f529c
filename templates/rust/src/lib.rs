//! Refuses records without a value, and accepts all others.

wit_bindgen::generate!({ world: "plugin", path: "wit", generate_all });

use exports::blink::plugin::lifecycle;
use exports::blink::plugin::records::{self, Batch, KafkaRecord, Verdict};
use wasi::logging::logging::{log, Level};

struct Plugin;

impl lifecycle::Guest for Plugin {
    /// Once at the start. `config` is what settings.yaml says, as JSON. An error keeps the plugin from starting.
    fn init(config: String) -> Result<(), String> {
        log(Level::Info, "", &format!("Hello from {{name}}, with config {config}"));
        Ok(())
    }
}

impl records::Guest for Plugin {
    /// One verdict per record, in their order.
    fn on_records(batch: Batch) -> Vec<Verdict> {
        batch.records.iter().map(judge).collect()
    }
}

fn judge(record: &KafkaRecord) -> Verdict {
    match &record.value {
        Some(value) if !value.is_empty() => Verdict::Accept,
        _ => Verdict::Reject("the value is empty".into()),
    }
}

export!(Plugin);

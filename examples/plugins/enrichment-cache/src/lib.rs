//! Looks up what belongs to a record's key at an HTTP server, and stores it beside the record, in a header. Answers are
//! kept in the plugin's key-value store for as long as config says; a restart does not lose them.
//!
//! The producer waits for the server, once per key and lifetime. When it fails, the record is accepted as it is.

wit_bindgen::generate!({ world: "plugin", path: "wit", generate_all });

mod lookup;

use std::cell::RefCell;

use blink::plugin::types::Header;
use exports::blink::plugin::lifecycle;
use exports::blink::plugin::records::{self, Batch, KafkaRecord, Verdict};
use wasi::clocks::wall_clock;
use wasi::config::store as config;
use wasi::keyvalue::store::{self, Bucket};
use wasi::logging::logging::{log, Level};

const STAMP_BYTES: usize = 8;

struct State {
    authority: String,
    path: String,
    header: String,
    seconds: u64,
    bucket: Bucket,
}

thread_local! {
    static STATE: RefCell<Option<State>> = const { RefCell::new(None) };
}

struct Plugin;

impl lifecycle::Guest for Plugin {
    fn init(_config: String) -> Result<(), String> {
        let url = setting("url").ok_or("config.url is missing: url: http://localhost:8099/customers/")?;
        let (authority, path) = url
            .strip_prefix("http://")
            .and_then(|rest| rest.split_once('/'))
            .ok_or_else(|| format!("config.url is {url}; it is to be http://host/path/"))?;
        let seconds = setting("seconds").map_or(Ok(300), |text| text.parse());
        let seconds = seconds.map_err(|_| "config.seconds is no number")?;
        let state = State {
            authority: authority.into(),
            path: format!("/{path}"),
            header: setting("header").unwrap_or_else(|| "enriched".into()),
            seconds,
            bucket: store::open("").map_err(|error| format!("{error:?}"))?,
        };
        STATE.set(Some(state));
        Ok(())
    }
}

fn setting(key: &str) -> Option<String> {
    config::get(key).ok().flatten()
}

impl records::Guest for Plugin {
    fn on_records(batch: Batch) -> Vec<Verdict> {
        STATE.with_borrow(|state| {
            let state = state.as_ref().expect("init was called");
            batch.records.into_iter().map(|record| state.enriched(record)).collect()
        })
    }
}

impl State {
    fn enriched(&self, mut record: KafkaRecord) -> Verdict {
        let Some(key) = record.key.as_deref().and_then(|key| std::str::from_utf8(key).ok()) else {
            return Verdict::Accept;
        };
        match self.kept(key).map_or_else(|| self.looked_up(key), Ok) {
            Ok(found) => {
                record.headers.push(Header { key: self.header.clone(), value: Some(found) });
                Verdict::Replace(record)
            }
            Err(error) => {
                log(Level::Warn, "", &format!("nothing found for the key {key}: {error}"));
                Verdict::Accept
            }
        }
    }

    /// Of the store, when it is not too old. It begins with when it was kept.
    fn kept(&self, key: &str) -> Option<Vec<u8>> {
        let kept = self.bucket.get(key).ok()??;
        let (stamp, value) = kept.split_at_checked(STAMP_BYTES)?;
        let age = wall_clock::now().seconds.saturating_sub(u64::from_le_bytes(stamp.try_into().ok()?));
        (age < self.seconds).then(|| value.to_vec())
    }

    fn looked_up(&self, key: &str) -> Result<Vec<u8>, String> {
        let found = lookup::get(&self.authority, &format!("{}{}", self.path, lookup::escaped(key)))?;
        let stamped = [&wall_clock::now().seconds.to_le_bytes()[..], &found].concat();
        if let Err(error) = self.bucket.set(key, &stamped) {
            log(Level::Warn, "", &format!("{key} is not kept: {error:?}"));
        }
        Ok(found)
    }
}

export!(Plugin);

// Stores large values gzipped, with a header that says so. Consumers that look at content-encoding unpack them.
package main

import (
	"blink"
	"bytes"
	"compress/gzip"
	"encoding/json"
)

const header = "content-encoding"

var config = struct {
	MinBytes int `json:"min_bytes"`
}{MinBytes: 1024}

var packed bytes.Buffer
var packer, _ = gzip.NewWriterLevel(&packed, gzip.BestSpeed)

func init() {
	blink.Serve(blink.Plugin{Init: start, OnRecords: packAll})
}

func start(text string) error {
	return json.Unmarshal([]byte(text), &config)
}

func packAll(batch blink.Batch) []blink.Verdict {
	verdicts := make([]blink.Verdict, len(batch.Records))
	for at, record := range batch.Records {
		verdicts[at] = pack(record)
	}
	return verdicts
}

func pack(record blink.Record) blink.Verdict {
	if len(record.Value) < config.MinBytes {
		return blink.Accept
	}
	for _, one := range record.Headers {
		if one.Key == header {
			return blink.Accept // Whoever says how it is packed has packed it.
		}
	}
	packed.Reset()
	packer.Reset(&packed)
	packer.Write(record.Value) // Into memory: does not fail.
	packer.Close()
	if packed.Len() >= len(record.Value)*9/10 {
		return blink.Accept // Not worth a consumer's trouble.
	}
	record.Value = bytes.Clone(packed.Bytes())
	record.Headers = append(record.Headers, blink.Header{Key: header, Value: []byte("gzip")})
	return blink.Replace(record)
}

func main() {}

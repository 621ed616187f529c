// Refuses records without a value, and accepts all others.
package main

import "blink"

func init() {
	blink.Serve(blink.Plugin{Init: start, OnRecords: judgeAll})
}

// Once at the start. config is what settings.yaml says, as JSON. An error keeps the plugin from starting.
func start(config string) error {
	blink.Log(blink.Info, "Hello from {{name}}, with config "+config)
	return nil
}

// One verdict per record, in their order.
func judgeAll(batch blink.Batch) []blink.Verdict {
	verdicts := make([]blink.Verdict, len(batch.Records))
	for at, record := range batch.Records {
		verdicts[at] = judge(record)
	}
	return verdicts
}

func judge(record blink.Record) blink.Verdict {
	if len(record.Value) == 0 {
		return blink.Reject("the value is empty")
	}
	return blink.Accept
}

func main() {} // Not called: a plugin waits to be called.

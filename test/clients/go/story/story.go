// Package story is what the programs of Go's clients have in common. See ../../matrix/story.ts.
package story

import (
	"fmt"
	"os"
	"strings"
	"time"
)

const (
	RecordCount      = 100
	GroupRecordCount = 60
)

var (
	Address, Name = os.Args[1], os.Args[2]
	Topic         = Name + "-t"
	Group         = Name + "-g"
	Written       = Name + "-tx"
)

// Record is of the short story, not yet one of a client's.
type Record struct{ Key, Value string }

func CodecRecords() (records []Record) {
	for at := range RecordCount {
		records = append(records, Record{fmt.Sprintf("key %d", at), fmt.Sprintf("record %d of many that compress well", at)})
	}
	return records
}

func GroupRecords() (records []Record) {
	for at := range GroupRecordCount {
		records = append(records, Record{fmt.Sprintf("key %d", at), fmt.Sprint(at)})
	}
	return records
}

// Transactions are values and whether they are committed.
var Transactions = []struct {
	Value     string
	Committed bool
}{{"a", true}, {"b", false}, {"c", true}}

func Tell(step, seen string) { fmt.Printf("%s: %s\n", step, seen) }

func Told(values []string) string {
	for at, value := range values {
		if at >= RecordCount || value != CodecRecords()[at].Value {
			return "other records: " + strings.Join(values, ", ")
		}
	}
	return fmt.Sprintf("%d records", len(values))
}

func GroupTold(values []string) string {
	read := map[string]bool{}
	for _, value := range values {
		read[value] = true
	}
	count := 0
	for _, record := range GroupRecords() {
		if read[record.Value] {
			count++
		}
	}
	return fmt.Sprintf("%d records", count)
}

func Must(err error) {
	if err != nil {
		panic(err)
	}
}

func Until(what string, isSo func() bool) {
	for deadline := time.Now().Add(30 * time.Second); !isSo(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			panic("it never came about: " + what)
		}
	}
}

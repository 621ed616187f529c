// Package blink is blink:plugin@0.2.0 for the standard Go compiler: what a plugin sees and answers. abi.go reads and
// writes it as the component model wants it.
package blink

// Header is a name and a value beside a record.
type Header struct {
	Key string
	// Nil is null, which is not the same as empty.
	Value []byte
}

// Record is a record of Kafka. Its bytes may be kept.
type Record struct {
	// Nil when it has none.
	Key []byte
	// Nil is a tombstone.
	Value   []byte
	Headers []Header
	// Milliseconds since 1970; -1 when its producer gave none.
	Timestamp int64
	// -1 before it is stored, hence always when it is produced.
	Offset int64
}

// Batch is what came together to one partition.
type Batch struct {
	Topic     string
	Partition uint32
	// What the client calls itself; "http" for records that were posted.
	ClientID string
	// Who the client proved to be, as "User:alice"; empty while nobody need prove anything.
	Principal string
	Records   []Record
}

// Verdict is what becomes of a record.
type Verdict struct {
	tag          byte
	reason       string
	record       Record
	milliseconds uint32
}

const (
	accept = iota
	reject
	drop
	replace
	throttle
)

// Accept: it is stored as it is.
var Accept = Verdict{tag: accept}

// Drop: it is not stored, and its producer is told that it was.
var Drop = Verdict{tag: drop}

// Reject: it is refused, and its producer is told why.
func Reject(reason string) Verdict { return Verdict{tag: reject, reason: reason} }

// Replace: this one is stored in its place.
func Replace(record Record) Verdict { return Verdict{tag: replace, record: record} }

// Throttle: it is stored, and its producer is asked to send nothing for so long.
func Throttle(milliseconds uint32) Verdict { return Verdict{tag: throttle, milliseconds: milliseconds} }

// Plugin is what Blink calls. OnRecords answers one verdict per record, in their order.
type Plugin struct {
	Init      func(config string) error
	OnRecords func(batch Batch) []Verdict
}

// Serve names the plugin. To be called from an init function, since main is not.
func Serve(plugin Plugin) { served = plugin }

var served Plugin

// Level is how much a log line matters.
type Level int32

const (
	Trace Level = iota
	Debug
	Info
	Warn
	Error
	Critical
)

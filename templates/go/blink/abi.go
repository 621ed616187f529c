package blink

// The canonical ABI by hand: the standard compiler has no bindings generator that does without TinyGo.
// Offsets and sizes follow from wit/deps/blink-plugin/blink-plugin.wit by the component model's rules.

import (
	"encoding/binary"
	"runtime"
	"unsafe"
)

const (
	recordBytes  = 56
	headerBytes  = 20
	verdictBytes = 64
	chunkBytes   = 1 << 16
	collectBytes = 4 << 20
)

// What the host asked for since the last call; a slice, so that Go's collector sees what only the host points to.
var chunks [][]byte
var free []byte

// Since the last collection.
var allocated int

// What the last answer consists of, until the next call: the host reads it after the call has returned.
var answer struct {
	bytes    []byte
	verdicts []Verdict
	pair     [2]uint32
	result   [3]uint32
}

//go:wasmexport cabi_realloc
func cabiRealloc(old unsafe.Pointer, oldBytes, align, bytes int32) unsafe.Pointer {
	at := allocate(int(bytes), int(align))
	if oldBytes > 0 {
		copy(at, unsafe.Slice((*byte)(old), min(oldBytes, bytes)))
	}
	return unsafe.Pointer(unsafe.SliceData(at))
}

func allocate(bytes, align int) []byte {
	skip := int(-uintptr(unsafe.Pointer(unsafe.SliceData(free))) & uintptr(align-1))
	if len(free) < skip+bytes {
		skip, free = 0, make([]byte, max(chunkBytes, bytes+8))
		chunks = append(chunks, free)
		allocated += len(free)
	}
	at := free[skip : skip+bytes : skip+bytes]
	free = free[skip+bytes:]
	return at
}

// After this, only what the plugin itself holds on to keeps the arguments of the call.
func release() {
	clear(chunks)
	chunks, free = chunks[:0], nil
	if allocated < collectBytes {
		return
	}
	// Go collects in goroutines of its own, which get no time once a call has returned: memory would only ever grow.
	runtime.GC()
	allocated = 0
}

//go:wasmexport blink:plugin/lifecycle@0.2.0#init
func exportInit(config unsafe.Pointer, length int32) unsafe.Pointer {
	text := unsafe.String((*byte)(config), length)
	var err error
	if served.Init != nil {
		err = served.Init(text)
	}
	release()
	answer.result = [3]uint32{}
	if err != nil {
		answer.bytes = []byte(err.Error())
		answer.result = [3]uint32{1, address(answer.bytes), uint32(len(answer.bytes))}
	}
	return unsafe.Pointer(&answer.result)
}

//go:wasmexport blink:plugin/records@0.2.0#on-records
func exportOnRecords(topic unsafe.Pointer, topicLength, partition, hasClient int32, client unsafe.Pointer,
	clientLength, hasPrincipal int32, principal unsafe.Pointer, principalLength int32, records unsafe.Pointer,
	count int32) unsafe.Pointer {
	batch := Batch{
		Topic:     unsafe.String((*byte)(topic), topicLength),
		Partition: uint32(partition),
		Records:   make([]Record, count),
	}
	if hasClient != 0 {
		batch.ClientID = unsafe.String((*byte)(client), clientLength)
	}
	if hasPrincipal != 0 {
		batch.Principal = unsafe.String((*byte)(principal), principalLength)
	}
	for at, bytes := 0, unsafe.Slice((*byte)(records), int(count)*recordBytes); at < int(count); at++ {
		readRecord(bytes[at*recordBytes:], &batch.Records[at])
	}
	verdicts := served.OnRecords(batch)
	release()
	writeVerdicts(verdicts)
	return unsafe.Pointer(&answer.pair)
}

func word(bytes []byte, at int) uint32 { return binary.LittleEndian.Uint32(bytes[at:]) }

// What lies at an address that the host gave.
func lying(bytes []byte, at int) []byte {
	length := word(bytes, at+4)
	if length == 0 {
		return []byte{}
	}
	return unsafe.Slice((*byte)(pointer(word(bytes, at))), length)
}

// Addresses are numbers here only; go vet cannot know that the host keeps to the memory it was given.
func pointer(address uint32) unsafe.Pointer {
	number := uintptr(address)
	return *(*unsafe.Pointer)(unsafe.Pointer(&number))
}

func optional(bytes []byte, at int) []byte {
	if bytes[at] == 0 {
		return nil
	}
	return lying(bytes, at+4)
}

func readRecord(bytes []byte, record *Record) {
	record.Key, record.Value = optional(bytes, 0), optional(bytes, 12)
	headers, count := word(bytes, 24), int(word(bytes, 28))
	if count > 0 {
		record.Headers = make([]Header, count)
		all := unsafe.Slice((*byte)(pointer(headers)), count*headerBytes)
		for at := range record.Headers {
			header := all[at*headerBytes:]
			key := lying(header, 0)
			record.Headers[at] = Header{unsafe.String(unsafe.SliceData(key), len(key)), optional(header, 8)}
		}
	}
	record.Timestamp, record.Offset = int64(binary.LittleEndian.Uint64(bytes[32:])), -1
	if bytes[40] != 0 {
		record.Offset = int64(binary.LittleEndian.Uint64(bytes[48:]))
	}
}

func writeVerdicts(verdicts []Verdict) {
	bytes := len(verdicts) * verdictBytes
	for at := range verdicts {
		bytes += len(verdicts[at].record.Headers) * headerBytes
	}
	if cap(answer.bytes) < bytes {
		answer.bytes = make([]byte, bytes)
	}
	answer.bytes = answer.bytes[:bytes]
	clear(answer.bytes)
	answer.verdicts = verdicts // What they point to must live until the host has read it.
	headersAt := len(verdicts) * verdictBytes
	for at := range verdicts {
		headersAt = writeVerdict(answer.bytes, at*verdictBytes, headersAt, &verdicts[at])
	}
	answer.pair = [2]uint32{address(answer.bytes), uint32(len(verdicts))}
}

// Answers where the headers of the next one go.
func writeVerdict(bytes []byte, at, headersAt int, verdict *Verdict) int {
	bytes[at] = verdict.tag
	payload := bytes[at+8 : at+verdictBytes]
	switch verdict.tag {
	case reject:
		putText(payload, 0, verdict.reason)
	case throttle:
		binary.LittleEndian.PutUint32(payload, verdict.milliseconds)
	case replace:
		record := &verdict.record
		putOptional(payload, 0, record.Key)
		putOptional(payload, 12, record.Value)
		binary.LittleEndian.PutUint32(payload[24:], address(bytes)+uint32(headersAt))
		binary.LittleEndian.PutUint32(payload[28:], uint32(len(record.Headers)))
		binary.LittleEndian.PutUint64(payload[32:], uint64(record.Timestamp))
		for _, header := range record.Headers {
			putText(bytes[headersAt:], 0, header.Key)
			putOptional(bytes[headersAt:], 8, header.Value)
			headersAt += headerBytes
		}
	}
	return headersAt
}

func putText(bytes []byte, at int, text string) {
	binary.LittleEndian.PutUint32(bytes[at:], uint32(uintptr(unsafe.Pointer(unsafe.StringData(text)))))
	binary.LittleEndian.PutUint32(bytes[at+4:], uint32(len(text)))
}

func putOptional(bytes []byte, at int, value []byte) {
	if value == nil {
		return
	}
	bytes[at] = 1
	binary.LittleEndian.PutUint32(bytes[at+4:], address(value))
	binary.LittleEndian.PutUint32(bytes[at+8:], uint32(len(value)))
}

func address(bytes []byte) uint32 { return uint32(uintptr(unsafe.Pointer(unsafe.SliceData(bytes)))) }

//go:wasmimport wasi:logging/logging@0.1.0-draft log
func logImport(level int32, context unsafe.Pointer, contextLength int32, message unsafe.Pointer, messageLength int32)

// Log writes one line to the broker's log, with the plugin's name beside it.
func Log(level Level, message string) {
	at := unsafe.Pointer(unsafe.StringData(message))
	logImport(int32(level), at, 0, at, int32(len(message)))
}

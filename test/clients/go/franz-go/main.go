// The short story, told by franz-go.
package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kversion"

	. "blink/test/clients/go/story"
)

var ctx, _ = context.WithTimeout(context.Background(), 2*time.Minute)

func client(options ...kgo.Opt) *kgo.Client {
	options = append(options, kgo.SeedBrokers(Address))
	// As an older client would: MAX_VERSION=2.8.
	if release := os.Getenv("MAX_VERSION"); release != "" {
		options = append(options, kgo.MaxVersions(kversion.FromString(release)))
	}
	made, err := kgo.NewClient(options...)
	Must(err)
	return made
}

func created(admin *kadm.Client, topic string, partitions int32, configs map[string]*string) {
	_, err := admin.CreateTopic(ctx, partitions, 1, configs, topic)
	Must(err)
}

func retention(admin *kadm.Client) string {
	described, err := admin.DescribeTopicConfigs(ctx, Topic)
	Must(err)
	for _, config := range described[0].Configs {
		if config.Key == "retention.ms" {
			return config.MaybeValue()
		}
	}
	return "none"
}

func administer(admin *kadm.Client) {
	minute, two := "60000", "120000"
	created(admin, Topic, 4, map[string]*string{"retention.ms": &minute})
	partitions := func() int {
		details, err := admin.ListTopics(ctx, Topic)
		Must(err)
		return len(details[Topic].Partitions)
	}
	Until("the topic is there", func() bool { return partitions() > 0 })
	Tell("create", fmt.Sprintf("%d partitions", partitions()))
	if _, err := admin.CreateTopic(ctx, 1, 1, nil, Topic); err != nil {
		Tell("create again", "refused")
	} else {
		Tell("create again", "created")
	}
	before := retention(admin)
	_, err := admin.AlterTopicConfigs(ctx, []kadm.AlterConfig{{Name: "retention.ms", Value: &two}}, Topic)
	Must(err)
	Until("the config is changed", func() bool { return retention(admin) != before })
	Tell("configs", fmt.Sprintf("%s, then %s", before, retention(admin)))
}

func recordsOf(topic string, plain []Record) (records []*kgo.Record) {
	for _, record := range plain {
		records = append(records, &kgo.Record{Topic: topic, Key: []byte(record.Key), Value: []byte(record.Value)})
	}
	return records
}

func readAll(topic string, count int, isolation kgo.IsolationLevel) (values []string) {
	reader := client(kgo.ConsumeTopics(topic), kgo.FetchIsolationLevel(isolation),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()))
	defer reader.Close()
	for len(values) < count && ctx.Err() == nil {
		reader.PollFetches(ctx).EachRecord(func(record *kgo.Record) { values = append(values, string(record.Value)) })
	}
	return values
}

func compress(admin *kadm.Client) {
	codecs := map[string]kgo.CompressionCodec{"none": kgo.NoCompression(), "gzip": kgo.GzipCompression(),
		"snappy": kgo.SnappyCompression(), "lz4": kgo.Lz4Compression(), "zstd": kgo.ZstdCompression()}
	for _, name := range []string{"none", "gzip", "snappy", "lz4", "zstd"} {
		topic := Name + "-" + name
		created(admin, topic, 1, nil)
		producer := client(kgo.ProducerBatchCompression(codecs[name]), kgo.ProducerLinger(50*time.Millisecond))
		Must(producer.ProduceSync(ctx, recordsOf(topic, CodecRecords())...).FirstErr())
		producer.Close()
		Tell(name, Told(readAll(topic, RecordCount, kgo.ReadCommitted())))
	}
}

// Member of the group, in a thread of its own; it knows what it owns.
type member struct {
	*kgo.Client
	*sync.Mutex
	owned  *int
	values *[]string
}

func join() member {
	var lock sync.Mutex
	owned, values := 0, []string{}
	change := func(sign int) func(context.Context, *kgo.Client, map[string][]int32) {
		return func(_ context.Context, _ *kgo.Client, topics map[string][]int32) {
			lock.Lock()
			defer lock.Unlock()
			owned += sign * len(topics[Topic])
		}
	}
	joined := client(kgo.ConsumerGroup(Group), kgo.ConsumeTopics(Topic), kgo.HeartbeatInterval(100*time.Millisecond),
		kgo.SessionTimeout(10*time.Second), kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()),
		kgo.OnPartitionsAssigned(change(1)), kgo.OnPartitionsRevoked(change(-1)), kgo.OnPartitionsLost(change(-1)))
	go func() {
		for {
			fetches := joined.PollFetches(ctx)
			if fetches.IsClientClosed() || ctx.Err() != nil {
				return
			}
			lock.Lock()
			fetches.EachRecord(func(record *kgo.Record) { values = append(values, string(record.Value)) })
			lock.Unlock()
		}
	}()
	return member{joined, &lock, &owned, &values}
}

func (m member) owns(count int) func() bool {
	return func() bool {
		m.Lock()
		defer m.Unlock()
		return *m.owned == count
	}
}

func (m member) read() []string {
	m.Lock()
	defer m.Unlock()
	return append([]string{}, *m.values...)
}

func (m member) leave() {
	Must(m.CommitUncommittedOffsets(ctx))
	m.Close()
}

func share() {
	first := join()
	Until("the first owns all", first.owns(4))
	second := join()
	Until("the second owns two", second.owns(2))
	Until("the first owns two", first.owns(2))
	producer := client()
	Must(producer.ProduceSync(ctx, recordsOf(Topic, GroupRecords())...).FirstErr())
	values := func() []string { return append(first.read(), second.read()...) }
	Until("every record is read", func() bool { return len(values()) >= GroupRecordCount })
	second.leave()
	Until("the first owns all again", first.owns(4))
	Tell("group", "4, then 2 and 2, then 4")
	Tell("group records", GroupTold(values()))
	first.leave()
	Must(producer.ProduceSync(ctx, recordsOf(Topic, []Record{{"", "later"}})...).FirstErr())
	producer.Close()
	third := join()
	Until("the third reads", func() bool { return len(third.read()) > 0 })
	Tell("goes on", strings.Join(third.read(), " "))
	third.leave()
}

func transact(admin *kadm.Client) {
	created(admin, Written, 1, nil)
	producer := client(kgo.TransactionalID(Written))
	for _, transaction := range Transactions {
		Must(producer.BeginTransaction())
		Must(producer.ProduceSync(ctx, recordsOf(Written, []Record{{"", transaction.Value}})...).FirstErr())
		Must(producer.EndTransaction(ctx, kgo.TransactionEndTry(transaction.Committed)))
	}
	producer.Close()
	Tell("read committed", strings.Join(readAll(Written, 2, kgo.ReadCommitted()), " "))
	Tell("read uncommitted", strings.Join(readAll(Written, 3, kgo.ReadUncommitted()), " "))
}

func main() {
	admin := kadm.NewClient(client())
	administer(admin)
	compress(admin)
	share()
	transact(admin)
	_, err := admin.DeleteTopic(ctx, Topic)
	Must(err)
	Until("the topic is gone", func() bool {
		details, err := admin.ListTopics(ctx)
		Must(err)
		return !details.Has(Topic)
	})
	Tell("delete", "gone")
}

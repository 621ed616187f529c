// The short story, told by Sarama.
package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/IBM/sarama"

	. "blink/test/clients/go/story"
)

var ctx, _ = context.WithTimeout(context.Background(), 2*time.Minute)
var brokers = []string{Address}

func config() *sarama.Config {
	made := sarama.NewConfig()
	// What it asks for follows from the release that it is told of.
	made.Version = sarama.MaxVersion
	if release := os.Getenv("MAX_VERSION"); release != "" {
		version, err := sarama.ParseKafkaVersion(release + ".0")
		Must(err)
		made.Version = version
	}
	made.Producer.Return.Successes = true
	made.Producer.RequiredAcks = sarama.WaitForAll
	made.Consumer.Offsets.Initial = sarama.OffsetOldest
	made.Consumer.Offsets.AutoCommit.Interval = 50 * time.Millisecond
	made.Consumer.Group.Heartbeat.Interval = 100 * time.Millisecond
	made.Metadata.Retry.Backoff = 50 * time.Millisecond
	return made
}

func create(admin sarama.ClusterAdmin, topic string, partitions int32, configs map[string]*string) error {
	return admin.CreateTopic(topic, &sarama.TopicDetail{NumPartitions: partitions, ReplicationFactor: 1,
		ConfigEntries: configs}, false)
}

func retention(admin sarama.ClusterAdmin) string {
	asked := sarama.ConfigResource{Type: sarama.TopicResource, Name: Topic, ConfigNames: []string{"retention.ms"}}
	entries, err := admin.DescribeConfig(asked)
	Must(err)
	return entries[0].Value
}

func administer(admin sarama.ClusterAdmin) {
	minute, two := "60000", "120000"
	Must(create(admin, Topic, 4, map[string]*string{"retention.ms": &minute}))
	partitions := func() int {
		described, err := admin.DescribeTopics([]string{Topic})
		Must(err)
		return len(described[0].Partitions)
	}
	Until("the topic is there", func() bool { return partitions() > 0 })
	Tell("create", fmt.Sprintf("%d partitions", partitions()))
	if create(admin, Topic, 1, nil) != nil {
		Tell("create again", "refused")
	} else {
		Tell("create again", "created")
	}
	before := retention(admin)
	Must(admin.AlterConfig(sarama.TopicResource, Topic, map[string]*string{"retention.ms": &two}, false))
	Until("the config is changed", func() bool { return retention(admin) != before })
	Tell("configs", fmt.Sprintf("%s, then %s", before, retention(admin)))
}

func messagesOf(topic string, plain []Record) (messages []*sarama.ProducerMessage) {
	for _, record := range plain {
		messages = append(messages, &sarama.ProducerMessage{Topic: topic, Key: sarama.StringEncoder(record.Key),
			Value: sarama.StringEncoder(record.Value)})
	}
	return messages
}

func produce(config *sarama.Config, topic string, records []Record) {
	producer, err := sarama.NewSyncProducer(brokers, config)
	Must(err)
	Must(producer.SendMessages(messagesOf(topic, records)))
	Must(producer.Close())
}

func readAll(topic string, count int, isolation sarama.IsolationLevel) (values []string) {
	isolated := config()
	isolated.Consumer.IsolationLevel = isolation
	consumer, err := sarama.NewConsumer(brokers, isolated)
	Must(err)
	partition, err := consumer.ConsumePartition(topic, 0, sarama.OffsetOldest)
	Must(err)
	for len(values) < count {
		select {
		case message := <-partition.Messages():
			values = append(values, string(message.Value))
		case <-ctx.Done():
			panic(fmt.Sprintf("%d of %d records of %s", len(values), count, topic))
		}
	}
	Must(partition.Close())
	Must(consumer.Close())
	return values
}

func compress(admin sarama.ClusterAdmin) {
	codecs := []sarama.CompressionCodec{sarama.CompressionNone, sarama.CompressionGZIP, sarama.CompressionSnappy,
		sarama.CompressionLZ4, sarama.CompressionZSTD}
	for _, codec := range codecs {
		topic := Name + "-" + codec.String()
		Must(create(admin, topic, 1, nil))
		compressed := config()
		compressed.Producer.Compression = codec
		compressed.Producer.Flush.Messages = RecordCount
		produce(compressed, topic, CodecRecords())
		Tell(codec.String(), Told(readAll(topic, RecordCount, sarama.ReadCommitted)))
	}
}

// Member of the group, in threads of its own; it knows what it owns.
type member struct {
	sync.Mutex
	group  sarama.ConsumerGroup
	owned  int
	values []string
}

func (m *member) Setup(session sarama.ConsumerGroupSession) error {
	m.own(len(session.Claims()[Topic]))
	return nil
}

func (m *member) Cleanup(sarama.ConsumerGroupSession) error {
	m.own(0)
	return nil
}

func (m *member) ConsumeClaim(session sarama.ConsumerGroupSession, claim sarama.ConsumerGroupClaim) error {
	for message := range claim.Messages() {
		m.Lock()
		m.values = append(m.values, string(message.Value))
		m.Unlock()
		session.MarkMessage(message, "")
	}
	return nil
}

func (m *member) own(count int) {
	m.Lock()
	defer m.Unlock()
	m.owned = count
}

func (m *member) owns(count int) func() bool {
	return func() bool {
		m.Lock()
		defer m.Unlock()
		return m.owned == count
	}
}

func (m *member) read() []string {
	m.Lock()
	defer m.Unlock()
	return append([]string{}, m.values...)
}

func join() *member {
	group, err := sarama.NewConsumerGroup(brokers, Group, config())
	Must(err)
	joined := &member{group: group}
	go func() {
		// Ends with each rebalance, and for good when the group is closed.
		for group.Consume(ctx, []string{Topic}, joined) == nil {
		}
	}()
	return joined
}

func share() {
	first := join()
	Until("the first owns all", first.owns(4))
	second := join()
	Until("the second owns two", second.owns(2))
	Until("the first owns two", first.owns(2))
	produce(config(), Topic, GroupRecords())
	values := func() []string { return append(first.read(), second.read()...) }
	Until("every record is read", func() bool { return len(values()) >= GroupRecordCount })
	Must(second.group.Close())
	Until("the first owns all again", first.owns(4))
	Tell("group", "4, then 2 and 2, then 4")
	Tell("group records", GroupTold(values()))
	Must(first.group.Close())
	produce(config(), Topic, []Record{{"", "later"}})
	third := join()
	Until("the third reads", func() bool { return len(third.read()) > 0 })
	Tell("goes on", strings.Join(third.read(), " "))
	Must(third.group.Close())
}

func transact(admin sarama.ClusterAdmin) {
	Must(create(admin, Written, 1, nil))
	transactional := config()
	transactional.Producer.Idempotent = true
	transactional.Producer.Transaction.ID = Written
	transactional.Net.MaxOpenRequests = 1
	producer, err := sarama.NewSyncProducer(brokers, transactional)
	Must(err)
	for _, transaction := range Transactions {
		Must(producer.BeginTxn())
		Must(producer.SendMessages(messagesOf(Written, []Record{{"", transaction.Value}})))
		if transaction.Committed {
			Must(producer.CommitTxn())
		} else {
			Must(producer.AbortTxn())
		}
	}
	Must(producer.Close())
	Tell("read committed", strings.Join(readAll(Written, 2, sarama.ReadCommitted), " "))
	Tell("read uncommitted", strings.Join(readAll(Written, 3, sarama.ReadUncommitted), " "))
}

func main() {
	admin, err := sarama.NewClusterAdmin(brokers, config())
	Must(err)
	administer(admin)
	compress(admin)
	share()
	transact(admin)
	Must(admin.DeleteTopic(Topic))
	Until("the topic is gone", func() bool {
		topics, err := admin.ListTopics()
		Must(err)
		_, isThere := topics[Topic]
		return !isThere
	})
	Tell("delete", "gone")
}

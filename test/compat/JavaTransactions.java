import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.AbortTransactionSpec;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.ProducerState;
import org.apache.kafka.clients.admin.TransactionDescription;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** What Java programs do with transactions, against the broker that is named; a line for each thing seen. */
public class JavaTransactions {
    static final String run = UUID.randomUUID().toString().substring(0, 8);
    static String brokers;

    public static void main(String[] arguments) throws Exception {
        brokers = arguments[0];
        try (Admin admin = Admin.create(Map.<String, Object>of("bootstrap.servers", brokers))) {
            admin.createTopics(List.of("in", "out", "zombies").stream().map(name -> new NewTopic(topic(name), 2, (short) 1)).toList()).all().get();
            System.out.println("feature transaction.version " + admin.describeFeatures().featureMetadata().get()
                .finalizedFeatures().get("transaction.version").maxVersionLevel());
            commitAndAbort(admin);
            consumeTransformProduce(admin);
            zombie();
            administer(admin);
        }
    }

    static void commitAndAbort(Admin admin) throws Exception {
        try (KafkaProducer<String, String> producer = producer("writer")) {
            producer.initTransactions();
            for (int round = 0; round < 4; round++) {
                producer.beginTransaction();
                for (int each = 0; each < 5; each++) send(producer, "in", each % 2, round + "." + each);
                if (round % 2 == 0) producer.commitTransaction();
                else producer.abortTransaction();
            }
            producer.beginTransaction();
            producer.abortTransaction();
        }
        System.out.println("committed " + read("in", true, 10));
        System.out.println("uncommitted " + read("in", false, 20).size());
    }

    static void consumeTransformProduce(Admin admin) throws Exception {
        try (KafkaConsumer<String, String> consumer = consumer("transformers", true); KafkaProducer<String, String> producer = producer("transformer")) {
            consumer.subscribe(List.of(topic("in")));
            producer.initTransactions();
            int done = 0;
            for (int round = 0; done < 10; round++) {
                ConsumerRecords<String, String> records = consumer.poll(Duration.ofMillis(500));
                if (records.isEmpty()) continue;
                producer.beginTransaction();
                Map<TopicPartition, OffsetAndMetadata> offsets = new java.util.HashMap<>();
                for (ConsumerRecord<String, String> record : records) {
                    send(producer, "out", record.partition(), record.value() + "!");
                    offsets.put(new TopicPartition(record.topic(), record.partition()), new OffsetAndMetadata(record.offset() + 1));
                    done++;
                }
                producer.sendOffsetsToTransaction(offsets, consumer.groupMetadata());
                producer.commitTransaction();
            }
        }
        System.out.println("transformed " + read("out", true, 10));
        Map<TopicPartition, OffsetAndMetadata> offsets = admin.listConsumerGroupOffsets(topic("transformers")).partitionsToOffsetAndMetadata().get();
        System.out.println("offsets " + offsets.values().stream().map(OffsetAndMetadata::offset).sorted().toList());
    }

    static void zombie() throws Exception {
        try (KafkaProducer<String, String> zombie = producer("contested"); KafkaProducer<String, String> successor = producer("contested")) {
            zombie.initTransactions();
            zombie.beginTransaction();
            send(zombie, "zombies", 0, "late");
            successor.initTransactions();
            successor.beginTransaction();
            send(successor, "zombies", 0, "in time");
            successor.commitTransaction();
            System.out.println("zombie commits: " + failure(zombie::commitTransaction));
        }
        System.out.println("after the zombie " + read("zombies", true, 1));
    }

    static void administer(Admin admin) throws Exception {
        TopicPartition partition = new TopicPartition(topic("zombies"), 1);
        String id = topic("hanging");
        try (KafkaProducer<String, String> producer = producer("hanging")) {
            producer.initTransactions();
            producer.beginTransaction();
            send(producer, "zombies", 1, "hangs");
            TransactionDescription described = admin.describeTransactions(List.of(id)).description(id).get();
            System.out.println("described " + described.state() + " " + described.topicPartitions().size() + " " + described.transactionTimeoutMs());
            System.out.println("listed " + admin.listTransactions(new ListTransactionsOptions().filterOnTransactionalIdPattern(topic(".*"))).all().get()
                .stream().map(one -> one.transactionalId().substring(9) + " " + one.state()).sorted().toList());
            ProducerState state = admin.describeProducers(List.of(partition)).partitionResult(partition).get().activeProducers().get(0);
            System.out.println("open from " + state.currentTransactionStartOffset().getAsLong() + " sequence " + state.lastSequence());
            admin.abortTransaction(new AbortTransactionSpec(partition, state.producerId(), (short) state.producerEpoch(), state.coordinatorEpoch().orElse(0))).all().get();
            System.out.println("aborted by hand: open " + admin.describeProducers(List.of(partition)).partitionResult(partition).get()
                .activeProducers().get(0).currentTransactionStartOffset().isPresent());
            admin.fenceProducers(List.of(id)).all().get();
            System.out.println("fenced: " + failure(() -> { send(producer, "zombies", 1, "more"); producer.commitTransaction(); }));
        }
    }

    interface Step { void run() throws Exception; }

    static String failure(Step step) {
        try {
            step.run();
            return "nothing";
        } catch (ExecutionException failed) {
            return failed.getCause().getClass().getSimpleName();
        } catch (Exception failed) {
            return failed instanceof KafkaException ? failed.getClass().getSimpleName() : failed.toString();
        }
    }

    static void send(KafkaProducer<String, String> producer, String name, int partition, String value) throws Exception {
        producer.send(new ProducerRecord<>(topic(name), partition, null, value)).get();
    }

    /** In each run all names are others, so that a broker can be used again. */
    static String topic(String name) {
        return run + "-" + name;
    }

    static List<String> read(String name, boolean isCommitted, int count) {
        List<String> values = new ArrayList<>();
        try (KafkaConsumer<String, String> consumer = consumer(UUID.randomUUID().toString(), isCommitted)) {
            List<TopicPartition> partitions = List.of(0, 1).stream().map(index -> new TopicPartition(topic(name), index)).toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (!partitions.stream().allMatch(one -> consumer.position(one) >= ends.get(one))) {
                for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(500))) values.add(record.value());
            }
        }
        if (values.size() != count) System.out.println(count + " records were expected, not " + values.size());
        Collections.sort(values);
        return values;
    }

    static KafkaProducer<String, String> producer(String id) {
        Properties properties = new Properties();
        properties.put("bootstrap.servers", brokers);
        properties.put("transactional.id", topic(id));
        properties.put("key.serializer", StringSerializer.class.getName());
        properties.put("value.serializer", StringSerializer.class.getName());
        return new KafkaProducer<>(properties);
    }

    static KafkaConsumer<String, String> consumer(String group, boolean isCommitted) {
        Properties properties = new Properties();
        properties.put("bootstrap.servers", brokers);
        properties.put("group.id", topic(group));
        properties.put("enable.auto.commit", "false");
        properties.put("auto.offset.reset", "earliest");
        properties.put("isolation.level", isCommitted ? "read_committed" : "read_uncommitted");
        properties.put("key.deserializer", StringDeserializer.class.getName());
        properties.put("value.deserializer", StringDeserializer.class.getName());
        return new KafkaConsumer<>(properties);
    }
}

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** The short story, told by Kafka's own Java client. See ../matrix/story.ts. -Dgroup.protocol=consumer joins as KIP-848 has it. */
public class Story {
    static final List<String> keys = IntStream.range(0, 100).mapToObj(at -> "key " + at).toList();
    static final List<String> records =
        IntStream.range(0, 100).mapToObj(at -> "record " + at + " of many that compress well").toList();
    static final List<String> groupRecords = IntStream.range(0, 60).mapToObj(Integer::toString).toList();
    static final long untilMs = 30_000;

    static String address;
    static String name;
    static String topic;
    static Map<String, Object> membership;

    public static void main(String[] arguments) throws Exception {
        address = arguments[0];
        name = arguments[1];
        topic = name + "-t";
        // Of the new protocol's heartbeats the broker says how often they come.
        membership = System.getProperty("group.protocol") == null
            ? Map.of("heartbeat.interval.ms", 100, "session.timeout.ms", 10_000)
            : Map.of("group.protocol", System.getProperty("group.protocol"));
        try (Admin admin = Admin.create(Map.<String, Object>of("bootstrap.servers", address))) {
            administer(admin);
            compress(admin);
            share();
            transact(admin);
            admin.deleteTopics(List.of(topic)).all().get();
            until("the topic is gone", () -> !get(admin.listTopics().names()).contains(topic));
            tell("delete", "gone");
        }
    }

    static void administer(Admin admin) throws Exception {
        admin.createTopics(List.of(new NewTopic(topic, 4, (short) 1).configs(Map.of("retention.ms", "60000")))).all().get();
        until("the topic is there", () -> get(admin.listTopics().names()).contains(topic));
        tell("create", admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic).partitions().size() + " partitions");
        try {
            admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all().get();
            tell("create again", "created");
        } catch (ExecutionException refused) {
            tell("create again", "refused");
        }
        String before = retention(admin);
        AlterConfigOp change = new AlterConfigOp(new ConfigEntry("retention.ms", "120000"), AlterConfigOp.OpType.SET);
        admin.incrementalAlterConfigs(Map.of(topicResource(), List.of(change))).all().get();
        until("the config is changed", () -> !retention(admin).equals(before));
        tell("configs", before + ", then " + retention(admin));
    }

    static ConfigResource topicResource() {
        return new ConfigResource(ConfigResource.Type.TOPIC, topic);
    }

    static String retention(Admin admin) {
        return get(admin.describeConfigs(List.of(topicResource())).all()).get(topicResource()).get("retention.ms").value();
    }

    static void compress(Admin admin) throws Exception {
        for (String codec : List.of("none", "gzip", "snappy", "lz4", "zstd")) {
            String to = name + "-" + codec;
            admin.createTopics(List.of(new NewTopic(to, 1, (short) 1))).all().get();
            try (KafkaProducer<String, String> producer = producer(Map.of("compression.type", codec, "linger.ms", 50))) {
                send(producer, to, keys, records);
            }
            List<String> read = readAll(to, records.size(), "read_committed");
            tell(codec, read.equals(records) ? read.size() + " records" : "other records: " + read);
        }
    }

    static KafkaProducer<String, String> producer(Map<String, Object> more) {
        Map<String, Object> config = new HashMap<>(more);
        config.put("bootstrap.servers", address);
        return new KafkaProducer<>(config, new StringSerializer(), new StringSerializer());
    }

    static void send(KafkaProducer<String, String> producer, String to, List<String> keys, List<String> values) {
        List<Future<?>> sent = new ArrayList<>();
        for (int at = 0; at < values.size(); at++) {
            sent.add(producer.send(new ProducerRecord<>(to, keys.get(at), values.get(at))));
        }
        producer.flush();
        sent.forEach(Story::get);
    }

    static KafkaConsumer<String, String> consumer(Map<String, Object> more) {
        Map<String, Object> config = new HashMap<>(more);
        config.put("bootstrap.servers", address);
        config.put("auto.offset.reset", "earliest");
        return new KafkaConsumer<>(config, new StringDeserializer(), new StringDeserializer());
    }

    static List<String> readAll(String from, int count, String isolation) {
        List<String> values = new ArrayList<>();
        try (KafkaConsumer<String, String> consumer = consumer(Map.of("isolation.level", isolation))) {
            consumer.assign(List.of(new TopicPartition(from, 0)));
            until(count + " records of " + from + " are read", () -> {
                poll(consumer, values);
                return values.size() >= count;
            });
        }
        return values;
    }

    static void poll(KafkaConsumer<String, String> consumer, Collection<String> values) {
        for (ConsumerRecord<String, String> each : consumer.poll(Duration.ofMillis(50))) values.add(each.value());
    }

    static final List<KafkaConsumer<String, String>> members = new ArrayList<>();
    static final List<String> values = new ArrayList<>();

    static KafkaConsumer<String, String> join() {
        Map<String, Object> config = new HashMap<>(membership);
        config.put("group.id", name + "-g");
        KafkaConsumer<String, String> member = consumer(config);
        member.subscribe(List.of(topic));
        members.add(member);
        return member;
    }

    static void leave(KafkaConsumer<String, String> member) {
        members.remove(member);
        member.close();
    }

    static boolean own(List<Integer> counts) {
        for (KafkaConsumer<String, String> member : members) poll(member, values);
        return members.stream().map(member -> member.assignment().size()).toList().equals(counts);
    }

    static void share() {
        KafkaConsumer<String, String> first = join();
        until("the first owns all", () -> own(List.of(4)));
        KafkaConsumer<String, String> second = join();
        until("both own two", () -> own(List.of(2, 2)));
        try (KafkaProducer<String, String> producer = producer(Map.of())) {
            send(producer, topic, keys, groupRecords);
            until("every record is read", () -> own(List.of(2, 2)) && values.size() >= groupRecords.size());
            leave(second);
            until("the first owns all again", () -> own(List.of(4)));
            tell("group", "4, then 2 and 2, then 4");
            tell("group records", groupRecords.stream().filter(values::contains).count() + " records");
            leave(first);
            send(producer, topic, keys, List.of("later"));
        }
        values.clear();
        KafkaConsumer<String, String> third = join();
        until("the third reads", () -> own(List.of(4)) && !values.isEmpty());
        tell("goes on", String.join(" ", values));
        leave(third);
    }

    static void transact(Admin admin) throws Exception {
        String written = name + "-tx";
        admin.createTopics(List.of(new NewTopic(written, 1, (short) 1))).all().get();
        try (KafkaProducer<String, String> producer = producer(Map.of("transactional.id", written))) {
            producer.initTransactions();
            for (String value : List.of("a", "b", "c")) {
                producer.beginTransaction();
                send(producer, written, keys, List.of(value));
                if (value.equals("b")) producer.abortTransaction();
                else producer.commitTransaction();
            }
        }
        tell("read committed", String.join(" ", readAll(written, 2, "read_committed")));
        tell("read uncommitted", String.join(" ", readAll(written, 3, "read_uncommitted")));
    }

    static void tell(String step, String seen) {
        System.out.println(step + ": " + seen);
    }

    static void until(String what, BooleanSupplier isSo) {
        for (long deadline = System.currentTimeMillis() + untilMs; !isSo.getAsBoolean(); ) {
            if (System.currentTimeMillis() > deadline) throw new IllegalStateException("it never came about: " + what);
        }
    }

    static <T> T get(KafkaFuture<T> future) {
        return get(future.toCompletionStage().toCompletableFuture());
    }

    static <T> T get(Future<T> future) {
        try {
            return future.get();
        } catch (Exception failure) {
            throw new IllegalStateException(failure);
        }
    }
}

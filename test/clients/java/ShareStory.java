import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** What a share group does (KIP-932), told by Kafka's own Java client. See ../matrix/story.ts. */
public class ShareStory {
    static final int count = 60;
    static final long untilMs = 30_000;

    static String address;
    static String topic;
    static String group;
    static KafkaProducer<String, String> producer;

    public static void main(String[] arguments) throws Exception {
        address = arguments[0];
        topic = arguments[1] + "-t";
        group = arguments[1] + "-g";
        Map<String, Object> at = Map.of("bootstrap.servers", address);
        try (Admin admin = Admin.create(at);
                KafkaProducer<String, String> made =
                    new KafkaProducer<>(at, new StringSerializer(), new StringSerializer())) {
            producer = made;
            admin.createTopics(List.of(new NewTopic(topic, 2, (short) 1))).all().get();
            ConfigResource resource = new ConfigResource(ConfigResource.Type.GROUP, group);
            ConfigEntry fromStart = new ConfigEntry("share.auto.offset.reset", "earliest");
            AlterConfigOp change = new AlterConfigOp(fromStart, AlterConfigOp.OpType.SET);
            admin.incrementalAlterConfigs(Map.of(resource, List.of(change))).all().get();
            handOut();
            try (KafkaShareConsumer<String, String> member = join()) {
                release(member);
                reject(member);
            }
            leave();
        }
    }

    static KafkaShareConsumer<String, String> join() {
        Map<String, Object> config = new HashMap<>();
        config.put("bootstrap.servers", address);
        config.put("group.id", group);
        config.put("share.acknowledgement.mode", "explicit");
        config.put("max.poll.records", 10);
        var member = new KafkaShareConsumer<>(config, new StringDeserializer(), new StringDeserializer());
        member.subscribe(List.of(topic));
        return member;
    }

    /** Of two members, each in turn. */
    static void handOut() throws Exception {
        for (int at = 0; at < count; at++) send(Integer.toString(at));
        List<String> read = new ArrayList<>();
        try (var first = join(); var second = join()) {
            until("every record is handed out", () -> {
                for (var member : List.of(first, second)) {
                    for (ConsumerRecord<String, String> record : member.poll(Duration.ofMillis(100))) {
                        read.add(record.value());
                        member.acknowledge(record, AcknowledgeType.ACCEPT);
                    }
                }
                return read.size() >= count;
            });
            first.commitSync();
            second.commitSync();
        }
        boolean isEachOnce = read.stream().map(Integer::parseInt).sorted().toList()
            .equals(IntStream.range(0, count).boxed().toList());
        tell("share group", count + " records, " + (isEachOnce ? "each once" : "but " + read));
    }

    static void release(KafkaShareConsumer<String, String> member) throws Exception {
        send("again");
        var first = next(member, AcknowledgeType.RELEASE);
        var second = next(member, AcknowledgeType.ACCEPT);
        String deliveries = "delivery " + first.deliveryCount().get() + ", then " + second.deliveryCount().get();
        tell("release", first.value().equals(second.value()) ? deliveries : first + " and " + second);
    }

    static void reject(KafkaShareConsumer<String, String> member) throws Exception {
        send("refused");
        next(member, AcknowledgeType.REJECT);
        send("later");
        tell("reject", next(member, AcknowledgeType.ACCEPT).value());
    }

    static void leave() throws Exception {
        send("left behind");
        KafkaShareConsumer<String, String> leaving = join();
        next(leaving, null);
        leaving.close();
        try (var staying = join()) {
            tell("leave", next(staying, AcknowledgeType.ACCEPT).value());
        }
    }

    /** What comes next, once, and what became of it; null: nothing yet. */
    static ConsumerRecord<String, String> next(KafkaShareConsumer<String, String> member, AcknowledgeType type) {
        List<ConsumerRecord<String, String>> read = new ArrayList<>();
        until("a record comes", () -> {
            member.poll(Duration.ofMillis(100)).forEach(read::add);
            return !read.isEmpty();
        });
        if (type != null) {
            member.acknowledge(read.get(0), type);
            member.commitSync();
        }
        return read.get(0);
    }

    static void send(String value) throws Exception {
        producer.send(new ProducerRecord<>(topic, value)).get();
    }

    static void tell(String step, String seen) {
        System.out.println(step + ": " + seen);
    }

    static void until(String what, BooleanSupplier isSo) {
        for (long deadline = System.currentTimeMillis() + untilMs; !isSo.getAsBoolean(); ) {
            if (System.currentTimeMillis() > deadline) throw new IllegalStateException("it never came about: " + what);
        }
    }
}

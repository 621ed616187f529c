import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.SubscriptionPattern;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** What Java programs do with consumer groups of both protocols, at the broker that is named; a line for each thing seen. */
public class JavaGroups {
    static final String run = UUID.randomUUID().toString().substring(0, 8);
    static final int partitions = 6;
    static final List<Member> all = new ArrayList<>();
    static String brokers;
    static Admin admin;

    public static void main(String[] arguments) throws Exception {
        brokers = arguments[0];
        admin = Admin.create(Map.<String, Object>of("bootstrap.servers", brokers));
        try {
            admin.createTopics(List.of(new NewTopic(topic("in"), partitions, (short) 1))).all().get();
            System.out.println("feature group.version " + admin.describeFeatures().featureMetadata().get()
                .finalizedFeatures().get("group.version").maxVersionLevel());
            threeMembers();
            byPattern();
            staticMember();
            rollingUpgrade();
            administer();
        } finally {
            for (Member member : all) member.leave();
            admin.close();
        }
    }

    static void threeMembers() throws Exception {
        String group = group("three");
        Member a = new Member(group, "consumer"), b = new Member(group, "consumer"), c = new Member(group, "consumer");
        await("three members", () -> sizes(a, b, c).equals(List.of(2, 2, 2)));
        System.out.println("three members " + sizes(a, b, c) + " apart " + (places(a, b, c).size() == partitions));
        send(60);
        await("records", () -> read(a, b, c) == 60);
        System.out.println("described " + shown(group));
        c.leave();
        await("two members", () -> sizes(a, b).equals(List.of(3, 3)));
        System.out.println("two members " + sizes(a, b));
        send(60);
        await("more records", () -> read(a, b, c) >= 120);
        System.out.println("read " + read(a, b, c) + " of 120");
        a.leave();
        b.leave();
    }

    static void byPattern() throws Exception {
        Member a = new Member(group("pattern"), "consumer", new SubscriptionPattern(topic("p[0-9]")));
        admin.createTopics(List.of(new NewTopic(topic("p1"), 2, (short) 1), new NewTopic(topic("px"), 1, (short) 1))).all().get();
        await("a pattern", () -> a.assigned.size() == 2);
        admin.createPartitions(Map.of(topic("p1"), NewPartitions.increaseTo(3))).all().get();
        await("a topic that grew", () -> a.assigned.size() == 3);
        System.out.println("by pattern " + a.assigned.size());
        a.leave();
    }

    static void staticMember() throws Exception {
        String group = group("static");
        Member a = new Member(group, "consumer", "one"), b = new Member(group, "consumer", "two");
        await("static members", () -> sizes(a, b).equals(List.of(3, 3)));
        Set<TopicPartition> before = new TreeSet<>(order);
        before.addAll(a.assigned);
        a.leave();
        Member again = new Member(group, "consumer", "one");
        await("the static member", () -> again.assigned.size() == 3);
        System.out.println("static " + again.assigned.equals(before) + " " + sizes(again, b));
        again.leave();
        b.leave();
    }

    static void rollingUpgrade() throws Exception {
        String group = group("rolling");
        List<Member> members = new ArrayList<>();
        for (int each = 0; each < 3; each++) members.add(new Member(group, "classic"));
        await("classic members", () -> sizes(members).equals(List.of(2, 2, 2)));
        System.out.println("classic " + type(group) + " " + sizes(members));
        for (String protocol : List.of("consumer", "classic")) {
            for (int each = 0; each < 3; each++) {
                members.get(each).leave();
                members.set(each, new Member(group, protocol));
                await("one more is " + protocol, () -> sizes(members).equals(List.of(2, 2, 2)));
                System.out.println("to " + protocol + " " + type(group) + " " + sizes(members) + " apart " + (places(members).size() == partitions));
            }
        }
        send(60);
        await("records", () -> read(members.toArray(new Member[0])) == 60);
        for (Member member : members) member.leave();
        System.out.println("committed " + committed(group));
    }

    static void administer() throws Exception {
        String group = group("rolling"), other = group("three");
        admin.alterConsumerGroupOffsets(other, Map.of(new TopicPartition(topic("in"), 0), new OffsetAndMetadata(1))).all().get();
        System.out.println("altered " + admin.listConsumerGroupOffsets(other).partitionsToOffsetAndMetadata().get().get(new TopicPartition(topic("in"), 0)).offset());
        admin.deleteConsumerGroups(List.of(group, other)).all().get();
        long left = admin.listGroups().all().get().stream().filter(each -> List.of(group, other).contains(each.groupId())).count();
        System.out.println("left " + left);
    }

    /** A consumer in a thread of its own. */
    static class Member implements Runnable {
        final KafkaConsumer<String, String> consumer;
        final Set<TopicPartition> assigned = new ConcurrentSkipListSet<>(order);
        final AtomicInteger read = new AtomicInteger();
        final Thread thread = new Thread(this);
        volatile boolean isOver;

        Member(String group, String protocol, Object... more) {
            Properties properties = new Properties();
            properties.putAll(Map.of("bootstrap.servers", brokers, "group.id", group, "group.protocol", protocol, "auto.offset.reset", "latest"));
            properties.put("metadata.max.age.ms", "1000");
            if (protocol.equals("classic")) properties.put("heartbeat.interval.ms", "500");
            if (more.length > 0 && more[0] instanceof String instance) properties.put("group.instance.id", instance);
            consumer = new KafkaConsumer<>(properties, new StringDeserializer(), new StringDeserializer());
            if (more.length > 0 && more[0] instanceof SubscriptionPattern pattern) consumer.subscribe(pattern);
            else consumer.subscribe(List.of(topic("in")));
            all.add(this);
            thread.start();
        }

        public void run() {
            while (!isOver) {
                for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(50))) read.incrementAndGet();
                Set<TopicPartition> now = consumer.assignment();
                assigned.retainAll(now);
                assigned.addAll(now);
                // Where it stands, so that who comes next goes on there.
                for (TopicPartition partition : now) consumer.position(partition);
            }
            consumer.close();
            assigned.clear();
        }

        void leave() throws InterruptedException {
            isOver = true;
            thread.join();
        }
    }

    static final Comparator<TopicPartition> order = Comparator.comparing(TopicPartition::toString);

    static List<Integer> sizes(Member... members) {
        return sizes(List.of(members));
    }

    static List<Integer> sizes(List<Member> members) {
        return members.stream().map(member -> member.assigned.size()).toList();
    }

    static Set<TopicPartition> places(Member... members) {
        return places(List.of(members));
    }

    static Set<TopicPartition> places(List<Member> members) {
        Set<TopicPartition> places = new TreeSet<>(order);
        for (Member member : members) places.addAll(member.assigned);
        return places;
    }

    static int read(Member... members) {
        int sum = 0;
        for (Member member : members) sum += member.read.get();
        return sum;
    }

    static String type(String group) throws Exception {
        return admin.describeConsumerGroups(List.of(group)).all().get().get(group).type().toString();
    }

    static String shown(String group) throws Exception {
        ConsumerGroupDescription shown = admin.describeConsumerGroups(List.of(group)).all().get().get(group);
        return shown.type() + " " + shown.groupState() + " " + shown.members().size() + " by " + shown.partitionAssignor();
    }

    static long committed(String group) throws Exception {
        return admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get().values().stream().mapToLong(OffsetAndMetadata::offset).sum();
    }

    static void send(int count) {
        Map<String, Object> properties = Map.of("bootstrap.servers", brokers);
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(properties, new StringSerializer(), new StringSerializer())) {
            for (int each = 0; each < count; each++) producer.send(new ProducerRecord<>(topic("in"), each % partitions, null, "value"));
        }
    }

    static void await(String what, BooleanSupplier isSo) throws Exception {
        long deadline = System.currentTimeMillis() + 60_000;
        while (!isSo.getAsBoolean()) {
            if (System.currentTimeMillis() > deadline) {
                throw new IllegalStateException("in vain: " + what + " " + all.stream().map(member -> member.assigned + " " + member.read).toList());
            }
            Thread.sleep(20);
        }
    }

    static String topic(String name) {
        return name + "-" + run;
    }

    static String group(String name) {
        return name + "-" + run;
    }
}

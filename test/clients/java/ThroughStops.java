import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Sends numbers while brokers stop and start, and reads them: Kafka's own Java client. */
public class ThroughStops {
    static final int partitions = 3;
    static final long patienceMs = 60_000;
    static final List<List<Integer>> read = IntStream.range(0, partitions).<List<Integer>>mapToObj(at -> new ArrayList<>()).toList();

    public static void main(String[] arguments) throws InterruptedException {
        String topic = arguments[1];
        int count = Integer.parseInt(arguments[2]);
        Map<String, Object> at = Map.of("bootstrap.servers", arguments[0], "reconnect.backoff.max.ms", 200);
        AtomicInteger acknowledged = new AtomicInteger();
        try (var producer = new KafkaProducer<>(at, new StringSerializer(), new StringSerializer());
                var consumer = new KafkaConsumer<>(at, new StringDeserializer(), new StringDeserializer())) {
            consumer.assign(IntStream.range(0, partitions).mapToObj(one -> new TopicPartition(topic, one)).toList());
            consumer.seekToBeginning(consumer.assignment());
            for (int number = 0; number < count; number++) {
                producer.send(new ProducerRecord<>(topic, number % partitions, null, Integer.toString(number)), (stored, failure) -> {
                    if (failure == null) acknowledged.incrementAndGet();
                });
                look(consumer);
                Thread.sleep(2);
            }
            producer.flush();
            for (long deadline = System.currentTimeMillis() + patienceMs; counted() < count && System.currentTimeMillis() < deadline; ) {
                look(consumer);
            }
        }
        boolean isInOrder = IntStream.range(0, partitions).allMatch(partition -> read.get(partition)
            .equals(IntStream.iterate(partition, number -> number < count, number -> number + partitions).boxed().toList()));
        System.out.println("acknowledged: " + acknowledged);
        System.out.println("read: " + counted());
        System.out.println("each once and in order: " + (isInOrder ? "yes" : "no"));
    }

    static int counted() {
        return read.stream().mapToInt(List::size).sum();
    }

    static void look(KafkaConsumer<String, String> consumer) {
        for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(2))) {
            read.get(record.partition()).add(Integer.valueOf(record.value()));
        }
    }
}

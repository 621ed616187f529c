import java.lang.ProcessBuilder.Redirect;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.LongDeserializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.Produced;

/**
 * Kafka Streams counts words exactly once, for a minute. At half time it is stopped and its state is thrown away, so that
 * it goes on from its changelog.
 *
 * With group.protocol=streams, where the broker assigns tasks, another process counts along and is killed at half time:
 * what it had goes to the one that is left, once the group misses it.
 */
public class WordCount {
    static final int lineCount = 600;
    static final int lineMs = 100;
    static final List<String> words = List.of("apache", "kafka", "streams", "blink", "topic", "group", "offset");

    static final String protocol = System.getProperty("group.protocol", "classic");
    static final boolean isAssignedByBroker = protocol.equals("streams");

    static String address;
    static String name;

    public static void main(String[] arguments) throws Exception {
        address = arguments[0];
        name = arguments[1];
        if (arguments.length > 2) {
            started();
            Thread.currentThread().join();
        }
        try (Admin admin = Admin.create(Map.<String, Object>of("bootstrap.servers", address))) {
            List<NewTopic> topics = List.of(new NewTopic(name + "-lines", 3, (short) 1), new NewTopic(name + "-counts", 1, (short) 1));
            admin.createTopics(topics).all().get();
        }
        Map<String, Long> expected = new HashMap<>();
        Process other = isAssignedByBroker ? another() : null;
        KafkaStreams streams = started();
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(
            Map.of("bootstrap.servers", address), new StringSerializer(), new StringSerializer())) {
            for (int line = 0; line < lineCount; line++) {
                String text = word(line) + " " + word(line / 2) + " " + word(line / 3);
                for (String word : text.split(" ")) expected.merge(word, 1L, Long::sum);
                producer.send(new ProducerRecord<>(name + "-lines", Integer.toString(line), text)).get();
                if (line == lineCount / 2 && other != null) other.destroyForcibly();
                else if (line == lineCount / 2) streams = restarted(streams);
                Thread.sleep(lineMs);
            }
        }
        Map<String, Long> counted = counted(expected);
        streams.close();
        boolean isSame = counted.equals(expected);
        System.out.println("word count: " + (isSame ? lineCount + " lines" : counted + ", not " + expected));
    }

    static String word(int number) {
        return words.get(number % words.size());
    }

    /** A process like this one, that only counts. */
    static Process another() throws Exception {
        List<String> command = new ArrayList<>(List.of(ProcessHandle.current().info().command().get()));
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), System.getProperty("word.count")));
        command.addAll(List.of(address, name, "other"));
        Process made = new ProcessBuilder(command).redirectOutput(Redirect.DISCARD).redirectError(Redirect.DISCARD).start();
        Runtime.getRuntime().addShutdownHook(new Thread(made::destroyForcibly));
        return made;
    }

    static KafkaStreams restarted(KafkaStreams streams) throws Exception {
        streams.close();
        streams.cleanUp();
        return started();
    }

    static KafkaStreams started() throws Exception {
        StreamsBuilder builder = new StreamsBuilder();
        builder.<String, String>stream(name + "-lines")
            .flatMapValues(text -> Arrays.asList(text.split(" ")))
            .groupBy((key, word) -> word, Grouped.with(Serdes.String(), Serdes.String()))
            .count()
            .toStream()
            .to(name + "-counts", Produced.with(Serdes.String(), Serdes.Long()));
        Properties config = new Properties();
        config.put("group.protocol", protocol);
        config.putAll(Map.of(
            StreamsConfig.APPLICATION_ID_CONFIG, name,
            StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, address,
            StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2,
            StreamsConfig.STATE_DIR_CONFIG, Files.createTempDirectory("word-count").toString(),
            StreamsConfig.DEFAULT_KEY_SERDE_CLASS_CONFIG, Serdes.StringSerde.class,
            StreamsConfig.DEFAULT_VALUE_SERDE_CLASS_CONFIG, Serdes.StringSerde.class));
        KafkaStreams streams = new KafkaStreams(builder.build(), config);
        streams.start();
        return streams;
    }

    /** The last count of each word, as soon as they are those expected, or when there is no more time. */
    static Map<String, Long> counted(Map<String, Long> expected) {
        Map<String, Long> counts = new HashMap<>();
        Map<String, Object> config = Map.of("bootstrap.servers", address, "group.id", name + "-reader",
            "auto.offset.reset", "earliest", "isolation.level", "read_committed");
        try (KafkaConsumer<String, Long> consumer = new KafkaConsumer<>(config, new StringDeserializer(), new LongDeserializer())) {
            consumer.subscribe(List.of(name + "-counts"));
            long deadline = System.currentTimeMillis() + 60_000;
            while (!counts.equals(expected) && System.currentTimeMillis() < deadline) {
                consumer.poll(Duration.ofMillis(100)).forEach(each -> counts.put(each.key(), each.value()));
            }
        }
        return counts;
    }
}

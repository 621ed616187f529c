import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.protocol.Message;
import org.apache.kafka.common.protocol.ObjectSerializationCache;
import org.apache.kafka.common.protocol.Readable;

/**
 * Asks Kafka's own client the questions on standard input and prints a line for each difference. A question is either a
 * message's name, its version, its value as JSON in base64, and the bytes that Blink made of it in hexadecimal, or the
 * word "error", a code, its name, and whether clients try again.
 */
public class KafkaCodec {
    public static void main(String[] arguments) throws Exception {
        BufferedReader questions = new BufferedReader(new InputStreamReader(System.in));
        int count = 0;
        for (String line = questions.readLine(); line != null; line = questions.readLine()) {
            String[] words = line.split(" ", -1);
            count++;
            try {
                if (words[0].equals("error")) askError(Short.parseShort(words[1]), words[2], Boolean.parseBoolean(words[3]));
                else ask(words[0], Short.parseShort(words[1]), java.util.Base64.getDecoder().decode(words[2]), words[3]);
            } catch (Exception problem) {
                System.out.println(words[0] + " v" + words[1] + ": " + problem + " caused by " + problem.getCause());
            }
        }
        System.out.println("asked " + count);
    }

    static void ask(String name, short version, byte[] json, String hex) throws Exception {
        Class<?> data = Class.forName("org.apache.kafka.common.message." + name + "Data");
        Class<?> converter = Class.forName("org.apache.kafka.common.message." + name + "DataJsonConverter");
        JsonNode node = new ObjectMapper().readTree(json);
        Message value = (Message) converter.getMethod("read", JsonNode.class, short.class).invoke(null, node, version);
        byte[] ours = HexFormat.of().parseHex(hex);
        byte[] theirs = encoded(value, version);
        if (!Arrays.equals(ours, theirs)) {
            System.out.println(name + " v" + version + ": encoded as " + hex + "; Kafka: " + HexFormat.of().formatHex(theirs));
        }
        ByteBufferAccessor readable = new ByteBufferAccessor(ByteBuffer.wrap(ours));
        Object decoded = data.getConstructor(Readable.class, short.class).newInstance(readable, version);
        if (!decoded.equals(value)) {
            System.out.println(name + " v" + version + ": Kafka reads " + decoded + " instead of " + value);
        }
    }

    static void askError(short code, String name, boolean isRetriable) {
        Errors error = Errors.forCode(code);
        boolean isTheirsRetriable = error.exception() instanceof RetriableException;
        if (error.code() == code && error.name().equals(name) && isTheirsRetriable == isRetriable) return;
        System.out.println("error " + code + " " + name + " " + isRetriable + "; Kafka: " + error + " " + isTheirsRetriable);
    }

    /** By what every release has. */
    static byte[] encoded(Message value, short version) {
        ObjectSerializationCache cache = new ObjectSerializationCache();
        byte[] bytes = new byte[value.size(cache, version)];
        value.write(new ByteBufferAccessor(ByteBuffer.wrap(bytes)), cache, version);
        return bytes;
    }
}

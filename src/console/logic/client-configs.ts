/** What a client of each language is told to connect here: to be pasted, and to work as it stands. */

export interface ClientConfig {
  readonly language: string
  /** The library, as its registry names it. */
  readonly library: string
  readonly install: string
  readonly code: string
}

/** `bootstrap` is `host:port`, or several with commas between. */
export function clientConfigs(bootstrap: string, topic: string): readonly ClientConfig[] {
  const list = bootstrap.split(',')
  const quoted = list.map((one) => `'${one}'`).join(', ')
  return [
    {
      language: 'JavaScript',
      library: 'kafkajs',
      install: 'npm install kafkajs',
      code: `import { Kafka } from 'kafkajs'

const kafka = new Kafka({ clientId: 'my-app', brokers: [${quoted}] })

const producer = kafka.producer()
await producer.connect()
await producer.send({ topic: '${topic}', messages: [{ key: 'a', value: 'Hello' }] })

const consumer = kafka.consumer({ groupId: 'my-group' })
await consumer.connect()
await consumer.subscribe({ topic: '${topic}', fromBeginning: true })
await consumer.run({ eachMessage: async ({ message }) => console.log(\`\${message.value}\`) })`,
    },
    {
      language: 'Java',
      library: 'kafka-clients',
      install: 'implementation("org.apache.kafka:kafka-clients:4.1.0")',
      code: `var config = new Properties();
config.put("bootstrap.servers", "${bootstrap}");
config.put("group.id", "my-group");
config.put("auto.offset.reset", "earliest");
config.put("key.serializer", "org.apache.kafka.common.serialization.StringSerializer");
config.put("value.serializer", "org.apache.kafka.common.serialization.StringSerializer");
config.put("key.deserializer", "org.apache.kafka.common.serialization.StringDeserializer");
config.put("value.deserializer", "org.apache.kafka.common.serialization.StringDeserializer");

try (var producer = new KafkaProducer<String, String>(config)) {
  producer.send(new ProducerRecord<>("${topic}", "a", "Hello")).get();
}
try (var consumer = new KafkaConsumer<String, String>(config)) {
  consumer.subscribe(List.of("${topic}"));
  consumer.poll(Duration.ofSeconds(5)).forEach(record -> System.out.println(record.value()));
}`,
    },
    {
      language: 'Python',
      library: 'confluent-kafka',
      install: 'pip install confluent-kafka',
      code: `from confluent_kafka import Consumer, Producer

producer = Producer({"bootstrap.servers": "${bootstrap}"})
producer.produce("${topic}", key="a", value="Hello")
producer.flush()

consumer = Consumer({
    "bootstrap.servers": "${bootstrap}",
    "group.id": "my-group",
    "auto.offset.reset": "earliest",
})
consumer.subscribe(["${topic}"])
message = consumer.poll(5)
print(message.value() if message else "nothing yet")
consumer.close()`,
    },
    {
      language: 'Go',
      library: 'franz-go',
      install: 'go get github.com/twmb/franz-go/pkg/kgo',
      code: `client, err := kgo.NewClient(
	kgo.SeedBrokers(${list.map((one) => `"${one}"`).join(', ')}),
	kgo.ConsumerGroup("my-group"),
	kgo.ConsumeTopics("${topic}"),
	kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()),
)
if err != nil {
	log.Fatal(err)
}
defer client.Close()

record := &kgo.Record{Topic: "${topic}", Key: []byte("a"), Value: []byte("Hello")}
if err := client.ProduceSync(ctx, record).FirstErr(); err != nil {
	log.Fatal(err)
}
client.PollFetches(ctx).EachRecord(func(r *kgo.Record) { fmt.Println(string(r.Value)) })`,
    },
    {
      language: 'Rust',
      library: 'rdkafka',
      install: 'cargo add rdkafka && cargo add tokio --features full',
      code: `let mut config = ClientConfig::new();
config
    .set("bootstrap.servers", "${bootstrap}")
    .set("group.id", "my-group")
    .set("auto.offset.reset", "earliest");

let producer: FutureProducer = config.create()?;
let record = FutureRecord::to("${topic}").key("a").payload("Hello");
producer.send(record, Duration::from_secs(5)).await.map_err(|(error, _)| error)?;

let consumer: StreamConsumer = config.create()?;
consumer.subscribe(&["${topic}"])?;
let message = consumer.recv().await?;
println!("{:?}", message.payload_view::<str>());`,
    },
    {
      language: '.NET',
      library: 'Confluent.Kafka',
      install: 'dotnet add package Confluent.Kafka',
      code: `using Confluent.Kafka;

var producerConfig = new ProducerConfig { BootstrapServers = "${bootstrap}" };
using var producer = new ProducerBuilder<string, string>(producerConfig).Build();
await producer.ProduceAsync("${topic}", new() { Key = "a", Value = "Hello" });

var consumerConfig = new ConsumerConfig
{
    BootstrapServers = "${bootstrap}",
    GroupId = "my-group",
    AutoOffsetReset = AutoOffsetReset.Earliest,
};
using var consumer = new ConsumerBuilder<string, string>(consumerConfig).Build();
consumer.Subscribe("${topic}");
Console.WriteLine(consumer.Consume(TimeSpan.FromSeconds(5))?.Message.Value);`,
    },
    {
      language: 'C',
      library: 'librdkafka',
      install: 'apt-get install librdkafka-dev',
      code: `char error[512];
rd_kafka_conf_t *conf = rd_kafka_conf_new();
rd_kafka_conf_set(conf, "bootstrap.servers", "${bootstrap}", error, sizeof error);

rd_kafka_t *producer = rd_kafka_new(RD_KAFKA_PRODUCER, conf, error, sizeof error);
rd_kafka_producev(producer,
    RD_KAFKA_V_TOPIC("${topic}"), RD_KAFKA_V_KEY("a", 1), RD_KAFKA_V_VALUE("Hello", 5),
    RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_END);
rd_kafka_flush(producer, 5000);
rd_kafka_destroy(producer);`,
    },
    {
      language: 'kcat',
      library: 'kcat',
      install: 'apt-get install kcat',
      code: `echo 'Hello' | kcat -b ${bootstrap} -t ${topic} -P
kcat -b ${bootstrap} -t ${topic} -C -e`,
    },
  ]
}

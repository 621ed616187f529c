"""The short story, told by kafka-python."""

from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import ConfigResource, ConfigResourceType
from kafka.errors import KafkaError

from story import (ADDRESS, CODECS, GROUP, GROUP_RECORDS, RECORDS, TOPIC, TRANSACTIONS, NAME, WRITTEN, group_told, tell,
                   text, told, until)

admin = KafkaAdminClient(bootstrap_servers=ADDRESS)


def create(topic, partitions=1, configs=None):
    options = {"num_partitions": partitions, "replication_factor": 1, "configs": configs or {}}
    admin.create_topics({topic: options}, wait_for_metadata=True)


def retention():
    asked = ConfigResource(ConfigResourceType.TOPIC, TOPIC, {"retention.ms": None})
    return admin.describe_configs([asked], config_filter="all")["topic"][TOPIC]["retention.ms"]["value"]


def administer():
    create(TOPIC, 4, {"retention.ms": "60000"})
    [described] = admin.describe_topics([TOPIC])
    tell("create", f"{len(described['partitions'])} partitions")
    try:
        create(TOPIC)
        tell("create again", "created")
    except KafkaError:
        tell("create again", "refused")
    before = retention()
    admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, TOPIC, {"retention.ms": "120000"})])
    until("the config is changed", lambda: retention() != before)
    tell("configs", f"{before}, then {retention()}")


def read_all(topic, count, isolation="read_committed"):
    consumer = KafkaConsumer(bootstrap_servers=ADDRESS, auto_offset_reset="earliest", isolation_level=isolation)
    consumer.assign([TopicPartition(topic, 0)])
    values = []
    until(f"{count} records of {topic} are read", lambda: polled(consumer, values) or len(values) >= count)
    consumer.close()
    return values


def polled(consumer, values):
    for records in consumer.poll(timeout_ms=50).values():
        values.extend(record.value for record in records)


def send(producer, topic, records):
    for future in [producer.send(topic, key=key, value=value) for key, value in records]:
        future.get(timeout=20)


def compress():
    for codec in CODECS:
        topic = f"{NAME}-{codec}"
        create(topic)
        compression = None if codec == "none" else codec
        producer = KafkaProducer(bootstrap_servers=ADDRESS, compression_type=compression, linger_ms=50)
        sent = [producer.send(topic, key=key, value=value) for key, value in RECORDS]
        producer.flush()
        [future.get(timeout=20) for future in sent]
        producer.close()
        tell(codec, told(read_all(topic, len(RECORDS))))


def share():
    values = []
    members = []

    def join():
        consumer = KafkaConsumer(TOPIC, bootstrap_servers=ADDRESS, group_id=GROUP, auto_offset_reset="earliest",
                                 heartbeat_interval_ms=100, session_timeout_ms=10_000)
        members.append(consumer)
        return consumer

    def own(*counts):
        for member in members:
            polled(member, values)
        return [len(member.assignment()) for member in members] == list(counts)

    first = join()
    until("the first owns all", lambda: own(4))
    second = join()
    until("both own two", lambda: own(2, 2))
    producer = KafkaProducer(bootstrap_servers=ADDRESS)
    send(producer, TOPIC, GROUP_RECORDS)
    until("every record is read", lambda: own(2, 2) and len(values) >= len(GROUP_RECORDS))
    second.close()
    members.remove(second)
    until("the first owns all again", lambda: own(4))
    tell("group", "4, then 2 and 2, then 4")
    tell("group records", group_told(values))
    first.close()
    send(producer, TOPIC, [(b"", b"later")])
    producer.close()
    members.clear()
    values.clear()
    third = join()
    until("the third reads", lambda: own(4) and len(values) > 0)
    tell("goes on", text(values))
    third.close()


def transact():
    create(WRITTEN)
    producer = KafkaProducer(bootstrap_servers=ADDRESS, transactional_id=WRITTEN)
    producer.init_transactions()
    for value, ending in TRANSACTIONS:
        producer.begin_transaction()
        send(producer, WRITTEN, [(b"", value)])
        producer.commit_transaction() if ending == "commit" else producer.abort_transaction()
    producer.close()
    tell("read committed", text(read_all(WRITTEN, 2)))
    tell("read uncommitted", text(read_all(WRITTEN, 3, "read_uncommitted")))


administer()
compress()
share()
transact()
admin.delete_topics([TOPIC])
until("the topic is gone", lambda: TOPIC not in admin.list_topics())
tell("delete", "gone")
admin.close()

"""The short story, told by confluent-kafka, which is librdkafka in Python."""

import os

from confluent_kafka import Consumer, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, AlterConfigOpType, ConfigEntry, ConfigResource, NewTopic

from story import (ADDRESS, CODECS, GROUP, GROUP_RECORDS, RECORDS, TOPIC, TRANSACTIONS, NAME, WRITTEN, group_told, tell,
                   text, told, until)

BASE = {"bootstrap.servers": ADDRESS}
admin = AdminClient(BASE)


def done(futures):
    for future in futures.values():
        future.result(timeout=20)


def create(topic, partitions=1, configs=None):
    done(admin.create_topics([NewTopic(topic, partitions, 1, config=configs or {})]))


def retention():
    resource = ConfigResource(ConfigResource.Type.TOPIC, TOPIC)
    return admin.describe_configs([resource])[resource].result(timeout=20)["retention.ms"].value


def administer():
    create(TOPIC, 4, {"retention.ms": "60000"})
    partitions = lambda: admin.list_topics(TOPIC, timeout=20).topics[TOPIC].partitions
    until("the topic is there", lambda: len(partitions()) > 0)
    tell("create", f"{len(partitions())} partitions")
    try:
        create(TOPIC)
        tell("create again", "created")
    except KafkaException:
        tell("create again", "refused")
    before = retention()
    entry = ConfigEntry("retention.ms", "120000", incremental_operation=AlterConfigOpType.SET)
    done(admin.incremental_alter_configs([ConfigResource(ConfigResource.Type.TOPIC, TOPIC,
                                                         incremental_configs=[entry])]))
    until("the config is changed", lambda: retention() != before)
    tell("configs", f"{before}, then {retention()}")


def send(producer, topic, records):
    failures = []
    for key, value in records:
        producer.produce(topic, value, key, on_delivery=lambda error, _: error and failures.append(error))
    producer.flush(20)
    if failures:
        raise KafkaException(failures[0])


def polled(consumer, values):
    for message in consumer.consume(100, timeout=0.05):
        if message.error():
            raise KafkaException(message.error())
        values.append(message.value())


def read_all(topic, count, isolation="read_committed"):
    consumer = Consumer({**BASE, "group.id": topic, "auto.offset.reset": "earliest", "isolation.level": isolation})
    consumer.assign([TopicPartition(topic, 0, 0)])
    values = []
    until(f"{count} records of {topic} are read", lambda: polled(consumer, values) or len(values) >= count)
    consumer.close()
    return values


def compress():
    for codec in CODECS:
        topic = f"{NAME}-{codec}"
        create(topic)
        producer = Producer({**BASE, "compression.type": codec, "linger.ms": 1000})
        # To a topic that it does not know yet it may send the first record alone, which is too short to be compressed.
        producer.list_topics(topic, timeout=20)
        send(producer, topic, RECORDS)
        tell(codec, told(read_all(topic, len(RECORDS))))


def share(more):
    values = []
    members = []

    def join():
        consumer = Consumer({**BASE, "group.id": GROUP, "auto.offset.reset": "earliest", **more})
        consumer.subscribe([TOPIC])
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
    producer = Producer(BASE)
    send(producer, TOPIC, GROUP_RECORDS)
    until("every record is read", lambda: own(2, 2) and len(values) >= len(GROUP_RECORDS))
    second.close()
    members.remove(second)
    until("the first owns all again", lambda: own(4))
    tell("group", "4, then 2 and 2, then 4")
    tell("group records", group_told(values))
    first.close()
    send(producer, TOPIC, [(b"", b"later")])
    members.clear()
    values.clear()
    third = join()
    until("the third reads", lambda: own(4) and len(values) > 0)
    tell("goes on", text(values))
    third.close()


def transact():
    create(WRITTEN)
    producer = Producer({**BASE, "transactional.id": WRITTEN})
    producer.init_transactions(20)
    for value, ending in TRANSACTIONS:
        producer.begin_transaction()
        send(producer, WRITTEN, [(b"", value)])
        producer.commit_transaction(20) if ending == "commit" else producer.abort_transaction(20)
    tell("read committed", text(read_all(WRITTEN, 2)))
    tell("read uncommitted", text(read_all(WRITTEN, 3, "read_uncommitted")))


administer()
compress()
# Of the new protocol's heartbeats the broker says how often they come; a classic member says it itself.
IS_NEW = os.environ.get("GROUP_PROTOCOL") == "consumer"
share({"group.protocol": "consumer"} if IS_NEW else {"heartbeat.interval.ms": 100, "session.timeout.ms": 10_000})
transact()
done(admin.delete_topics([TOPIC]))
until("the topic is gone", lambda: TOPIC not in admin.list_topics(timeout=20).topics)
tell("delete", "gone")

"""Sends numbers while brokers stop and start, and reads them: confluent-kafka, which is librdkafka."""

import sys
import time

from confluent_kafka import OFFSET_BEGINNING, Consumer, Producer, TopicPartition

address, topic, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
partitions = 3
at = {"bootstrap.servers": address, "reconnect.backoff.max.ms": 200}

acknowledged = []
producer = Producer({**at, "enable.idempotence": True, "linger.ms": 5})
consumer = Consumer({**at, "group.id": f"{topic}-reader", "enable.auto.commit": False})
consumer.assign([TopicPartition(topic, partition, OFFSET_BEGINNING) for partition in range(partitions)])
read = [[] for _ in range(partitions)]


def look():
    """What has come by now."""
    for message in consumer.consume(500, timeout=0.002):
        if message.error() is None:
            read[message.partition()].append(int(message.value()))


for number in range(count):
    producer.produce(topic, str(number), partition=number % partitions,
                     on_delivery=lambda error, message: error or acknowledged.append(int(message.value())))
    producer.poll(0)
    look()
producer.flush(60)
deadline = time.monotonic() + 60
while sum(map(len, read)) < count and time.monotonic() < deadline:
    look()
consumer.close()
print(f"acknowledged: {len(set(acknowledged))}")
print(f"read: {sum(map(len, read))}")
isInOrder = all(numbers == list(range(partition, count, partitions)) for partition, numbers in enumerate(read))
print(f"each once and in order: {'yes' if isInOrder else 'no'}")

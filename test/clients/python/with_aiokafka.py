"""The short story, told by aiokafka."""

import asyncio

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from story import (ADDRESS, CODECS, GROUP, GROUP_RECORDS, RECORDS, TOPIC, TRANSACTIONS, NAME, UNTIL_S, WRITTEN,
                   group_told, tell, text, told)


async def until(what, is_so):
    async def come():
        while not await is_so():
            await asyncio.sleep(0.02)

    try:
        await asyncio.wait_for(come(), UNTIL_S)
    except asyncio.TimeoutError:
        raise TimeoutError(f"it never came about: {what}") from None


async def create(admin, topic, partitions=1, configs=None):
    """This client gives no error of its own for a topic that it could not create."""
    answer = await admin.create_topics([NewTopic(topic, partitions, 1, topic_configs=configs or {})])
    [(_, error, *_)] = answer.topic_errors

    async def is_there():
        [described] = await admin.describe_topics([topic])
        return described["error_code"] == 0 and len(described["partitions"]) > 0

    await until(f"{topic} is there", is_there)
    return error


async def retention(admin):
    [answer] = await admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, TOPIC)])
    [(_, _, _, _, entries)] = answer.resources
    return next(entry[1] for entry in entries if entry[0] == "retention.ms")


async def administer(admin):
    await create(admin, TOPIC, 4, {"retention.ms": "60000"})
    [described] = await admin.describe_topics([TOPIC])
    tell("create", f"{len(described['partitions'])} partitions")
    tell("create again", "refused" if await create(admin, TOPIC) != 0 else "created")
    before = await retention(admin)
    await admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, TOPIC, {"retention.ms": "120000"})])

    async def is_changed():
        return await retention(admin) != before

    await until("the config is changed", is_changed)
    tell("configs", f"{before}, then {await retention(admin)}")


async def read_all(topic, count, isolation="read_committed"):
    consumer = AIOKafkaConsumer(bootstrap_servers=ADDRESS, auto_offset_reset="earliest", isolation_level=isolation,
                                enable_auto_commit=False)
    await consumer.start()
    consumer.assign([TopicPartition(topic, 0)])
    values = []

    async def is_read():
        await polled(consumer, values)
        return len(values) >= count

    await until(f"{count} records of {topic} are read", is_read)
    await consumer.stop()
    return values


async def polled(consumer, values):
    for records in (await consumer.getmany(timeout_ms=50)).values():
        values.extend(record.value for record in records)


async def compress(admin):
    for codec in CODECS:
        topic = f"{NAME}-{codec}"
        await create(admin, topic)
        compression = None if codec == "none" else codec
        producer = AIOKafkaProducer(bootstrap_servers=ADDRESS, compression_type=compression, linger_ms=50)
        await producer.start()
        await asyncio.gather(*[await producer.send(topic, value, key) for key, value in RECORDS])
        await producer.stop()
        tell(codec, told(await read_all(topic, len(RECORDS))))


class Members:
    """Those of the group that are there, and what they have read."""

    def __init__(self):
        self.all = []
        self.values = []

    async def join(self):
        consumer = AIOKafkaConsumer(TOPIC, bootstrap_servers=ADDRESS, group_id=GROUP, auto_offset_reset="earliest",
                                    heartbeat_interval_ms=100, session_timeout_ms=10_000)
        self.all.append(consumer)
        await consumer.start()
        return consumer

    async def leave(self, consumer):
        self.all.remove(consumer)
        await consumer.stop()

    def own(self, *counts, more=lambda: True):
        async def is_so():
            for member in self.all:
                await polled(member, self.values)
            return [len(member.assignment()) for member in self.all] == list(counts) and more()

        return is_so


async def share():
    members = Members()
    first = await members.join()
    await until("the first owns all", members.own(4))
    second = await members.join()
    await until("both own two", members.own(2, 2))
    producer = AIOKafkaProducer(bootstrap_servers=ADDRESS)
    await producer.start()
    await asyncio.gather(*[await producer.send(TOPIC, value, key) for key, value in GROUP_RECORDS])
    are_read = members.own(2, 2, more=lambda: len(members.values) >= len(GROUP_RECORDS))
    await until("every record is read", are_read)
    await members.leave(second)
    await until("the first owns all again", members.own(4))
    tell("group", "4, then 2 and 2, then 4")
    tell("group records", group_told(members.values))
    await members.leave(first)
    await producer.send_and_wait(TOPIC, b"later")
    await producer.stop()
    members.values.clear()
    third = await members.join()
    await until("the third reads", members.own(4, more=lambda: len(members.values) > 0))
    tell("goes on", text(members.values))
    await members.leave(third)


async def transact(admin):
    await create(admin, WRITTEN)
    producer = AIOKafkaProducer(bootstrap_servers=ADDRESS, transactional_id=WRITTEN)
    await producer.start()
    for value, ending in TRANSACTIONS:
        await producer.begin_transaction()
        await producer.send_and_wait(WRITTEN, value)
        await (producer.commit_transaction() if ending == "commit" else producer.abort_transaction())
    await producer.stop()
    tell("read committed", text(await read_all(WRITTEN, 2)))
    tell("read uncommitted", text(await read_all(WRITTEN, 3, "read_uncommitted")))


async def main():
    admin = AIOKafkaAdminClient(bootstrap_servers=ADDRESS)
    await admin.start()
    await administer(admin)
    await compress(admin)
    await share()
    await transact(admin)
    await admin.delete_topics([TOPIC])

    async def is_gone():
        return TOPIC not in await admin.list_topics()

    await until("the topic is gone", is_gone)
    tell("delete", "gone")
    await admin.close()


asyncio.run(main())

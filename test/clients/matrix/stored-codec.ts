/** In which codec a topic's first batch is stored: a client that says that it compresses need not have done so. */
import { systemClock } from '../../../src/base/clock.ts'
import { Fetcher } from '../../../src/client/fetcher.ts'
import { KafkaClient } from '../../../src/client/kafka-client.ts'

export async function storedCodec(address: string, topic: string): Promise<string> {
  const client = new KafkaClient({ addresses: [address], clock: systemClock })
  const read = new AbortController()
  const codecs: string[] = []
  const fetcher = new Fetcher(client, {
    take: ({ batch }) => {
      codecs.push(batch.compression)
      read.abort()
    },
  })
  fetcher.assign([{ topic, partition: 0, offset: 0 }])
  try {
    await fetcher.run(read.signal)
  } finally {
    client.close()
  }
  return codecs[0]!
}

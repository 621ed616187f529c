/** What clients push of their metrics (KIP-714). What is wanted of them is said before all stories. */
import { randomBytes } from 'node:crypto'
import { ZERO_UUID } from '../../../../src/base/bytes.ts'
import { compress, compressionTypes } from '../../../../src/protocol/compression.ts'
import { getTelemetrySubscriptions } from '../../../../src/protocol/messages/get-telemetry-subscriptions.ts'
import { pushTelemetry } from '../../../../src/protocol/messages/push-telemetry.ts'
import { type SideIndex, type Story, story, type Telling } from '../telling.ts'

const none = 0
/** A resource without metrics, as OpenTelemetry has it. */
const metrics = Buffer.from([0x0a, 0x00])

const newInstance = () => randomBytes(16).toString('base64url')

const ask = story(getTelemetrySubscriptions, 'what is wanted', async (told) => {
  const { version } = told
  await told.askWithMutants(getTelemetrySubscriptions, () => ({ clientInstanceId: newInstance() }))
  const clientInstanceId = newInstance()
  await told.ask('once', getTelemetrySubscriptions, version, { clientInstanceId })
  await told.ask('too soon', getTelemetrySubscriptions, version, { clientInstanceId })
  await told.ask('by somebody without an id', getTelemetrySubscriptions, version, { clientInstanceId: ZERO_UUID })
})

/** A client that has asked what is wanted, and may push now. */
async function asked(told: Telling, change: object = {}) {
  const clientInstanceId = newInstance()
  const answers = await told.prepare(getTelemetrySubscriptions, 0, { clientInstanceId })
  return (side: SideIndex) => {
    const { subscriptionId } = answers[side]
    return { clientInstanceId, subscriptionId, terminating: false, compressionType: none, metrics, ...change }
  }
}

const push = story(pushTelemetry, 'push', async (told) => {
  const { version } = told
  await told.askWithMutants(pushTelemetry, () => asked(told))
  const one = await asked(told)
  await told.ask('once', pushTelemetry, version, one)
  await told.ask('too soon', pushTelemetry, version, one)
  const last = (side: SideIndex) => ({ ...one(side), terminating: true })
  await told.ask('too soon, but for the last time', pushTelemetry, version, last)
  await told.ask('after the last time', pushTelemetry, version, last)
  await told.ask('after the last time, anew', getTelemetrySubscriptions, 0, (side) => {
    return { clientInstanceId: one(side).clientInstanceId }
  })
  await told.ask('too much', pushTelemetry, version, await asked(told, { metrics: Buffer.alloc(1_048_577) }))
  await told.ask('without having asked', pushTelemetry, version, (side) => {
    return { ...one(side), clientInstanceId: 'YWFhYWFhYWFhYWFhYWFhYQ' }
  })
  for (const compressionType of [1, 2, 3, 4]) {
    const plain = await asked(told, { compressionType })
    await told.ask(`what is not compressed as it says, by ${compressionType}`, pushTelemetry, version, plain)
    const compressed = await asked(told, {
      compressionType,
      metrics: compress(compressionTypes[compressionType]!, metrics),
    })
    await told.ask(`compressed by ${compressionType}`, pushTelemetry, version, compressed)
  }
  const wrong = await asked(told, { compressionType: 99 })
  await told.ask('compressed in no way', pushTelemetry, version, wrong)
  await told.ask('compressed in no way, and asked again', getTelemetrySubscriptions, 0, (side) => {
    return { clientInstanceId: wrong(side).clientInstanceId }
  })
})

export const telemetryStories: readonly Story[] = [ask, push]

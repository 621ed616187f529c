/**
 * The vocabulary of faults, described once: settings, `broker.faults` and POST /faults are read by this table, and the
 * reference is printed from it.
 */
import type { Fault } from '../faults/fault.ts'
import { apiNames } from '../protocol/api-names.ts'
import { errorNamed, errorOf, NONE } from '../protocol/errors.ts'
import { clientPatterns, topicPatterns } from './patterns.ts'
import { mapping, readTable, setting, type Table } from './table.ts'
import { boolean, duration, integer, type Kind, list, listed, nearest, oneOf, text } from './values.ts'

const faultName = text('name', /^[\w.-]{1,64}$/, 'at most 64 letters, digits, dots, dashes and underscores')

const api: Kind<string> = {
  name: 'API',
  read(raw, place) {
    const wanted = String(raw).toLowerCase()
    const found = apiNames.find((name) => name.toLowerCase() === wanted)
    if (found !== undefined) return found
    const meant = apiNames.find(
      (name) =>
        name.toLowerCase() ===
        nearest(
          wanted,
          apiNames.map((one) => one.toLowerCase()),
        ),
    )
    return place.refuse(
      raw,
      meant === undefined ? 'use the name of a Kafka API, as Produce or Fetch' : `did you mean ${meant}?`,
    )
  },
}

/** By its name or its code. */
const kafkaError: Kind<string> = {
  name: 'Kafka error',
  read(raw, place) {
    const code = Number(raw)
    const found = typeof raw === 'string' && Number.isNaN(code) ? errorNamed(raw.toUpperCase()) : errorOf(code)
    const isKnown = found !== undefined && !found.is(NONE) && (Number.isNaN(code) || found.code === code)
    return isKnown
      ? found.name
      : place.refuse(raw, 'use the name or code of a Kafka error, as NOT_LEADER_OR_FOLLOWER or 6')
  },
}

const chance: Kind<number> = {
  name: 'number from 0 to 1',
  read(raw, place) {
    const value = typeof raw === 'string' && raw.trim() !== '' ? Number(raw) : raw
    return typeof value === 'number' && value >= 0 && value <= 1 ? value : place.refuse(raw, 'use a number from 0 to 1')
  },
}

const int32Max = 2_147_483_647
const wait = duration('0ms', '1h')

export const faultTable = {
  name: setting('name', faultName, null, 'What lists call it. Not set: fault-1, fault-2 …'),
  api: setting('api', list(api, 1), null, 'Where: Kafka APIs. Not set: all; likewise below.'),
  topic: setting('topic', topicPatterns, null, 'Where: topics. * stands for anything.'),
  partition: setting('partition', list(integer(0, int32Max), 1), null, 'Where: partitions.'),
  broker: setting('broker', list(integer(0, int32Max), 1), null, 'Where: ids of brokers.'),
  client: setting('client', clientPatterns, null, 'Where: client ids. * stands for anything.'),
  group: setting('group', clientPatterns, null, 'Where: group ids. * stands for anything.'),
  error: setting('error', kafkaError, null, 'What: answered in place of carrying it out.'),
  delay: setting('delay', wait, null, 'What: the answer waits so long, by the time of the machine.'),
  jitter: setting('jitter', wait, null, 'And by chance up to so long more.'),
  disconnect: setting('disconnect', oneOf('before', 'after'), null, 'What: closed before or after it is carried out.'),
  silence: setting('silence', oneOf('before', 'after'), null, 'What: likewise never answered, nor what follows.'),
  truncate: setting('truncate', integer(0, int32Max), null, 'What: so many bytes of the answer, then closed.'),
  throttle: setting('throttle', wait, null, 'What: the client is told to wait so long, and made to.'),
  move: setting('move', oneOf('leader', 'coordinator'), null, 'What: goes to the next broker; the client hears so.'),
  down: setting('down', boolean, false, 'What: the broker is gone.'),
  refuse: setting('refuse', boolean, false, 'What: new connections are cut.'),
  corrupt: setting('corrupt', boolean, false, 'What: a fetched batch has a wrong CRC.'),
  times: setting('times', integer(1, int32Max), null, 'When: the next so many. Not set: until it is removed.'),
  every: setting('every', integer(1, int32Max), null, 'When: each nth that matches.'),
  probability: setting('probability', chance, null, 'When: each by this chance.'),
  seed: setting('seed', integer(0, int32Max), null, 'The same one, the same chances.'),
  for: setting('for', duration('1ms', '36500d'), null, 'When: for so long, by the clock of the broker.'),
} satisfies Table

const actions = ['error', 'disconnect', 'silence', 'truncate', 'throttle', 'move', 'down', 'refuse', 'corrupt'] as const
/** What strikes connections cannot ask what is asked over them. */
const ofRequests = ['api', 'topic', 'partition', 'client', 'group', 'delay', 'jitter'] as const

export const fault: Kind<Fault> = {
  name: 'fault',
  parts: Object.values(faultTable),
  read(raw, place) {
    const before = place.mistakes.length
    const values = readTable(faultTable, [mapping(faultTable, raw, place)], place)
    if (place.mistakes.length > before || values === undefined) return undefined
    const contradiction = contradictionOf(values)
    if (contradiction !== null) return place.complain(contradiction)
    return values.corrupt ? { ...values, api: ['Fetch'] } : values
  },
}

function contradictionOf(fault: Fault): string | null {
  const chosen = actions.filter((one) => isGiven(fault[one]))
  if (chosen.length > 1) return `has ${listed(chosen).replace(' or ', ' and ')}; keep one, and write several faults`
  if (chosen.length === 0 && fault.delay === null) return `does nothing; add ${listed([...actions, 'delay'])}`
  if (fault.jitter !== null && fault.delay === null) return 'has jitter without delay; add delay'
  if (fault.seed !== null && fault.probability === null && fault.jitter === null) {
    return 'has a seed and nothing by chance; add probability or jitter, or leave seed out'
  }
  if (fault.down && fault.broker === null) return 'takes brokers down; say which, by broker'
  if (fault.down && (fault.every ?? fault.probability ?? fault.times) !== null) {
    return 'takes brokers down until it is removed, or for a time; leave times, every and probability out'
  }
  const idle = ofRequests.filter((one) => isGiven(fault[one]))
  if ((fault.down || fault.refuse) && idle.length > 0) {
    return `strikes connections, which ${listed(idle)} cannot choose among; leave it out`
  }
  if (fault.corrupt && fault.api !== null && !fault.api.includes('Fetch'))
    return 'corrupts what is fetched; use api: Fetch'
  return null
}

function isGiven(value: unknown): boolean {
  return value !== null && value !== false
}

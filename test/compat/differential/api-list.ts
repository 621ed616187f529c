/** Kafka's list of APIs beside ours: what is missing is missing by name and for a reason; anything else is an error. */
import type { Range } from './ranges.ts'

/** What only brokers and controllers say to one another: a client has no use for it. */
const betweenBrokers: Readonly<Record<number, string>> = {
  83: 'InitializeShareGroupState',
  84: 'ReadShareGroupState',
  85: 'WriteShareGroupState',
  86: 'DeleteShareGroupState',
  87: 'ReadShareGroupStateSummary',
}

export interface NotServed {
  readonly key: number
  readonly name: string
  readonly why: 'between brokers' | null
}

/** What Kafka serves and we do not. */
export function notServed(ours: ReadonlyMap<number, Range>, theirs: ReadonlyMap<number, Range>): readonly NotServed[] {
  const keys = [...theirs.keys()].filter((key) => !ours.has(key)).sort((a, b) => a - b)
  return keys.map((key) => {
    const name = betweenBrokers[key]
    return name === undefined ? { key, name: `API ${key}`, why: null } : { key, name, why: 'between brokers' }
  })
}

/** What is wrong with our list: each a sentence. */
export function listProblems(ours: ReadonlyMap<number, Range>, theirs: ReadonlyMap<number, Range>): readonly string[] {
  const missing = notServed(ours, theirs).filter(({ why }) => why === null)
  const others = [...ours].filter(([key, range]) => `${theirs.get(key)}` !== `${range}`)
  return [
    ...missing.map(({ key }) => `Kafka serves API ${key}, and Blink does not`),
    ...others.map(([key, range]) => `API ${key}: Blink serves ${range}, Kafka ${theirs.get(key) ?? 'nothing'}`),
  ]
}

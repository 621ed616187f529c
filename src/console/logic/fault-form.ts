/** Faults: as a form has them, as the API takes them, and in words. */

export const faultKinds = [
  ['error', 'Answer with an error'],
  ['delay', 'Answer late'],
  ['disconnect', 'Close the connection'],
  ['silence', 'Do not answer'],
  ['truncate', 'Send part of the answer'],
  ['throttle', 'Throttle the client'],
  ['move', 'Move leader or coordinator'],
  ['down', 'Take a broker down'],
  ['refuse', 'Refuse new connections'],
  ['corrupt', 'Corrupt fetched batches'],
] as const
export type FaultKind = (typeof faultKinds)[number][0]

export interface FaultDraft {
  readonly kind: FaultKind
  /** Of what happens: an error's name, a duration, before or after, bytes, leader or coordinator. */
  readonly detail: string
  readonly jitter: string
  readonly api: string
  readonly topic: string
  readonly partition: string
  readonly broker: string
  readonly client: string
  readonly group: string
  readonly when: 'always' | 'times' | 'every' | 'probability' | 'for'
  readonly whenDetail: string
  readonly name: string
}

export const emptyFault: FaultDraft = {
  kind: 'error',
  detail: '',
  jitter: '',
  api: '',
  topic: '',
  partition: '',
  broker: '',
  client: '',
  group: '',
  when: 'always',
  whenDetail: '',
  name: '',
}

/** What a kind wants to be told: the label, what stands there first, and the choices where there are some. */
export const details: Readonly<
  Record<FaultKind, readonly [label: string, first: string, choices?: readonly string[]] | null>
> = {
  error: ['Error', 'NOT_LEADER_OR_FOLLOWER'],
  delay: ['How late', '500ms'],
  disconnect: ['When', 'before', ['before', 'after']],
  silence: ['When', 'before', ['before', 'after']],
  truncate: ['Bytes that are sent', '10'],
  throttle: ['How long', '2s'],
  move: ['What moves', 'leader', ['leader', 'coordinator']],
  down: null,
  refuse: null,
  corrupt: null,
}

const switches: readonly FaultKind[] = ['down', 'refuse', 'corrupt']

/** As `POST /faults` takes it. */
export function faultOf(draft: FaultDraft): Record<string, unknown> {
  const { kind, detail, jitter, when, whenDetail, name } = draft
  const what = switches.includes(kind) ? true : kind === 'truncate' ? Number(detail) : detail
  const lists = { api: draft.api, topic: draft.topic, client: draft.client, group: draft.group }
  const numbers = { partition: draft.partition, broker: draft.broker }
  const fault: Record<string, unknown> = { [kind]: what }
  if (name !== '') fault.name = name
  if (kind === 'delay' && jitter !== '') fault.jitter = jitter
  for (const [key, text] of Object.entries(lists)) if (text.trim() !== '') fault[key] = parts(text)
  for (const [key, text] of Object.entries(numbers)) if (text.trim() !== '') fault[key] = parts(text).map(Number)
  if (when !== 'always') fault[when] = when === 'for' ? whenDetail : Number(whenDetail)
  return fault
}

function parts(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
}

const places = ['api', 'topic', 'partition', 'broker', 'client', 'group'] as const
const happenings = [
  'error',
  'delay',
  'jitter',
  'disconnect',
  'silence',
  'truncate',
  'throttle',
  'move',
  'down',
  'refuse',
  'corrupt',
] as const
const moments = ['times', 'every', 'probability', 'for'] as const
const durations: ReadonlySet<string> = new Set(['delay', 'jitter', 'throttle', 'for'])

type Given = Readonly<Record<string, unknown>>

/** “error NOT_LEADER_OR_FOLLOWER” */
export function whatOf(fault: Given): string {
  return worded(fault, happenings)
}

/** “api Produce, topic orders” */
export function whereOf(fault: Given): string {
  return worded(fault, places) || 'everywhere'
}

export function whenOf(fault: Given): string {
  return worded(fault, moments) || 'until cleared'
}

function worded(fault: Given, keys: readonly string[]): string {
  return keys
    .filter((key) => fault[key] !== undefined && fault[key] !== null && fault[key] !== false)
    .map((key) => {
      const value = fault[key]
      if (value === true) return key
      const shown = Array.isArray(value) ? value.join(' or ') : `${value}`
      return `${key} ${shown}${durations.has(key) && typeof value === 'number' ? ' ms' : ''}`
    })
    .join(', ')
}

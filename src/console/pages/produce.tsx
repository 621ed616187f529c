/** Records made by hand: one with all its fields, or many as lines of JSON; and what became of each. */
import { signal, useSignal } from '@preact/signals'
import { ApiError, ask, url } from '../api.ts'
import { counted } from '../logic/format.ts'
import { readPasted } from '../logic/lines.ts'
import { emptyDraft, type RecordDraft, recordOf, type ValueKind } from '../logic/record-draft.ts'
import { Button, Input, Segments, Select, TextArea } from '../parts/controls.tsx'
import { Card, Problem } from '../parts/showing.tsx'

/** Kept while one looks elsewhere; also how a record is sent again. */
export const draft = signal<RecordDraft>(emptyDraft)
const pasted = signal('')

type Outcome =
  | { readonly partition: number; readonly offset: number }
  | { readonly error: { readonly message: string } }

interface ProduceProps {
  readonly topic: string
  readonly partitions: number
}

export function Produce({ topic, partitions }: ProduceProps) {
  const isMany = useSignal(false)
  const outcomes = useSignal<readonly Outcome[]>([])
  const send = async (records: readonly unknown[]) => {
    outcomes.value = await produce(topic, records)
  }
  return (
    <div class="columns">
      <Card
        title={isMany.value ? 'Many records' : 'One record'}
        actions={
          <Segments
            label="How many"
            value={isMany.value ? 'many' : 'one'}
            options={[
              ['one', 'One'],
              ['many', 'Many'],
            ]}
            onValue={(value) => {
              isMany.value = value === 'many'
            }}
          />
        }
      >
        {isMany.value ? <Many onSend={send} /> : <One partitions={partitions} onSend={send} />}
      </Card>
      <Card title="What became of them">
        <Outcomes of={outcomes.value} />
      </Card>
    </div>
  )
}

/** Stored or refused, each for itself: a refusal is an outcome, and no failure. */
async function produce(topic: string, records: readonly unknown[]): Promise<readonly Outcome[]> {
  try {
    const { records: outcomes } = await ask<{ records: readonly Outcome[] }>(url(['topics', topic, 'records']), {
      method: 'POST',
      json: { records },
    })
    return outcomes
  } catch (error) {
    const of = error instanceof ApiError ? (error.body as { records?: readonly Outcome[] } | null)?.records : undefined
    if (of === undefined) throw error
    return of
  }
}

interface SendProps {
  readonly onSend: (records: readonly unknown[]) => Promise<void>
}

const kinds: readonly (readonly [ValueKind, string])[] = [
  ['text', 'Text or JSON'],
  ['base64', 'Bytes, in base64'],
  ['null', 'Null'],
]
const valueKinds = kinds.with(2, ['null', 'Null: a tombstone'])

function One({ partitions, onSend }: SendProps & { readonly partitions: number }) {
  const set = (change: Partial<RecordDraft>) => {
    draft.value = { ...draft.value, ...change }
  }
  const { keyKind, key, valueKind, value, partition } = draft.value
  const numbers = Array.from({ length: partitions }, (_, at) => [`${at}`, `${at}`] as const)
  return (
    <form class="form" onSubmit={(event) => event.preventDefault()}>
      <div class="pair">
        <Select
          isLabelled
          label="Kind of key"
          value={keyKind}
          options={kinds}
          onValue={(kind) => set({ keyKind: kind })}
        />
        <Select
          isLabelled
          label="Partition"
          value={partition}
          options={[['', 'As the key says'], ...numbers]}
          onValue={(at) => set({ partition: at })}
        />
      </div>
      {keyKind === 'null' ? null : <TextArea label="Key" rows={1} value={key} onValue={(text) => set({ key: text })} />}
      <Select
        isLabelled
        label="Kind of value"
        value={valueKind}
        options={valueKinds}
        onValue={(kind) => set({ valueKind: kind })}
      />
      {valueKind === 'null' ? null : (
        <TextArea label="Value" rows={8} value={value} onValue={(text) => set({ value: text })} />
      )}
      <HeaderInputs />
      <div class="row">
        <Button kind="primary" type="submit" onPress={() => onSend([recordOf(draft.value)])}>
          Produce
        </Button>
        <Button
          kind="quiet"
          onPress={() => {
            draft.value = emptyDraft
          }}
        >
          Clear
        </Button>
      </div>
    </form>
  )
}

function HeaderInputs() {
  const { headers } = draft.value
  const set = (next: RecordDraft['headers']) => {
    draft.value = { ...draft.value, headers: next }
  }
  return (
    <fieldset class="headers-grid" style={{ border: 0, margin: 0, padding: 0 }}>
      <legend class="unseen">Headers</legend>
      {headers.map((header, at) => (
        <div key={at}>
          <Input
            aria-label={`Name of header ${at + 1}`}
            placeholder="Header"
            value={header.key}
            onValue={(key) => set(headers.with(at, { ...header, key }))}
          />
          <Input
            aria-label={`Value of header ${at + 1}`}
            placeholder="Value"
            value={header.value}
            onValue={(value) => set(headers.with(at, { ...header, value }))}
          />
          <Button kind="quiet" label={`Remove header ${at + 1}`} onPress={() => set(headers.toSpliced(at, 1))}>
            ✕
          </Button>
        </div>
      ))}
      <div style={{ display: 'block' }}>
        <Button onPress={() => set([...headers, { key: '', value: '' }])}>Add a header</Button>
      </div>
    </fieldset>
  )
}

const example = `{ "key": "a", "value": "Hello" }
{ "key": "b", "value": { "any": "JSON" }, "headers": { "source": "console" } }`

function Many({ onSend }: SendProps) {
  const mistake = useSignal<string | null>(null)
  const send = async () => {
    const read = readPasted(pasted.value)
    mistake.value = 'mistake' in read ? read.mistake : null
    if ('records' in read) await onSend(read.records)
  }
  const load = async (event: Event) => {
    const [file] = (event.currentTarget as HTMLInputElement).files ?? []
    if (file !== undefined) pasted.value = await file.text()
  }
  return (
    <form class="form" onSubmit={(event) => event.preventDefault()}>
      <TextArea
        label="Records"
        hint="One JSON object a line, or a list of them: value, and key, headers, partition, timestamp as you like."
        rows={14}
        placeholder={example}
        value={pasted.value}
        onValue={(text) => {
          pasted.value = text
        }}
      />
      <input class="soft" type="file" aria-label="A file of records" accept=".json,.ndjson,.jsonl" onChange={load} />
      {mistake.value === null ? null : <Problem error={{ message: mistake.value }} />}
      <div class="row">
        <Button kind="primary" type="submit" onPress={send}>
          Produce all
        </Button>
      </div>
    </form>
  )
}

const shownMax = 100

function Outcomes({ of }: { readonly of: readonly Outcome[] }) {
  const refused = of.filter((outcome) => 'error' in outcome).length
  if (of.length === 0) return <p class="soft">Where each record was stored is told here, or who refused it, and why.</p>
  return (
    <div class="stack" role="status">
      <p>
        {counted(of.length - refused, 'record')} stored{refused === 0 ? '.' : `, ${refused} refused.`}
      </p>
      <ol class="stack tight">
        {of.slice(0, shownMax).map((outcome, at) => (
          <li key={at} class="number">
            {'error' in outcome ? (
              <span class="bad">{outcome.error.message}</span>
            ) : (
              <span class="soft">
                partition {outcome.partition}, offset {outcome.offset}
              </span>
            )}
          </li>
        ))}
      </ol>
      {of.length > shownMax ? <p class="soft">and {of.length - shownMax} more</p> : null}
    </div>
  )
}

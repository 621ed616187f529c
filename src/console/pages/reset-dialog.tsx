/** Where a group is to go on: tried out first, so that one sees what would change. */
import { useSignal } from '@preact/signals'
import { ask, url } from '../api.ts'
import { count, counted } from '../logic/format.ts'
import { Button, Field, Select, TextField } from '../parts/controls.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { say } from '../parts/toasts.tsx'
import type { Group } from '../resources.ts'

type Target = 'earliest' | 'latest' | 'timestamp' | 'offset' | 'shift'

const targets: readonly (readonly [Target, string])[] = [
  ['earliest', 'The first record'],
  ['latest', 'The end: what comes next'],
  ['timestamp', 'A time'],
  ['offset', 'An offset'],
  ['shift', 'So many further, or back'],
]

const whyMembersMatter =
  'It has members now, who would overwrite what is set here. Stop them first: until then it is refused.'

interface Change {
  readonly topic: string
  readonly partition: number
  readonly from: number | null
  readonly to: number
}

interface ResetProps {
  readonly group: Group
  readonly onDone: () => void
  readonly onClose: () => void
}

export function ResetDialog({ group: { group, offsets, members }, onDone, onClose }: ResetProps) {
  const target = useSignal<Target>('earliest')
  const detail = useSignal('')
  const topic = useSignal('')
  const preview = useSignal<readonly Change[] | null>(null)
  const topics = [...new Set(offsets.map((one) => one.topic))]
  const put = async (isTrial: boolean) => {
    const chosen = topic.value === '' ? {} : { topics: [{ topic: topic.value }] }
    const json = { to: targetOf(target.value, detail.value), ...chosen, dry_run: isTrial }
    return (await ask<{ offsets: readonly Change[] }>(url(['groups', group, 'offsets']), { method: 'PUT', json }))
      .offsets
  }
  const reset = async () => {
    const changed = await put(false)
    say(`${counted(changed.length, 'offset')} of ${group} changed.`)
    onDone()
  }
  const choose = (value: Target) => {
    target.value = value
    detail.value = ''
    preview.value = null
  }
  const isDetailed = target.value !== 'earliest' && target.value !== 'latest'
  return (
    <Dialog title={`Reset the offsets of ${group}`} confirm="Reset" isDanger onConfirm={reset} onClose={onClose}>
      {members.length === 0 ? null : <p class="warn">{whyMembersMatter}</p>}
      <div class="pair">
        <Select isLabelled label="Go on at" value={target.value} options={targets} onValue={choose} />
        {isDetailed ? (
          <Detail
            target={target.value}
            value={detail.value}
            onValue={(value) => {
              detail.value = value
              preview.value = null
            }}
          />
        ) : null}
        <Select
          isLabelled
          label="Topic"
          value={topic.value}
          options={[['', 'All of them'], ...topics.map((one) => [one, one] as const)]}
          onValue={(value) => {
            topic.value = value
            preview.value = null
          }}
        />
      </div>
      <Trial
        changes={preview.value}
        onTry={async () => {
          preview.value = await put(true)
        }}
      />
    </Dialog>
  )
}

interface DetailProps {
  readonly target: Target
  readonly value: string
  readonly onValue: (value: string) => void
}

function Detail({ target, value, onValue }: DetailProps) {
  const isTime = target === 'timestamp'
  const label = isTime ? 'Time' : target === 'offset' ? 'Offset' : 'Records, negative for back'
  const kind = isTime ? ({ type: 'datetime-local', step: '0.001' } as const) : ({ type: 'number', step: '1' } as const)
  return <TextField label={label} {...kind} value={value} onValue={onValue} />
}

function Trial({ changes, onTry }: { readonly changes: readonly Change[] | null; readonly onTry: () => unknown }) {
  return (
    <Field label="What would change">
      {(ids) => (
        <div {...ids} class="stack tight">
          {changes === null ? (
            <div>
              <Button onPress={onTry}>Try it out</Button>
            </div>
          ) : (
            <Changes of={changes} />
          )}
        </div>
      )}
    </Field>
  )
}

function targetOf(target: Target, detail: string): unknown {
  switch (target) {
    case 'earliest':
    case 'latest':
      return target
    case 'timestamp':
      return { timestamp: Date.parse(detail) }
    case 'offset':
    case 'shift':
      return { [target]: Number(detail) }
  }
}

const shownMax = 12

function Changes({ of }: { readonly of: readonly Change[] }) {
  if (of.length === 0) return <p class="soft">Nothing: it has committed no offsets there.</p>
  return (
    <ul class="small number">
      {of.slice(0, shownMax).map(({ topic, partition, from, to }) => (
        <li key={`${topic}-${partition}`}>
          {topic}-{partition}: {from === null ? 'none' : count(from)} → {count(to)}
        </li>
      ))}
      {of.length > shownMax ? <li class="soft">and {of.length - shownMax} more</li> : null}
    </ul>
  )
}

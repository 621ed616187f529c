/** The form for a new fault. */
import { useSignal } from '@preact/signals'
import { ask } from '../api.ts'
import { details, emptyFault, type FaultDraft, type FaultKind, faultKinds, faultOf } from '../logic/fault-form.ts'
import { Select, TextField } from '../parts/controls.tsx'
import { Dialog } from '../parts/dialog.tsx'

export type NewFault = Partial<FaultDraft>

interface FaultDialogProps {
  readonly preset: NewFault
  readonly onAdded: () => void
  readonly onClose: () => void
}

const moments = [
  ['always', 'Until cleared'],
  ['times', 'The next … times'],
  ['every', 'Every …th time'],
  ['probability', 'By chance, 0 to 1'],
  ['for', 'For a time'],
] as const

const momentFirst = { always: '', times: '3', every: '10', probability: '0.1', for: '30s' }

export function FaultDialog({ preset, onAdded, onClose }: FaultDialogProps) {
  const draft = useSignal<FaultDraft>({ ...emptyFault, detail: details.error![1], ...preset })
  const set = (change: Partial<FaultDraft>) => {
    draft.value = { ...draft.value, ...change }
  }
  const field = (key: keyof FaultDraft, label: string, placeholder: string) => (
    <TextField
      label={label}
      placeholder={placeholder}
      value={draft.value[key]}
      onValue={(value) => set({ [key]: value })}
    />
  )
  const { kind, when } = draft.value
  const add = async () => {
    await ask('/faults', { method: 'POST', json: faultOf(draft.value) })
    onAdded()
  }
  return (
    <Dialog title="Add a fault" confirm="Add" onConfirm={add} onClose={onClose}>
      <div class="pair">
        <Select
          isLabelled
          label="What happens"
          value={kind}
          options={faultKinds}
          onValue={(value: FaultKind) => set({ kind: value, detail: details[value]?.[1] ?? '' })}
        />
        <Detail draft={draft.value} onDetail={(value) => set({ detail: value })} />
        {kind === 'delay' ? field('jitter', 'And up to so much more', '0ms') : null}
      </div>
      <div class="pair">
        {field('api', 'API', 'any: Produce, Fetch')}
        {field('topic', 'Topic', 'any: orders-*')}
        {field('partition', 'Partition', 'any: 0, 1')}
        {field('client', 'Client id', 'any: my-app*')}
        {field('group', 'Group', 'any')}
        {field('broker', 'Broker', kind === 'down' ? 'required: 1' : 'any: 1')}
      </div>
      <div class="pair">
        <Select
          isLabelled
          label="When"
          value={when}
          options={moments}
          onValue={(value) => set({ when: value, whenDetail: momentFirst[value] })}
        />
        {when === 'always' ? null : field('whenDetail', 'How much', momentFirst[when])}
        {field('name', 'Name', 'fault-1')}
      </div>
    </Dialog>
  )
}

interface DetailProps {
  readonly draft: FaultDraft
  readonly onDetail: (value: string) => void
}

/** What more there is to say of what happens. */
function Detail({ draft: { kind, detail }, onDetail }: DetailProps) {
  const asked = details[kind]
  if (asked === null) return null
  const [label, placeholder, choices] = asked
  if (choices === undefined)
    return <TextField label={label} placeholder={placeholder} value={detail} onValue={onDetail} />
  const options = choices.map((one) => [one, one] as const)
  return <Select isLabelled label={label} value={detail} options={options} onValue={onDetail} />
}

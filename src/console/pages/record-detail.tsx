/** One record, whole. */
import { bytes, dateTime } from '../logic/format.ts'
import { draftOf } from '../logic/record-draft.ts'
import { type Payload, preview, toBytes } from '../logic/payload.ts'
import { Button, CopyButton } from '../parts/controls.tsx'
import { PayloadBlock } from '../parts/payload-view.tsx'
import { Facts } from '../parts/showing.tsx'
import { Detail } from '../parts/table-with-detail.tsx'
import type { KafkaRecord } from '../resources.ts'
import { amend } from '../router.ts'
import { draft } from './produce.tsx'

interface DetailProps {
  readonly of: KafkaRecord
  readonly onClose: () => void
}

export function RecordDetail({ of: record, onClose }: DetailProps) {
  const { partition, offset, timestamp, key, value, headers } = record
  const again = () => {
    draft.value = draftOf(record)
    amend({ tab: 'produce' })
  }
  return (
    <Detail
      label="The record chosen"
      title={`Offset ${offset}`}
      actions={<CopyButton text={() => JSON.stringify(record, null, 2)} label="Copy the record as JSON" />}
      onClose={onClose}
    >
      <Facts
        of={[
          ['Partition', partition],
          ['Time', <span class="number">{dateTime(timestamp)}</span>],
          ['Size', bytes([key, value].reduce((sum, one) => sum + toBytes(one).length, 0))],
        ]}
      />
      <div>
        <PayloadBlock key={`${partition}-${offset}-key`} title="Key" payload={key} />
        <PayloadBlock key={`${partition}-${offset}-value`} title="Value" payload={value} />
      </div>
      <Headers of={headers} />
      <div>
        <Button onPress={again}>Produce one like it</Button>
      </div>
    </Detail>
  )
}

function Headers({ of }: { readonly of: readonly { readonly key: string; readonly value: Payload }[] }) {
  if (of.length === 0) return <p class="soft">No headers.</p>
  return (
    <div class="stack tight">
      <h3>Headers</h3>
      <Facts
        of={of.map(({ key, value }) => [
          (<code>{key}</code>) as unknown as string,
          <code>{preview(value, 2000)}</code>,
        ])}
      />
    </div>
  )
}

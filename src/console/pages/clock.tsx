/** The broker's time, stopped and moved on. */
import { useSignal } from '@preact/signals'
import { ask } from '../api.ts'
import { useLive } from '../live.ts'
import { dateTime, duration } from '../logic/format.ts'
import { Button, Input, Switch } from '../parts/controls.tsx'
import { Badge, Card, Page, Until } from '../parts/showing.tsx'
import type { Clock } from '../resources.ts'

const pollMs = 1000

export function ClockPage() {
  const clock = useLive<Clock>('/clock', pollMs)
  return (
    <Page title="Clock">
      <Until live={clock}>{(data) => <ClockCard of={data} onChange={clock.refresh} />}</Until>
    </Page>
  )
}

const steps = ['1s', '10s', '1m', '10m', '1h', '24h']

function ClockCard({
  of: { state, now_ms, offset_ms },
  onChange,
}: {
  readonly of: Clock
  readonly onChange: () => void
}) {
  const isFrozen = state === 'frozen'
  const to = useSignal('')
  const change = async (json: unknown) => {
    await ask('/clock', { method: 'POST', json })
    onChange()
  }
  const set = () => change({ set: new Date(to.value).toISOString() })
  const offset = Math.abs(offset_ms) < 1 ? 'the time of this machine' : `${duration(offset_ms)} ahead of this machine`
  return (
    <Card title="Clock" actions={<Badge tone={isFrozen ? 'warn' : 'good'}>{state}</Badge>}>
      <div class="stack">
        <div>
          <p class="number" style={{ fontSize: '1.5rem', letterSpacing: '-.015em', fontWeight: 550 }}>
            {dateTime(now_ms)}
          </p>
          <p class="soft">{offset}</p>
        </div>
        <div class="choice">
          <Switch label="Frozen" isOn={isFrozen} onChange={(freeze) => change({ freeze })} />
          Frozen: nothing falls due until it is moved on
        </div>
        <div class="row">
          <span class="soft">Move on by</span>
          {steps.map((step) => (
            <Button key={step} label={`Move on by ${step}`} onPress={() => change({ advance: step })}>
              {step}
            </Button>
          ))}
        </div>
        <div class="row">
          <Input
            type="datetime-local"
            step="0.001"
            class="search"
            aria-label="Set the clock to"
            value={to.value}
            onValue={(value) => {
              to.value = value
            }}
          />
          <Button onPress={set} isDisabled={to.value === ''}>
            Set
          </Button>
        </div>
        <p class="soft small">
          Sessions, rebalances, retention, transactions and the times of records obey this clock.
        </p>
      </div>
    </Card>
  )
}

/**
 * A plugin host whose plugins do what the values of records tell them: `drop`, `refuse`, `bury`, `throttle 50`, `now
 * other value`, `unkeyed`, `aged 5`. Any other is accepted. On the way out, only `drop`, `now …` and `fail` are heard,
 * and what is called `hide` is dropped.
 */
import type { Judge } from '../../src/handlers/intake.ts'
import type { Client, Judged, Judgement, Refusal, Replacement, Sender } from '../../src/plugins/judgement.ts'
import { type RecordBatch, type RecordContext, recordsIn } from '../../src/protocol/records.ts'
import { replacedSection } from '../../src/protocol/rewriting.ts'

export class ScriptedJudge implements Judge {
  /** Who asked about what: `http 0: x,y`. */
  readonly seen: string[] = []
  readonly senders: Sender[] = []
  /** Topics whose records are shown on the way out. */
  readonly viewed = new Set<string>()

  wants(): boolean {
    return true
  }

  wantsFetch(topic: string): boolean {
    return this.viewed.has(topic)
  }

  async judge(_: string, partition: number, batch: RecordBatch, section: Buffer, sender: Sender): Promise<Judged> {
    this.senders.push(sender)
    const { values, refusals, replacements, ...rest } = this.#read(partition, batch, section, sender.client)
    const changed = replacements.size === 0 ? null : replacedSection(batch, section, replacements, new Set())
    const throttleMs = Math.max(0, ...values.map((value) => Number(/^throttle (\d+)$/.exec(value)?.[1] ?? 0)))
    return { ...rest, refusals, replacements, throttleMs, section: changed }
  }

  async view(_: string, partition: number, batch: RecordBatch, section: Buffer, client: Client): Promise<Judgement> {
    const { values, dropped, replacements } = this.#read(partition, batch, section, client)
    const failed = { plugin: 'p', reason: 'trapped', onReject: 'fail', isFailure: true } as const
    const refusals = values.flatMap((value, index) => (value === 'fail' ? [{ ...failed, index }] : []))
    return { refusals, dropped, replacements, throttleMs: 0 }
  }

  #read(partition: number, batch: RecordContext, section: Buffer, client: Client) {
    const records = [...recordsIn(section, batch)]
    const values = records.map(({ value }) => `${value}`)
    this.seen.push(`${client.id} ${partition}: ${values}`)
    const refusals: Refusal[] = []
    const dropped: number[] = []
    const replacements = new Map<number, Replacement>()
    for (const [index, value] of values.entries()) {
      const [word, ...rest] = value.split(' ')
      const { key, headers, timestamp } = records[index]!
      if (word === 'drop' || word === 'hide') dropped.push(index)
      if (word === 'refuse') refusals.push({ index, plugin: 'p', reason: 'no', onReject: 'drop', isFailure: false })
      if (word === 'bury')
        refusals.push({ index, plugin: 'p', reason: 'no', onReject: 'dead-letter', isFailure: false })
      const kept = { key, headers, timestamp, value: Buffer.from(rest.join(' ')) }
      if (word === 'now')
        replacements.set(index, { ...kept, headers: [...headers, { key: 'was', value: Buffer.from('old') }] })
      if (word === 'unkeyed') replacements.set(index, { ...kept, key: null })
      if (word === 'aged') replacements.set(index, { ...kept, timestamp: timestamp + Number(rest[0]) })
    }
    return { values, refusals, dropped, replacements }
  }
}

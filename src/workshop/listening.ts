/** Listens to what plugins say of the records of a broker, without having a say. */
import type { Judge } from '../handlers/intake.ts'
import type { Judgement } from '../plugins/host.ts'
import { type RecordBatch, recordsIn } from '../protocol/records.ts'
import type { VerdictPrinter } from './verdict-printer.ts'
import type { Shell } from '../terminal/shell.ts'
import { outcomesOf } from './trial.ts'

/** As many a second as anyone can read. */
export const rowsPerSecondMax = 200

export function listening(judge: Judge, printer: VerdictPrinter, { clock, stopwatch, tell }: Shell): Judge {
  let left = rowsPerSecondMax
  let untold = 0
  let isCounting = false
  const endSecond = () => {
    isCounting = false
    left = rowsPerSecondMax
    if (untold > 0) tell(`… and ${untold} records more`)
    untold = 0
  }
  const print = (topic: string, partition: number, batch: RecordBatch, section: Buffer, told: Told) => {
    if (!isCounting) clock.after(1000, endSecond)
    isCounting = true
    const outcomes = outcomesOf(told.judgement, batch.recordCount)
    let index = 0
    for (const record of recordsIn(section, batch)) {
      if (left === 0) {
        untold += batch.recordCount - index
        return
      }
      left--
      const offset = told.isStored ? record.offset : null
      const tookMs = told.tookMs / batch.recordCount
      printer.print({ topic, partition, offset, record, outcome: outcomes[index]!, tookMs })
      index++
    }
  }
  return {
    wants: (topic) => judge.wants(topic),
    wantsFetch: (topic) => judge.wantsFetch(topic),
    async judge(topic, partition, batch, section, sender) {
      const start = stopwatch()
      const judged = await judge.judge(topic, partition, batch, section, sender)
      const tookMs = stopwatch() - start
      print(topic, partition, batch, section, { judgement: judged, tookMs, isStored: false })
      return judged
    },
    async view(topic, partition, batch, section, client) {
      const start = stopwatch()
      const judgement = await judge.view(topic, partition, batch, section, client)
      print(topic, partition, batch, section, { judgement, tookMs: stopwatch() - start, isStored: true })
      return judgement
    },
  }
}

interface Told {
  readonly judgement: Judgement
  readonly tookMs: number
  readonly isStored: boolean
}

/** What a plugin's verdicts on a batch come to by its settings: each record is counted once, by what became of it. */
import { verdict } from './crossing.ts'
import { type Judgement, type Refusal, type Replacement, allAccepted } from '../judgement.ts'
import type { PluginSettings } from '../plugin-settings.ts'

/** How often each verdict was given. */
export interface RecordCounts {
  readonly accepted: number
  readonly refused: number
  /** They got no verdict. */
  readonly failed: number
  readonly dropped: number
  readonly replaced: number
  readonly throttled: number
  /** Refused by a plugin in shadow mode, hence stored. */
  readonly shadowRefused: number
}
export type Counting = { -readonly [K in keyof RecordCounts]: RecordCounts[K] }

export function noRecords(): Counting {
  return { accepted: 0, refused: 0, failed: 0, dropped: 0, replaced: 0, throttled: 0, shadowRefused: 0 }
}

/** What a plugin answered. */
export interface Answer {
  /** One per record. Shared memory, to be read before the lane goes on. */
  readonly verdicts: Uint8Array
  /** Why records were refused or failed, where it is known. */
  readonly reasons: ReadonlyMap<number, string>
  readonly replacements: ReadonlyMap<number, Replacement>
  readonly throttleMs: number
  /** Why it could not be asked about the records that are still pending; null when there are none. */
  readonly whyNot: string | null
}

type Policies = Pick<PluginSettings, 'name' | 'mode' | 'onReject' | 'onError' | 'deadLetterTopic'>

const noReason = 'the plugin gave no reason'
const notUtf8Reason = "key or value is not UTF-8, and the setting non_utf8 is 'reject'"

/** In shadow mode too it says what the plugin wants; not to apply it is up to the caller. */
export function judgementOf(answer: Answer, settings: Policies, counts: Counting): Judgement {
  const { verdicts, reasons, throttleMs } = answer
  const refusals: Refusal[] = []
  const dropped: number[] = []
  let replacements = allAccepted.replacements
  const refusedAs = settings.mode === 'shadow' ? 'shadowRefused' : 'refused'
  verdicts.forEach((given, index) => {
    switch (given) {
      case verdict.passedOver:
        return
      case verdict.accepted:
        counts.accepted++
        return
      case verdict.throttled:
        counts.throttled++
        return
      case verdict.dropped:
        counts.dropped++
        dropped.push(index)
        return
      case verdict.replaced:
        counts.replaced++
        replacements = answer.replacements
        return
      case verdict.refused:
      case verdict.notUtf8: {
        counts[refusedAs]++
        const reason = given === verdict.notUtf8 ? notUtf8Reason : (reasons.get(index) ?? noReason)
        refusals.push(refusal(settings, index, reason, false))
        return
      }
      default: {
        counts.failed++
        const reason = reasons.get(index) ?? answer.whyNot ?? noReason
        if (settings.onError === 'reject') refusals.push(refusal(settings, index, reason, true))
      }
    }
  })
  return { refusals, dropped, replacements, throttleMs }
}

function refusal(settings: Policies, index: number, reason: string, isFailure: boolean): Refusal {
  const { name: plugin, onReject, deadLetterTopic } = settings
  const refusal = { index, plugin, reason, onReject, isFailure }
  return deadLetterTopic === undefined ? refusal : { ...refusal, deadLetterTopic }
}

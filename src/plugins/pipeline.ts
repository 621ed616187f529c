/** The plugins in their order. A record that one refuses is not shown to those after it. */
import type { Batch } from './batch-memory.ts'
import type { Refusal } from './judgement.ts'
import type { Plugin } from './plugin.ts'
import { TopicPatterns } from './topic-patterns.ts'

const none: readonly Refusal[] = []
/** Made by brokers, not by producers. */
const internalTopics = ['__consumer_offsets', '__transaction_state']

interface Stage {
  readonly plugin: Plugin
  readonly topics: TopicPatterns
}

export class Pipeline {
  readonly #stages: readonly Stage[]

  /** In the order of the settings; `priority` comes before it. */
  constructor(plugins: readonly Plugin[]) {
    this.#stages = plugins
      .toSorted((one, other) => one.settings.priority - other.settings.priority)
      .map((plugin) => ({ plugin, topics: new TopicPatterns(plugin.settings.topics) }))
  }

  wants(topic: string): boolean {
    return !internalTopics.includes(topic) && this.#stages.some(({ topics }) => topics.match(topic))
  }

  /** In ascending order of the records. */
  async judge(batch: Batch): Promise<readonly Refusal[]> {
    let refusals = none
    for (const { plugin, topics } of this.#stages) {
      if (refusals.length === batch.recordCount) break
      if (!topics.match(batch.topic)) continue
      const passedOver = refusals.map(({ index }) => index)
      refusals = merged(refusals, await plugin.judge(batch, passedOver))
    }
    return refusals
  }
}

function merged(earlier: readonly Refusal[], later: readonly Refusal[]): readonly Refusal[] {
  if (later.length === 0) return earlier
  return [...earlier, ...later].sort((one, other) => one.index - other.index)
}

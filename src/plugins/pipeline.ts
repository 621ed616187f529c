/**
 * The plugins in their order. A record that one refuses or drops is not shown to those after it; of a record that one
 * replaces they see what it was replaced by.
 */
import { internalTopics } from '../protocol/internal-topics.ts'
import type { Batch } from './crossing/batch-memory.ts'
import { allAccepted, type Judged, type Judgement } from './judgement.ts'
import type { Plugin } from './plugin.ts'

const none: ReadonlySet<number> = new Set()

export class Pipeline {
  /** By `priority`; equal ones in the order in which they came. */
  #plugins: readonly Plugin[] = []

  add(plugin: Plugin): void {
    this.#plugins = [...this.#plugins, plugin].sort((one, other) => one.settings.priority - other.settings.priority)
  }

  remove(plugin: Plugin): void {
    this.#plugins = this.#plugins.filter((one) => one !== plugin)
  }

  wants(topic: string): boolean {
    return !internalTopics.has(topic) && this.#plugins.some((plugin) => plugin.judges(topic))
  }

  wantsFetch(topic: string): boolean {
    return !internalTopics.has(topic) && this.#plugins.some((plugin) => plugin.views(topic))
  }

  judge(batch: Batch): Promise<Judged> {
    return this.#pass(
      batch,
      (plugin) => plugin.judges(batch.topic),
      (plugin, seen, passedOver) => plugin.judge(seen, passedOver),
    )
  }

  view(batch: Batch): Promise<Judged> {
    return this.#pass(
      batch,
      (plugin) => plugin.views(batch.topic),
      (plugin, seen, passedOver) => plugin.view(seen, passedOver),
    )
  }

  /** Plugins that come, go or change meanwhile are asked as they are when it is their turn. */
  async #pass(
    batch: Batch,
    isAsked: (plugin: Plugin) => boolean,
    ask: (plugin: Plugin, seen: Batch, passedOver: readonly number[]) => Promise<Judgement>,
  ): Promise<Judged> {
    let judged = allAccepted
    for (const plugin of this.#plugins) {
      const gone = goneBy(judged)
      if (gone.length === batch.recordCount) break
      if (!isAsked(plugin) || batch.by.includes(plugin.settings.name) || !plugin.minds(batch.client)) continue
      const seen = judged.section === null ? batch : { ...batch, section: judged.section }
      judged = await merged(seen, judged, await ask(plugin, seen, gone))
    }
    return judged
  }
}

function goneBy({ refusals, dropped }: Judged): readonly number[] {
  if (refusals.length === 0 && dropped.length === 0) return dropped
  return [...refusals.map(({ index }) => index), ...dropped]
}

/** `seen` is what the later plugin was shown. What is gone stays in the section, so that indexes stay true. */
async function merged(seen: Batch, earlier: Judged, later: Judgement): Promise<Judged> {
  if (later === allAccepted) return earlier
  const isReplaced = later.replacements.size > 0
  return {
    refusals: [...earlier.refusals, ...later.refusals].sort((one, other) => one.index - other.index),
    dropped: [...earlier.dropped, ...later.dropped].sort((one, other) => one - other),
    replacements: isReplaced ? new Map([...earlier.replacements, ...later.replacements]) : earlier.replacements,
    throttleMs: Math.max(earlier.throttleMs, later.throttleMs),
    section: isReplaced ? await rewritten(seen, later.replacements) : earlier.section,
  }
}

/** What it takes is loaded when it is first needed: a start is not to wait for it. */
async function rewritten(seen: Batch, replacements: Judgement['replacements']): Promise<Buffer> {
  const { replacedSection } = await import('../protocol/rewriting.ts')
  return replacedSection(seen, seen.section, replacements, none)
}

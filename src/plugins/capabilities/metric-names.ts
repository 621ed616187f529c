/**
 * What a plugin calls its numbers, made into what Prometheus can read. Rather bent than refused: calls of
 * `blink:plugin/metrics` cannot fail.
 */
export type Tag = readonly [name: string, value: string]

const nameCharactersMax = 100
const tagsMax = 10
const tagValueCharactersMax = 200

/** `[a-z_][a-z0-9_]*`. */
export function metricName(text: string): string {
  const bent = text
    .slice(0, nameCharactersMax)
    .toLowerCase()
    .replace(/[^a-z0-9_]/g, '_')
  return /^[a-z_]/.test(bent) ? bent : `_${bent}`
}

/** In the order of their names, so that the order in which they are given does not matter; of two alike, the last. */
export function metricTags(tags: readonly Tag[]): readonly Tag[] {
  const byName = new Map<string, string>()
  for (const [name, value] of tags.slice(0, tagsMax)) byName.set(tagName(name), value.slice(0, tagValueCharactersMax))
  return [...byName].sort(([a], [b]) => (a < b ? -1 : 1))
}

/** `plugin` is Blink's label, `le` that of histograms, and what begins with `__` Prometheus' own. */
const reserved = /^(plugin|le|__.*)$/

function tagName(text: string): string {
  const name = metricName(text)
  return reserved.test(name) ? `tag_${name}` : name
}

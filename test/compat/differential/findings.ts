/** What comes of telling stories, for people to read. */
import type { Finding } from './telling.ts'

/** Letters of a value that are printed. */
const shownMax = 220

/** The same difference in many versions and requests is told once, with one of the requests. */
export function summary(findings: readonly Finding[]): readonly string[] {
  const alike = new Map<string, Finding[]>()
  for (const finding of findings) {
    const key = [finding.api, finding.path, finding.ours, finding.theirs].join(' ').replaceAll(/-\d+/g, '-')
    alike.set(key, [...(alike.get(key) ?? []), finding])
  }
  return [...alike.values()].flatMap((all) => {
    const [{ api, path, title, ours, theirs }] = all as [Finding, ...Finding[]]
    const versions = [...new Set(all.map(({ version }) => version))]
    const range = versions.length === 1 ? versions[0] : `${versions[0]}–${versions.at(-1)}`
    const [left, right] = [ours, theirs].map((text) => text.slice(0, shownMax))
    const others = [...new Set(all.map((each) => each.title))].filter((each) => each !== title)
    const more = others.length === 0 ? [] : [`    also: ${others.join(' | ').slice(0, shownMax)}`]
    return [
      `✗ ${api} v${range}, ${title}`,
      `    ${path}: Blink ${left}`,
      `    ${' '.repeat(path.length)}  Kafka ${right}`,
      ...more,
    ]
  })
}

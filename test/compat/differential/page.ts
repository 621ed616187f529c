/** docs/compatibility.md: what was asked of both brokers, and what each difference is. */
import type { Api } from '../../../src/protocol/schema.ts'
import type { NotServed } from './api-list.ts'
import { explained, explains, isExplained } from './explained.ts'
import type { Range } from './ranges.ts'
import type { Finding } from './telling.ts'

export interface Row {
  readonly api: Api
  readonly ours: Range | undefined
  readonly theirs: Range | undefined
  readonly requests: number
  readonly findings: readonly Finding[]
  /** Fields that no story changed. */
  readonly untried: readonly string[]
}

export function page(rows: readonly Row[], missing: readonly NotServed[]): string {
  const table = rows.map(({ api, ours, theirs, requests, findings }) => {
    const cells = [api.name, rangeText(ours), rangeText(theirs), `${requests}`, `${differing(findings)}`]
    const open = findings.filter((finding) => !isExplained(finding))
    return `| ${[...cells, `${differing(open)}`].join(' | ')} |`
  })
  const parts = [heading, ...table, '', ...reasons(rows), ...absent(missing)]
  return `${parts.join('\n')}\n`
}

const heading = `# Blink beside Apache Kafka

Written by \`npm run compat:kafka\`: the same requests, right ones and wrong ones, in every version, sent to Blink and
to Apache Kafka, and their answers compared field by field. Ids, times and host names are each broker's own; so is the
wording of messages for people. Where all topics or groups are asked for, those of other comparisons do not count.

| API | Blink | Kafka | Requests compared | Different | Not explained |
|---|---|---|---:|---:|---:|`

function reasons(rows: readonly Row[]): string[] {
  const found = rows.flatMap(({ findings }) => findings)
  const lines = [...new Set(explained.map(({ why }) => why))].map((why) => {
    const alike = explained.filter((each) => each.why === why)
    const explainedHere = found.filter((finding) => alike.some((each) => explains(each, finding)))
    const apis = [...new Set(alike.map(({ api }) => api))].map((api) => {
      const count = differing(explainedHere.filter((finding) => finding.api === api))
      return `**${api}** (${count})`
    })
    return `- ${apis.join(', ')}: ${why}.`
  })
  return lines.length === 0
    ? []
    : ['## What differs, and why', '', 'Behind each API the number of requests.', '', ...lines]
}

function absent(missing: readonly NotServed[]): string[] {
  const named = (reason: NotServed['why']) => missing.filter(({ why }) => why === reason).map(({ name }) => name)
  const sentences = [
    ['What brokers say to one another', named('between brokers')],
    ['Nobody knows why', named(null)],
  ] as const
  const lines = sentences
    .filter(([, names]) => names.length > 0)
    .map(([what, names]) => `- ${what}: ${names.join(', ')}.`)
  return lines.length === 0 ? [] : ['', '## What Kafka serves and Blink does not', '', ...lines]
}

/** Requests whose answers differ in at least one field. */
function differing(findings: readonly Finding[]): number {
  return new Set(findings.map(({ version, title }) => `${version} ${title}`)).size
}

function rangeText(range: Range | undefined): string {
  return range === undefined ? '–' : `${range[0]}–${range[1]}`
}

/** docs/clients.md: which clients tell the short story, and what of it some cannot. */
import type { Verdict } from './run.ts'

const heading = `# Clients that were tried

Written by \`npm run compat:clients\`: each client library tells the same short story at Blink, by a small program in
[test/clients](../test/clients). ✓: it saw what it sees at Apache Kafka. A number: what it cannot do, said below.
`

/** `older`: what came of the short story at a Blink that passes for an older release. */
export function page(verdicts: readonly Verdict[], older: ReadonlyMap<string, readonly Verdict[]>): string {
  const sets = [...new Set(verdicts.map(({ client }) => client.steps))]
  const notes: string[] = []
  const tables = sets.map((steps) => {
    const before = notes.length
    const rows = table(
      verdicts.filter(({ client }) => client.steps === steps),
      notes,
    )
    const reasons = notes.slice(before).map((note, at) => `${before + at + 1}. ${note}`)
    return [rows, ...(reasons.length === 0 ? [] : [...reasons, ''])].join('\n')
  })
  return [heading, ...tables, olderTable(older)].join('\n')
}

/** A row for each step, a column for each client: there will be more steps than clients. */
function table(verdicts: readonly Verdict[], notes: string[]): string {
  const names = verdicts.map(({ client, version }) => `${client.name} ${version}`)
  const rows = verdicts[0]!.client.steps.map((step) => {
    const cells = verdicts.map((verdict) => cell(verdict, step.name, notes))
    return `| ${step.title} | ${cells.join(' | ')} |`
  })
  return [`| | ${names.join(' | ')} |`, `|---|${names.map(() => ':-:|').join('')}`, ...rows, ''].join('\n')
}

function cell({ client, passed }: Verdict, step: string, notes: string[]): string {
  const why = client.cannot[step]
  if (why === undefined) return passed.includes(step) ? '✓' : '✗'
  if (!notes.includes(why)) notes.push(why)
  return `${notes.indexOf(why) + 1}`
}

function olderTable(older: ReadonlyMap<string, readonly Verdict[]>): string {
  const [first = []] = older.values()
  const names = first.map(({ client, version }) => `${client.name} ${version}`)
  const rows = [...older].map(([release, verdicts]) => {
    const cells = verdicts.map(({ failed }) => (failed.length === 0 ? '✓' : '✗'))
    return `| ${release} | ${cells.join(' | ')} |`
  })
  const title = 'The short story at a Blink that passes for an older release (`as_version`):'
  return [title, '', `| | ${names.join(' | ')} |`, `|---|${names.map(() => ':-:|').join('')}`, ...rows, ''].join('\n')
}

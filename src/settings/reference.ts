/** The settings, printed for people: as a commented settings.yaml, and as the table of the README. */
import { sections } from './settings.ts'
import type { Setting } from './table.ts'
import type { Part } from './values.ts'

const width = 100
/** Where what is said of the parts of an entry begins. */
const docColumn = 27

/** A settings.yaml that says every default, or in place of a default what `chosen` has under the same key. */
export function printSettingsFile(chosen: Readonly<Record<string, unknown>> = {}): string {
  const head = [
    `# Every setting of Blink with its default. Each can be overridden by an environment variable of the same name in`,
    `# capitals (REST_PORT=0) and by a flag (--rest-port 0); \${NAME} and \${NAME:-default} in values are variables.`,
    `# Sizes: 64MB, 1GB (powers of 1024) or bytes. Durations: 500ms, 5s, 10m, 1h, 7d or milliseconds.`,
  ]
  const body = sections.map(([title, table]) => {
    const lines = Object.values(table).flatMap((one) => [
      ...comment(one.doc),
      ...entryLines(one),
      assignment(one, chosen),
    ])
    return ['', `# ── ${title} ${'─'.repeat(width - title.length - 6)}`, '', ...lines]
  })
  return `${[...head, ...body.flat()].join('\n')}\n`
}

function assignment({ key, default: fallback }: Setting, chosen: Readonly<Record<string, unknown>>): string {
  const value = Object.hasOwn(chosen, key) ? chosen[key] : fallback
  return value === null ? `# ${key}:` : `${key}: ${written(value)}`
}

/** What an entry of a list may say: as YAML from which the signs of a comment need only be taken away. */
function entryLines({ kind }: Setting): string[] {
  return partLines(kind.parts ?? [], 4).map((line, at) => `# ${at === 0 ? line.replace(/^ {4}/, '  - ') : line}`)
}

function partLines(parts: readonly Part[], indent: number): string[] {
  return parts.flatMap(({ key, kind, default: fallback, doc }) => {
    const within = kind.parts ?? []
    const value = fallback === null || within.length > 0 ? '' : ` ${written(fallback)}`
    const line = `${`${' '.repeat(indent)}${key}:${value}`.padEnd(docColumn)} # ${doc}`
    return [line, ...partLines(within, indent + 2)]
  })
}

function written(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(written).join(', ')}]`
  return typeof value === 'string' && /^\w[\w.:/-]*$/.test(value) ? value : JSON.stringify(value)
}

function comment(text: string): string[] {
  const lines = ['#']
  for (const word of text.split(' ')) {
    const line = `${lines.at(-1)} ${word}`
    if (line.length > width) lines.push(`# ${word}`)
    else lines[lines.length - 1] = line
  }
  return lines
}

/** Markdown, a row for each setting. */
export function printReference(): string {
  const all = sections.flatMap(([, table]) => Object.values(table))
  const rows = all.flatMap((one) => [row(one.key, one, one.aliases), ...partRows(one.kind.parts ?? [], `${one.key}[]`)])
  return `${['| Setting | Default | Meaning |', '|---|---|---|', ...rows].join('\n')}\n`
}

function partRows(parts: readonly Part[], prefix: string): string[] {
  return parts.flatMap((part) => {
    const name = `${prefix}.${part.key}`
    return [row(name, part, []), ...partRows(part.kind.parts ?? [], name)]
  })
}

function row(name: string, { kind, default: fallback, doc }: Part, aliases: readonly string[]): string {
  const also = aliases.map((alias) => ` Also \`${alias}\`.`).join('')
  const value = fallback === null ? '' : `\`${written(fallback)}\``
  return `| \`${name}\` | ${value} | ${doc} (${kind.name})${also} |`
}

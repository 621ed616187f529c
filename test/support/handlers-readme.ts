/**
 * `src/handlers/README.md`, made from the list of handlers and the comment above each: what is served and what is not
 * done stands where it is programmed, and nowhere else. Run by itself (`npm run docs`) this file writes it.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { handlers } from '../../src/handlers/index.ts'
import type { Api } from '../../src/protocol/schema.ts'

export const readmePath = 'src/handlers/README.md'

export interface Header {
  /** What the API is for. */
  readonly summary: string
  /** What a reader may not expect. */
  readonly notes: readonly string[]
  readonly notDone: string
}

export function handlersReadme(): string {
  const apis = handlers.map(({ api }) => ({ api, file: fileOf(api), header: headerOf(sourceOf(api)) }))
  const table = apis.map(
    ({ api, file, header }) => `| [${api.name}](${file}) | ${api.key} | ${rangeOf(api)} | ${cell(header.notDone)} |`,
  )
  const sections = apis.map(({ api, header }) =>
    [`### ${api.name}`, '', header.summary, ...(header.notes.length > 0 ? [''] : []), ...header.notes].join('\n'),
  )
  return `# What Blink serves

One file per API of Kafka: a request in, a response out. The versions are those of Apache Kafka 4.4. This page is
written by \`npm run docs\` from the list in [index.ts](index.ts) and the comment above each handler.

| API | Key | Versions | Not done |
|---|---:|---:|---|
${table.join('\n')}

## Behaviour

${sections.join('\n\n')}
`
}

function rangeOf({ versions: [min, max] }: Api): string {
  return min === max ? `${min}` : `${min}–${max}`
}

/** `OffsetForLeaderEpoch` → `offset-for-leader-epoch.ts`. */
export function fileOf({ name }: Pick<Api, 'name'>): string {
  return `${name.replace(/(?<!^)[A-Z]/g, '-$&').toLowerCase()}.ts`
}

export function sourceOf(api: Pick<Api, 'name'>): string {
  return readFileSync(`src/handlers/${fileOf(api)}`, 'utf8')
}

/** The comment above the handler, taken apart. */
export function headerOf(source: string): Header {
  const end = source.indexOf('export default handler(')
  const comment = source.slice(source.lastIndexOf('/**', end), source.lastIndexOf('*/', end))
  const text = comment.replace('/**', '').replace(/^ ?\* ?/gm, '')
  const paragraphs = text
    .split(/\n\s*\n/)
    .map((paragraph) => paragraph.trim())
    .filter((paragraph) => paragraph !== '')
  const notDone = paragraphs.find((paragraph) => paragraph.startsWith('Not done:')) ?? ''
  const [summary, ...rest] = paragraphs.filter((paragraph) => paragraph !== notDone)
  const notes = rest.flatMap((paragraph) => paragraph.split(/\n(?=- )/))
  return { summary: oneLine(summary ?? ''), notes: notes.map(oneLine), notDone: oneLine(notDone.slice(9)) }
}

function oneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, ' ').trim()
}

/** Without the full stop of the comment's sentence. */
function cell(text: string): string {
  return text.replace(/\.$/, '')
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(readmePath, handlersReadme())

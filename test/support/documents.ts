/** The documents of the project, and the blocks in them that a reader types, writes into a file, or compiles. */
import { readdirSync, readFileSync } from 'node:fs'

export interface Block {
  /** After the fence; '' where the block is indented, as what one types into a terminal is. */
  readonly language: string
  /** What follows the language: what a block needs, or what is done with it. */
  readonly kind: string
  readonly content: string
  /** Of its first line, from 1. */
  readonly line: number
  /** The heading above it. */
  readonly section: string
}

const leftOut = /(^|\/)(node_modules|build|dist|target|packages|\..*)$/

/** Every document, from the top of the project. */
export function documents(folder = '.'): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = folder === '.' ? entry.name : `${folder}/${entry.name}`
    if (entry.isDirectory()) return leftOut.test(path) ? [] : documents(path)
    return path.endsWith('.md') ? [path] : []
  })
}

export function blocksOf(document: string): readonly Block[] {
  return blocksIn(readFileSync(document, 'utf8'))
}

export function blocksIn(text: string): readonly Block[] {
  const blocks: Block[] = []
  let section = ''
  let above = ''
  const lines = text.split('\n')
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at]!
    const [, language, kind = ''] = /^```(\w*) ?(\w*)/.exec(line) ?? []
    const isFenced = language !== undefined
    if (isFenced || (line.startsWith('    ') && above === '')) {
      const start = isFenced ? at + 1 : at
      const end = ended(lines, start, isFenced)
      const own = lines.slice(start, end).map((one) => (isFenced ? one : one.slice(4)))
      const content = `${own.join('\n').trimEnd()}\n`
      blocks.push({ language: language ?? '', kind, content, line: start + 1, section })
      at = isFenced ? end : end - 1
    } else {
      section = /^#+ (.*)$/.exec(line)?.[1] ?? section
    }
    above = lines[at]!
  }
  return blocks
}

/** The line after its last one. */
function ended(lines: readonly string[], start: number, isFenced: boolean): number {
  const isEnd = (line: string) => (isFenced ? line === '```' : line !== '' && !line.startsWith('    '))
  const found = lines.slice(start).findIndex(isEnd)
  return found === -1 ? lines.length : start + found
}

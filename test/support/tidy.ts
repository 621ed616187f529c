/**
 * The rules of the house that neither the compiler nor the linter knows. Each says what it wants, so that a complaint
 * reads as advice. They read lines and indentation, which the formatter keeps honest.
 */
import { dirname, join } from 'node:path/posix'

/** Lowest first. A folder imports from lines above its own, and from itself; neighbours on a line are strangers. */
const layers: readonly (readonly string[])[] = [
  ['base', 'console'], // The console runs in browsers, and knows Blink by its HTTP API alone.
  ['protocol', 'terminal'],
  ['configs'],
  ['log', 'topics', 'coordinator', 'share', 'authentication', 'authorization', 'quotas', 'plugins', 'client', 'faults'],
  ['handlers'],
  ['server', 'http', 'workshop'],
  ['settings'],
  ['.'], // src/*.ts: they know everyone below.
  ['commands'],
  ['cli.ts'],
]

export const limits = { lineColumns: 120, fileLines: 400, functionLines: 60 }

/** Who may touch the outside world; zstd reads its own WebAssembly. Everyone else is handed what it needs. */
const outside =
  /^(cli|index|testing)|^(settings|server|http|plugins|workshop|client|commands)\/|^(log\/disk|protocol\/zstd|base\/(clock|logger))\.ts$/

interface Ban {
  readonly pattern: RegExp
  readonly advice: string
  /** Files in which it is allowed. */
  readonly except?: RegExp
}

const bannedInCode: readonly Ban[] = [
  {
    pattern: /\bDate\.now\(|\bnew Date\(\)|\bset(Timeout|Interval)\(/,
    advice: 'take time from a Clock, so that tests can turn it',
    except: /^(base|console)\/clock\.ts$/,
  },
  { pattern: /\bMath\.random\(/, advice: 'take randomness from a Random, so that tests can seed it' },
  { pattern: /(?<!\/)\bconsole\./, advice: 'write through the logger', except: /^console\/logic\/client-configs\.ts$/ },
  {
    pattern: /\bprocess\.(?!roles)|'node:(fs|net|http|child_process|worker_threads)/,
    advice: 'let it be handed in',
    except: outside,
  },
  { pattern: /(from|import\() ?'\.[^']*\.js'/, advice: 'import the source: its name ends in .ts' },
]

const bannedAnywhere: readonly Ban[] = [
  { pattern: /\b(TODO|FIXME|XXX)\b/, advice: 'do it, or say under "Not done" that it is missing' },
]

const bannedInTests: readonly Ban[] = [
  { pattern: /^\s*test\.(only|skip)\(/, advice: 'let every test run' },
  {
    pattern: /^import .* from 'uvu'$/,
    advice: 'take suite from test/support/suite.ts: it has a time limit',
    except: /^support\/suite\.ts$/,
  },
]

/** What is wrong with a file of `src`, named from there: `log/partition.ts`. */
export function complaintsAboutSource(path: string, text: string): string[] {
  return complaints(path, [
    ...nameComplaints(path),
    ...openingComplaints(text),
    ...banComplaints(path, text, [...bannedInCode, ...bannedAnywhere]),
    ...layerComplaints(path, text),
    ...sizeComplaints(text),
  ])
}

/** What is wrong with a file of `test`, named from there: `log/partition.test.ts`. */
export function complaintsAboutTest(path: string, text: string): string[] {
  return complaints(path, [
    ...nameComplaints(path),
    ...banComplaints(path, text, [...bannedAnywhere, ...bannedInTests]),
    ...(path.endsWith('.test.ts') ? runComplaints(text) : []),
    ...sizeComplaints(text),
  ])
}

/** Line, from 1, and advice. */
type Complaint = readonly [line: number, advice: string]

function complaints(path: string, found: readonly Complaint[]): string[] {
  return [...found].sort(([a], [b]) => a - b).map(([line, advice]) => `${path}:${line}: ${advice}`)
}

function nameComplaints(path: string): Complaint[] {
  const isVague = /(^|\/)(utils?|helpers?|common|misc|types)(\.test)?\.ts$/.test(path)
  return isVague ? [[1, 'name the file after what it holds']] : []
}

/** At the top, after the imports, or, in a file that is there for its default export, above that. */
function openingComplaints(text: string): Complaint[] {
  const isOpened = /^(#!.*\n)?(import\s[^;]*?\n)*\s*\/\*\*/.test(text) || / \*\/\nexport default\b/.test(text)
  return isOpened ? [] : [[1, 'open with a sentence on what this file is for']]
}

function banComplaints(path: string, text: string, bans: readonly Ban[]): Complaint[] {
  return text.split('\n').flatMap((line, at) => {
    const isComment = /^\s*(\/\/|\/?\*)/.test(line)
    const broken = bans.filter(({ pattern, except }) => pattern.test(line) && except?.test(path) !== true)
    const counted = isComment ? broken.filter((ban) => bannedAnywhere.includes(ban)) : broken
    return counted.map(({ advice }): Complaint => [at + 1, advice])
  })
}

function layerComplaints(path: string, text: string): Complaint[] {
  const home = folderOf(path)
  return [...text.matchAll(/(?:from|import|import\()\s*'(\.[^']*)'/g)].flatMap((match): Complaint[] => {
    const target = folderOf(join(dirname(path), match[1]!))
    if (target === home || rank(target) < rank(home)) return []
    return [[lineAt(text, match.index), `${home}/ may not import ${target}/`]]
  })
}

/** The entry point of the command line is above all. */
function folderOf(path: string): string {
  if (path === 'cli.ts') return path
  return path.includes('/') ? path.slice(0, path.indexOf('/')) : '.'
}

/** A folder that is in no layer may import nobody, and nobody it: it has yet to find its place. */
function rank(folder: string): number {
  const found = layers.findIndex((layer) => layer.includes(folder))
  return found === -1 ? Number.NaN : found
}

function sizeComplaints(text: string): Complaint[] {
  const lines = text.trimEnd().split('\n')
  const { fileLines, lineColumns, functionLines } = limits
  const tooLong =
    lines.length > fileLines ? [`${lines.length} lines; a file has one subject and at most ${fileLines}`] : []
  const wide = lines.flatMap((line, at): Complaint[] =>
    line.length > lineColumns ? [[at + 1, `${line.length} columns; wrap at ${lineColumns}`]] : [],
  )
  const long = functionsIn(lines)
    .filter(({ length }) => length > functionLines)
    .map(({ line, length }): Complaint => [line, `a function of ${length} lines; at most ${functionLines}`])
  return [...tooLong.map((advice): Complaint => [1, advice]), ...wide, ...long]
}

/** Where functions begin, and how many lines each has. */
export function functionsIn(lines: readonly string[]): { line: number; length: number }[] {
  return lines.flatMap((line, at) => {
    if (!opensFunction(line)) return []
    const indent = indentOf(line)
    // A list of parameters over several lines: `): T {` belongs to the line above that is indented as it is.
    const isTail = line.slice(indent).startsWith(')')
    const first = isTail ? lines.slice(0, at).findLastIndex((above) => above !== '' && indentOf(above) <= indent) : at
    if (isTail && isControl(lines[first]!)) return []
    const end = lines.slice(at + 1).findIndex((below) => below !== '' && indentOf(below) <= indent)
    return end === -1 ? [] : [{ line: first + 1, length: at + 1 + end - first + 1 }]
  })
}

function opensFunction(line: string): boolean {
  if (!line.endsWith('{') || isControl(line)) return false
  const method = /^\s*((static|async|override|get|set) |\*)*[#\w]+(<.*>)?\(.*\)(: .+)? \{$/
  return /\bfunction\b|=> \{$|^\s*\)(: .+)? \{$/.test(line) || method.test(line)
}

function isControl(line: string): boolean {
  const opens = /^\s*(\} )?(if|else|for|while|switch|try|catch|finally|do|return|class)\b/
  return opens.test(line) && !line.endsWith('=> {')
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length
}

/** uvu passes in silence when a suite is not run. */
function runComplaints(text: string): Complaint[] {
  const made = text.match(/^const \w+ = suite\(/gm)?.length ?? 0
  const run = text.match(/^\w+\.run\(\)$/gm)?.length ?? 0
  const last = text.trimEnd().split('\n').length
  if (made === 0) return [[1, 'a test file makes a suite']]
  if (!/\.run\(\)$/.test(text.trimEnd())) return [[last, 'end in .run(), or nothing runs']]
  return made === run ? [] : [[last, `${made} suites, but ${run} of them are run`]]
}

function lineAt(text: string, index: number): number {
  return text.slice(0, index).split('\n').length
}

/** The sources that no test file of the same name tests, and that are not excused. */
export function untested(sources: readonly string[], tests: ReadonlySet<string>, excused: readonly string[]): string[] {
  return sources.filter((path) => {
    const isExcused = excused.some((place) => path === place || (place.endsWith('/') && path.startsWith(place)))
    return !isExcused && !tests.has(path.replace(/\.ts$/, '.test.ts'))
  })
}

/** docs/command-line.md is true: each command in it is run, in its order, and prints what stands below it. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Command } from 'commander'
import * as assert from 'uvu/assert'
import { commands } from '../../src/commands/list.ts'
import { terminal } from '../support/commands.ts'
import { guardPath, plugin, start } from '../support/running.ts'
import { type Cleanup, suite } from '../support/suite.ts'
import { temporaryFolder } from '../support/workshop-shell.ts'

const test = suite('docs/command-line.md', 30)
const doc = readFileSync('docs/command-line.md', 'utf8')

interface Example {
  /** As it is typed. */
  readonly line: string
  /** What is printed; … stands for anything. */
  readonly printed: string
}

function examples(text: string): Example[] {
  const blocks = [...text.matchAll(/^```console\n(.*?)^```$/gms)].map(([, block]) => block!)
  return blocks.flatMap((block) =>
    block
      .split(/^\$ /m)
      .slice(1)
      .map((one) => {
        const end = one.indexOf('\n')
        return { line: one.slice(0, end), printed: one.slice(end + 1) }
      }),
  )
}

/** Words as a shell takes them apart, with single quotes. */
function words(line: string): string[] {
  return [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain!)
}

class Typist {
  readonly #ask: ReturnType<typeof terminal>['ask']
  readonly #folder: string

  constructor(cleanup: Cleanup, at: Parameters<typeof terminal>[1]) {
    this.#ask = terminal(cleanup, at).ask
    this.#folder = temporaryFolder(cleanup)
  }

  /** What is seen on the screen. */
  async type({ line, printed }: Example): Promise<string> {
    const [, first, second] = /^(?:((?:echo|printf).*?) \| )?(.*)$/.exec(line)!
    const [name, ...rest] = words(second!.replace(/ # until Ctrl-C$/, ''))
    if (name === 'cat') {
      writeFileSync(join(this.#folder, rest[0]!), printed)
      return printed
    }
    const env = /^(\w+)=(.*)$/.exec(name!)
    const asked = env === null ? rest : rest.slice(1)
    assert.is(env === null ? name : rest[0], 'blink', line)
    const interrupted = line.endsWith('# until Ctrl-C') ? AbortSignal.timeout(50) : new AbortController().signal
    const shell = { folder: this.#folder, env: env === null ? {} : { [env[1]!]: env[2] } }
    const { out, told } = await this.#ask(asked, { input: written(first ?? ''), shell, interrupted })
    return [out, ...told.map((one) => `${one}\n`)].join('')
  }
}

function written(command: string): string {
  const [name, text = ''] = words(command)
  return name === 'printf' ? text.replaceAll('\\n', '\n') : `${text}\n`
}

/** Spaces too: tables are to look as they do. */
function matches(printed: string, expected: string): boolean {
  const pattern = expected
    .split('…')
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('[^]*?')
  return new RegExp(`^${pattern}$`).test(printed)
}

test('each example prints what stands below it', async (cleanup) => {
  const plugins = [plugin(guardPath, { name: 'guard' })]
  const { broker, brokers } = await start(cleanup, { plugins, hasAuthorizer: true, superUsers: ['User:ANONYMOUS'] })
  const address = `localhost:${brokers[0]!.split(':')[1]}`
  const typist = new Typist(cleanup, { brokers: [address], http: `localhost:${broker.httpPort}` })
  const all = examples(doc.replaceAll('localhost:9092', address))
  assert.ok(all.length > 30)
  for (const example of all) {
    const printed = await typist.type(example)
    assert.ok(matches(printed, example.printed), `$ ${example.line}\n${printed}instead of\n${example.printed}`)
  }
})

/** Where a reader looks for what is said of a command: `blink plugin` has a page of its own. */
function pageOf(name: string): string {
  if (name === 'plugin') return readFileSync('docs/plugins.md', 'utf8')
  const sections = doc.split(/^## /m)
  const own = sections.find((section) => section.startsWith(`${name}\n`))
  assert.ok(own, `${name} has no section`)
  return sections[0]! + sections.find((section) => section.startsWith('What holds for all'))! + own!
}

function isNamed(word: string, page: string): boolean {
  return new RegExp(`(?<![\\w-])${word}(?![\\w-])`).test(page)
}

for (const { name, load } of commands) {
  test(`it says of ${name} which commands it has, and each of their flags`, async () => {
    const command = new Command(name)
    ;(await load()).describe(command, async () => {})
    const page = pageOf(name)
    const missing = [command, ...command.commands].flatMap((one) => {
      const words = one === command ? [] : [one.name()]
      const flags = one.options.filter(({ hidden }) => !hidden).map(({ long, short }) => [long, short])
      return [words, ...flags]
        .map((names) => names.filter((word) => word != null))
        .filter((names) => names.length > 0 && !names.some((word) => isNamed(word, page)))
        .map((names) => `blink ${name} ${one === command ? '' : one.name()}: ${names}`)
    })
    assert.equal(missing, [])
  })
}

test.run()

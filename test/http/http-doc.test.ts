/** docs/http.md is true: its commands run, in its order, and what it names is there. */
import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { createBroker } from '../../src/index.ts'
import { suite } from '../support/suite.ts'

const test = suite('docs/http.md', 60)
const text = readFileSync('docs/http.md', 'utf8')

/** A block of commands, each in a line; `kind` is what follows `sh`. */
const blocks = [...text.matchAll(/^```sh ?(\w*)\n(.*?)^```$/gms)].map(([, kind, content]) => ({
  isEndless: kind === 'endless',
  commands: content!.trim().split('\n'),
}))

/** Ends with what it says first, where it would never end. */
function run(command: string, isEndless: boolean): Promise<{ code: number | null; out: string }> {
  const child = spawn('sh', ['-c', `exec ${command}`], { stdio: ['ignore', 'pipe', 'inherit'] })
  let out = ''
  child.stdout.setEncoding('utf8').on('data', (text) => {
    out += text
    if (isEndless) child.kill()
  })
  return new Promise((resolve) => child.on('close', (code) => resolve({ code: isEndless ? 0 : code, out })))
}

test('its commands run, and only those that are meant to be are refused', async ({ after }) => {
  const broker = await createBroker()
  after(() => broker.close())
  let count = 0
  for (const { commands, isEndless } of blocks) {
    for (const command of commands) {
      const here = command
        .replaceAll('http://', '')
        .replaceAll('localhost:30005', broker.httpUrl!.replace('http://', ''))
      const { code, out } = await run(here.startsWith('printf') ? `sh -c ${quoted(here)}` : here, isEndless)
      assert.is(code, 0, command)
      assert.ok(out.length > 0, `${command} says nothing`)
      const isMeant = command.includes('"kee"')
      assert.is(/^\{"(line":\d+,")?error"/m.test(out), isMeant, `${command}: ${out}`)
      count++
    }
  }
  assert.ok(count > 40, `${count} commands`)
})

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}

test('the parameters and metrics that it names are there', async ({ after }) => {
  const broker = await createBroker()
  after(() => broker.close())
  const get = async (path: string) => (await fetch(`${broker.httpUrl}${path}`)).text()
  const { paths } = JSON.parse(await get('/openapi.json'))
  const known = paths['/topics/{topic}/records'].get.parameters.map(({ name }: { name: string }) => name)
  const table = text.split('## Reading')[1]!.split('## Groups')[0]!
  const named = [...table.matchAll(/^\| (`.*?) \|/gm)].flatMap(([, cell]) =>
    [...cell!.matchAll(/`(\w+)/g)].map(([, name]) => name),
  )
  assert.ok(named.length > 10)
  for (const name of named) assert.ok(known.includes(name), `there is no parameter ${name}`)
  const scraped = await get('/metrics')
  const rows = text.split('## Metrics')[1]!.split('## Older')[0]!
  for (const [, name] of rows.matchAll(/`((?:kafka|blink|wasm)_[^`]*)`/g)) {
    for (const one of expanded(name!.replace(/(?<!_)\{[\w,]*\}$/, ''))) {
      if (!one.includes('…')) assert.match(scraped, `# TYPE ${one} `)
    }
  }
})

/** `a_{b,c}_d` as `a_b_d` and `a_c_d`. */
function expanded(name: string): readonly string[] {
  const [, before = '', choices = '', after = ''] = /^([^{]*)\{([^}]*)\}(.*)$/.exec(name) ?? []
  return choices === '' ? [name] : choices.split(',').map((one) => `${before}${one}${after}`)
}

test('its links lead somewhere', () => {
  for (const [, target] of text.matchAll(/\]\(([^)#]+)\)/g)) assert.ok(existsSync(join('docs', target!)), target)
})

test.run()

/** What docs/command-line.md has one type into a shell of one's own: a start, and what makes the Tab key work. */
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { freePort } from '../bench/brokers/broker.ts'
import { blocksOf } from '../support/documents.ts'
import { suite } from '../support/suite.ts'
import { terminal, workshopFolder } from '../support/workshop.ts'

const test = suite('docs/command-line.md in a shell', 30)

function typed(section: string): string {
  return blocksOf('docs/command-line.md').find((block) => block.language === '' && block.section === section)!.content
}

test('the broker that it starts is there, at the ports that were named', async (cleanup) => {
  const [kafka, http] = [await freePort(), await freePort()]
  const start = typed('start').trim().replace('9092', `${kafka}`).replace('30005', `${http}`)
  const script = `${start} & trap "kill $!" EXIT
    until curl -sf localhost:${http}/ready; do sleep 0.1; done
    blink topics create orders --broker localhost:${kafka}`
  const { code, out } = await terminal(workshopFolder(cleanup), script, cleanup)
  assert.is(code, 0, out)
  assert.match(out, 'created orders, 1 partition')
})

test('completions go where shells look for them', async (cleanup) => {
  const folder = workshopFolder(cleanup)
  for (const place of ['.zfunc', '.config/fish/completions']) mkdirSync(join(folder, place), { recursive: true })
  const commands = typed('completion').replace(/^source .*$/m, (line) => `bash -euc '${line}\ncomplete -p blink'`)
  const { code, out } = await terminal(folder, `HOME=$PWD\n${commands}`, cleanup)
  assert.is(code, 0, out)
  assert.match(out, /^complete .*blink/m)
  for (const [, file] of commands.matchAll(/> ~\/(\S+)/g)) {
    assert.match(readFileSync(join(folder, file!), 'utf8'), 'blink')
  }
})

test.run()

/** The process that reads TypeScript, where esbuild is not installed. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import * as nodeModule from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as assert from 'uvu/assert'
import { entryUrl } from '../../../src/plugins/entries/entry.ts'
import { oneAnswer } from '../../../src/plugins/loading/one-answer.ts'
import type { BundleAnswer, BundleQuestion } from '../../../src/plugins/loading/script.ts'
import { type Cleanup, suite } from '../../support/suite.ts'

const test = suite('process for bundling', 20)
const canStrip = 'stripTypeScriptTypes' in nodeModule

/** The process, looking for esbuild under a name that nobody has installed. */
function answerWithoutEsbuild(question: Partial<BundleQuestion>, { after }: Cleanup): BundleAnswer {
  const folder = mkdtempSync(join(tmpdir(), 'blink-bundle-'))
  after(() => rmSync(folder, { recursive: true }))
  const worker = readFileSync(fileURLToPath(entryUrl('bundle-worker')), 'utf8')
  const blind = worker.replace(/const name = (["'])esbuild\1/, "const name = 'esbuild-that-is-not-there'")
  assert.is.not(blind, worker)
  writeFileSync(join(folder, 'bundle-worker.mjs'), blind)
  const asked = JSON.stringify({ file: '/p/plugin.ts', isAlone: false, ...question })
  const asking = `
    import { fork } from 'node:child_process'
    const stdio = ['ignore', 'ignore', 'ignore', 'ipc']
    const child = fork('./bundle-worker.mjs', { serialization: 'advanced', stdio })
    child.send(${asked})
    child.once('message', (answer) => { console.log(JSON.stringify(answer)); child.kill() })`
  writeFileSync(join(folder, 'ask.mjs'), asking)
  return JSON.parse(`${execFileSync(process.execPath, ['ask.mjs'], { cwd: folder })}`)
}

test('with esbuild, TypeScript comes back as JavaScript', async () => {
  const question = { file: '/p/plugin.ts', source: 'export const x: number = 1 as number', isAlone: false }
  const answer = await oneAnswer<BundleAnswer>('bundle-worker', question)
  assert.ok('code' in answer && answer.code!.includes('var x = 1;'))
})

test('without esbuild, Node.js takes the types away where it can', (cleanup) => {
  const answer = answerWithoutEsbuild({ source: "import 'node:fs'\nexport const x: number = 1" }, cleanup)
  if (canStrip) assert.ok('code' in answer && /export const x\s+= 1/.test(answer.code!), JSON.stringify(answer))
  else assert.equal(answer, { code: null })
})

test('without esbuild, what imports other files is not read', (cleanup) => {
  const answer = answerWithoutEsbuild({ source: "import { a } from './a.ts'\nexport const x: number = a" }, cleanup)
  const remedy = 'it imports ./a.ts: install esbuild beside Blink (npm install esbuild), or name a .js file'
  assert.equal(answer, canStrip ? { error: remedy } : { code: null })
})

test.run()

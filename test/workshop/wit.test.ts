/** Blink's WIT in a project: brought when it is not there, as one text for tools that find no folders. */
import { mkdirSync, readFileSync, statSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { bringWit, witSource } from '../../src/workshop/wit.ts'
import { suite } from '../support/suite.ts'
import { temporaryFolder, written } from '../support/workshop-shell.ts'

const test = suite('workshop: WIT')
const plugin = join('wit', 'deps', 'blink-plugin', 'blink-plugin.wit')

test('it is that of the edition, and what is right already is not written again', (cleanup) => {
  const folder = temporaryFolder(cleanup)
  bringWit({ folder, edition: '0.1' })
  assert.match(readFileSync(join(folder, plugin), 'utf8'), /^package blink:plugin@0\.1\.0;/m)
  bringWit({ folder, edition: '0.2' })
  assert.match(readFileSync(join(folder, plugin), 'utf8'), /^package blink:plugin@0\.2\.0;/m)
  utimesSync(join(folder, plugin), 1, 1)
  bringWit({ folder, edition: '0.2' })
  assert.is(statSync(join(folder, plugin)).mtimeMs, 1000)
})

test('as one text, packages of others follow the own one, nested', (cleanup) => {
  const folder = temporaryFolder(cleanup)
  mkdirSync(join(folder, 'wit'))
  written(join(folder, 'wit'), 'world.wit', ['package my:own;\nworld plugin {}'])
  bringWit({ folder, edition: '0.2' })
  const text = witSource(folder)
  assert.ok(text.startsWith('package my:own;\nworld plugin {}'))
  assert.match(text, 'package blink:plugin@0.2.0 {')
  assert.match(text, 'package wasi:logging@0.1.0-draft {')
})

test.run()

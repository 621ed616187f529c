/** What the names of a component tell; the rest of what `check` says is in check.test.ts. */
import * as assert from 'uvu/assert'
import { notGranted } from '../../src/plugins/capabilities/capabilities.ts'
import { entryFor, inspect, withAll } from '../../src/workshop/inspection.ts'
import { adaptedComponent, noop, pluginModule } from '../support/components.ts'
import { suite } from '../support/suite.ts'

const test = suite('workshop: inspection')

test('edition, hooks, and what nobody need grant', async () => {
  const { fit, capabilities, imports } = inspect(await noop())
  assert.equal(fit, { edition: '0.1', hooks: ['on-record'], describesItself: false })
  assert.equal(capabilities, [])
  assert.ok(imports.every(({ needs }) => needs === null))
})

test('an adapter that nobody uses brings nothing that is not granted', async () => {
  const { imports } = inspect(await adaptedComponent(pluginModule({})))
  assert.ok(imports.every(({ needs }) => needs !== 'never'))
})

test('the entry for settings.yaml grants each capability', () => {
  assert.equal(entryFor('p.wasm', ['keyvalue', 'http'], 'abc'), [
    'plugins:',
    '  - path: p.wasm',
    '    checksum: sha256:abc',
    '    capabilities:',
    '      keyvalue: true',
    '      http: { hosts: [api.example.com] }',
  ])
})

test('what it is tried with reaches nobody', () => {
  const grants = withAll(['http', 'produce', 'subscribe', 'sql'])
  assert.equal([grants.http?.hosts, grants.produce?.topics, grants.subscribe?.topics], [[], [], []])
  assert.is(grants.keyvalue, null)
  assert.equal(notGranted(['blink:plugin/sql@0.2.0'], grants), [])
})

test.run()

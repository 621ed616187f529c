/** Configs of plugins, held against the schemas of plugins. */
import * as assert from 'uvu/assert'
import { ManualClock } from '../../../src/base/clock.ts'
import { checkTimeoutMs, configComplaint } from '../../../src/plugins/loading/config-check.ts'
import { suite } from '../../support/suite.ts'

const test = suite('checks of configs', 20)

const schema = JSON.stringify({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  required: ['topic', 'limits'],
  additionalProperties: false,
  properties: {
    topic: { type: 'string', pattern: '^[a-z]+$' },
    mode: { enum: ['soft', 'hard'] },
    limits: { type: 'object', properties: { rate: { type: 'integer', minimum: 1 } } },
    address: { type: 'string', format: 'email' },
  },
})
const misfit = "the config does not fit the plugin's schema: "

const table: readonly [config: unknown, complaint: string | null][] = [
  [{ topic: 'a', limits: { rate: 1 }, address: 'formats are remarks' }, null],
  [{ topic: 'a', limits: { rate: 0 } }, `${misfit}/limits/rate must be >= 1`],
  [{ topic: 'a', limits: { rate: 'fast' } }, `${misfit}/limits/rate must be integer`],
  [{ limits: {} }, `${misfit}it must have required property 'topic'`],
  [null, `${misfit}it must be object`],
  [
    { topic: 'A secret', limits: {}, mode: 'x', extra: 1 },
    `${misfit}it must NOT have additional properties: extra; /topic must match pattern "^[a-z]+$"; ` +
      '/mode must be equal to one of the allowed values: "soft", "hard"',
  ],
]

for (const [config, complaint] of table) {
  test(`${JSON.stringify(config)} ${complaint === null ? 'fits' : 'does not fit'}`, async () => {
    assert.is(await configComplaint(schema, config), complaint)
  })
}

const unfit = 'the config cannot be checked: the config schema of the plugin '

test('a schema that is none is the plugin’s mistake', async () => {
  assert.match(`${await configComplaint('{', null)}`, new RegExp(`^${unfit}is no JSON Schema: `))
  assert.match(`${await configComplaint('3', null)}`, 'it is neither a mapping nor true or false')
  assert.match(`${await configComplaint('{"type":"text"}', null)}`, 'schema is invalid')
  assert.match(
    `${await configComplaint('{"$ref":"https://elsewhere.test/x"}', null)}`,
    "can't resolve reference https://els",
  )
  assert.match(`${await configComplaint('{"$async":true}', null)}`, 'it has $async')
  const draft4 = '{"$schema":"http://json-schema.org/draft-04/schema#"}'
  assert.match(`${await configComplaint(draft4, null)}`, 'use draft 2020-12, 2019-09 or draft-07')
})

test('a pattern that never ends costs nothing but the time that a check may take', async () => {
  const clock = new ManualClock()
  const endless = JSON.stringify({ pattern: '^(a+)+$' })
  const asked = configComplaint(endless, `${'a'.repeat(60)}!`, clock)
  clock.advance(checkTimeoutMs)
  assert.is(await asked, `${unfit}takes longer than ${checkTimeoutMs} ms`)
})

test('many mistakes are counted', async () => {
  const many = JSON.stringify({ items: { type: 'string' } })
  const complaint = await configComplaint(many, [1, 2, 3, 4, 5, 6, 7])
  assert.match(`${complaint}`, '/4 must be string; and 2 more')
})

test.run()

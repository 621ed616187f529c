import * as assert from 'uvu/assert'
import { CurrentConfig } from '../../src/plugins/current-config.ts'
import { settingsOf } from '../support/plugins.ts'
import { suite } from '../support/suite.ts'

const test = suite('the config of a plugin')

function configWith(kept: { readonly config: unknown } | null) {
  const told: unknown[] = []
  const config = new CurrentConfig(settingsOf({ path: 'p.wasm', config: 'of the settings' }), {
    async keptConfig() {
      told.push('read')
      return kept
    },
    keepConfig: async (plugin, asked) => void told.push([plugin, asked]),
  })
  return { config, told }
}

test('is that of the settings, unless one was kept, which is looked for once', async () => {
  const { config, told } = configWith(null)
  assert.equal([config.value, told], ['of the settings', []])
  assert.equal([await config.read(), await config.read(), told], ['of the settings', 'of the settings', ['read']])
  assert.is(config.isKept, false)
  const other = configWith({ config: null }).config
  assert.equal([await other.read(), other.value, other.isKept], [null, null, true])
})

test('one that is put is kept; nothing in its place is that of the settings', async () => {
  const { config, told } = configWith({ config: 'of yesterday' })
  assert.equal([config.meantBy(7), config.meantBy(undefined)], [7, 'of the settings'])
  await config.keep(7)
  assert.equal([config.value, config.isKept, await config.read()], [7, true, 7])
  await config.keep(undefined)
  assert.equal([config.value, config.isKept], ['of the settings', false])
  assert.equal(told, [
    ['p.wasm', 7],
    ['p.wasm', undefined],
  ])
})

test.run()

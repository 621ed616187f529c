/** What the tables say of the configs that bind is true: somebody reads them, and nobody reads the others. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { brokerConfigs } from '../../src/configs/broker-configs.ts'
import { groupConfigs } from '../../src/configs/group-configs.ts'
import { topicConfigs } from '../../src/configs/topic-configs.ts'
import { followed } from '../../src/static-configs.ts'
import { configsPage, configsPagePath } from '../support/configs-page.ts'
import { suite } from '../support/suite.ts'

const test = suite('configs that bind')

/** What only checks or shows configs. */
const others = /static-configs|config-resources|configs\/(broker-config|group-config|.*-configs)\.ts$|console\/|http\//

/** Every text of the sources; of templates any word where a value stands. */
function quoted(): { readonly texts: ReadonlySet<string>; readonly templates: readonly RegExp[] } {
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'))
  const source = files
    .filter((file) => !others.test(file))
    .map((file) => readFileSync(join('src', file), 'utf8'))
    .join()
  const templates = [...source.matchAll(/`([a-z.]*\$\{\w+\}[a-z.]*)`/g)].map(([, text]) => text!)
  const patterns = templates.filter((text) => text.includes('.')).map((text) => text.replaceAll('.', '\\.'))
  return {
    texts: new Set([...source.matchAll(/'([a-z.]+)'/g)].map(([, text]) => text!)),
    templates: patterns.map((text) => new RegExp(`^${text.replace(/\$\{\w+\}/, '[\\w.]+')}$`)),
  }
}

const { texts, templates } = quoted()
const isRead = (name: string) => texts.has(name) || templates.some((pattern) => pattern.test(name))

/** Broker configs that count since those of a group or a topic do, which fall back to them or are held within them. */
const behind = new Set(
  [...groupConfigs.values(), ...topicConfigs.values()]
    .filter(({ binds }) => binds)
    .flatMap(({ name, synonym }) => {
      const [kind, ...rest] = name.replace('.num.', '.').split('.')
      return [synonym ?? '', ...['min', 'max'].map((bound) => ['group', kind, bound, ...rest].join('.'))]
    }),
)
/** Read by the unit that their names end with. */
const inOtherUnits = /^log\.(retention|roll|roll\.jitter)\.(hours|minutes)$/

for (const [title, definitions] of [
  ['topics', topicConfigs],
  ['groups', groupConfigs],
  ['brokers', brokerConfigs],
] as const) {
  test(`of ${title}, those that bind are read`, () => {
    const binding = [...definitions.values()].filter(({ binds }) => binds).map(({ name }) => name)
    assert.equal(
      binding.filter((name) => !isRead(name) && !behind.has(name) && !inOtherUnits.test(name)),
      [],
    )
  })
}

test('whatever is read binds, unless a setting says it', () => {
  const read = [...brokerConfigs.values(), ...groupConfigs.values(), ...topicConfigs.values()]
    .filter(
      ({ name, binds }) => name.includes('.') && binds !== true && texts.has(name) && !Object.hasOwn(followed, name),
    )
    .map(({ name }) => name)
  assert.equal(read, [])
})

test('docs/configs.md is what the tables say', () => {
  assert.is(readFileSync(configsPagePath, 'utf8'), configsPage())
})

test.run()

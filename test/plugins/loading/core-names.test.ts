/** Names that would be JavaScript in the glue: refused, before any of it is run. */
import * as assert from 'uvu/assert'
import { named } from '../../support/components.ts'
import { judged, rejection, startHost } from '../../support/plugins.ts'
import { suite } from '../../support/suite.ts'

const test = suite('names in core modules', 20)
const code = 'globalThis.isEscaped = true'

test('a component whose names are names is run', async (cleanup) => {
  const path = await named({ init: 'assembly/index/Guard<~lib/string>#init', from: '$imports', field: 'né[0].a-b:c@1' })
  const { host } = await startHost(cleanup, [{ path }])
  assert.equal(await judged(host, ['a']), [])
})

const escapes: Readonly<Record<string, Parameters<typeof named>[0]>> = {
  'an export that ends the text it stands in': { init: `x'];${code};['` },
  'an import that ends it': { field: `f': (${code}), 'g` },
  'a module that ends it': { from: `m': (${code}), 'g` },
  'a line break': { init: `x\n${code}\n` },
  'a backslash': { init: 'x\\' },
  'a template': { init: `\${${code}}` },
  'a comment': { init: `*/${code}/*` },
  'a separator of lines': { init: `x\u2028${code}` },
}

for (const [title, names] of Object.entries(escapes)) {
  test(`${title} is refused`, async (cleanup) => {
    const { message } = await rejection(startHost(cleanup, [{ path: await named(names), name: 'p' }]))
    assert.match(message, /^Plugin 'p' .* has a core module with the name ".*": use letters and digits/s)
  })
}

test.run()

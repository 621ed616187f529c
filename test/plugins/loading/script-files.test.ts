import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import * as assert from 'uvu/assert'
import { changedFile, scriptFiles } from '../../../src/plugins/loading/script-files.ts'
import { temporaryFolder } from '../../support/capabilities.ts'
import { type Cleanup, suite } from '../../support/suite.ts'

const test = suite('files of a script')

function written(files: Readonly<Record<string, string>>, cleanup: Cleanup) {
  const folder = temporaryFolder(cleanup)
  for (const [name, source] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), source)
  }
  const [first] = Object.entries(files)
  const found = scriptFiles(join(folder, first![0]), Buffer.from(first![1]))
  return { folder, found, names: found.map(({ path }) => path.slice(folder.length + 1)) }
}

test('it is followed wherever it imports by a relative path, and no file is read twice', (cleanup) => {
  const { names } = written(
    {
      'plugin.mjs': `import { a } from './a.mjs'
        import './b/b.mjs'
        import fs from 'node:fs'
        import other from 'other'
        const later = () => import ( "./later.mjs" )`,
      'a.mjs': "export * from './plugin.mjs'",
      'b/b.mjs':
        "import { createRequire } from 'node:module'; require('../c'); require('../d'); import './nowhere.mjs'",
      'c.js': 'module.exports = 1',
      'd/index.js': "require('./data')",
      'd/data.json': '{}',
      'later.mjs': '',
      'not-imported.mjs': '',
    },
    cleanup,
  )
  const expected = ['plugin.mjs', 'a.mjs', 'b/b.mjs', 'later.mjs', 'c.js', 'd/index.js', 'd/data.json']
  assert.equal(names, expected)
})

test('the first that is another, or gone, is named', (cleanup) => {
  const { folder, found } = written({ 'p.js': "require('./q')", 'q.js': '1' }, cleanup)
  assert.is(changedFile(found), null)
  writeFileSync(join(folder, 'q.js'), '2')
  assert.is(changedFile(found), join(folder, 'q.js'))
  rmSync(join(folder, 'p.js'))
  assert.is(changedFile(found), join(folder, 'p.js'))
  assert.is(changedFile([]), null)
})

test.run()

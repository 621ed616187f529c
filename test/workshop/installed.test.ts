/** Where tools and the files of Blink's own package are found. */
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { importInstalled, packageFolder, programFolders, upwards } from '../../src/workshop/installed.ts'
import { suite } from '../support/suite.ts'
import { mistake, temporaryFolder, written } from '../support/workshop-shell.ts'

const test = suite('workshop: what is installed')

test('the package of Blink is where its WIT is', async (cleanup) => {
  assert.ok(existsSync(join(packageFolder(), 'wit', 'v2', 'blink-plugin.wit')))
  const { message } = await mistake(() => packageFolder(temporaryFolder(cleanup)))
  assert.match(message, /^the files of Blink are not beside .*: install Blink anew$/)
})

test('a package of the project comes before that of Blink', async (cleanup) => {
  const folder = temporaryFolder(cleanup)
  const own = join(folder, 'node_modules', 'componentize-qjs')
  mkdirSync(own, { recursive: true })
  written(own, 'package.json', [
    { name: 'componentize-qjs', type: 'module', exports: { '.': { default: './own.js' } } },
  ])
  written(own, 'own.js', ["export const whose = 'the project'"])
  const { whose } = await importInstalled<{ whose: string }>('componentize-qjs', '.', folder, 'this')
  assert.is(whose, 'the project')
  const below = join(folder, 'deeper')
  assert.is((await importInstalled<{ whose: string }>('componentize-qjs', '.', below, 'this')).whose, 'the project')
})

test('what nobody has is named with how to install it', async (cleanup) => {
  const { message } = await mistake(() => importInstalled('nobody-has-this', '.', temporaryFolder(cleanup), 'a test'))
  assert.is(
    message,
    'a test needs the package nobody-has-this, which is not installed: npm install --save-dev nobody-has-this',
  )
})

test('programs are looked for from the project up, then with Blink', () => {
  assert.equal(upwards('/a/b'), ['/a/b', '/a', '/'])
  const folders = programFolders('/a')
  assert.is(folders[0], join('/a', 'node_modules', '.bin'))
  assert.ok(folders.includes(join(packageFolder(), 'node_modules', '.bin')))
})

test.run()

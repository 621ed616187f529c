/** How the instances of a plugin take turns in their folder, also when one of them is ended in its turn. */
import * as assert from 'uvu/assert'
import { SharedFolder } from '../../../src/plugins/capabilities/shared-folder.ts'
import { newSharedState, temporaryFolder } from '../../support/capabilities.ts'
import { startFolderThread } from '../../support/folder-threads.ts'
import { suite } from '../../support/suite.ts'

const test = suite('the folder that instances share', 15)

test('a turn is free, taken, and free again', (cleanup) => {
  const [path, shared] = [temporaryFolder(cleanup), newSharedState()]
  const [one, other] = [new SharedFolder(path, shared), new SharedFolder(path, shared)]
  assert.is(one.take('sql', 0), 'free')
  assert.is(other.take('sql', 30), null)
  assert.is(other.take('keyvalue', 0), 'free', 'another matter')
  one.giveBack('sql')
  assert.is(other.take('sql', 0), 'free')
})

test('a turn is given back also by what fails in it', (cleanup) => {
  const folder = new SharedFolder(temporaryFolder(cleanup), newSharedState())
  const fail = () => {
    throw new Error('in turn')
  }
  assert.throws(() => folder.inTurn('files', 0, fail), /in turn/)
  assert.is(
    folder.inTurn('files', 0, (turn) => turn),
    'free',
  )
})

test('to take a turn twice, or give back what was not taken, is a bug', (cleanup) => {
  const folder = new SharedFolder(temporaryFolder(cleanup), newSharedState())
  folder.take('sql', 0)
  assert.throws(() => folder.take('sql', 0), /has the turn/)
  assert.throws(() => folder.giveBack('files'), /no turn/)
})

test('a thread that holds a turn keeps it while it lives', async (cleanup) => {
  const [path, shared] = [temporaryFolder(cleanup), newSharedState()]
  await startFolderThread(cleanup, path, shared, { name: 'hold', what: 'keyvalue' })
  assert.is(new SharedFolder(path, shared).take('keyvalue', 100), null)
})

test('the turn of a thread that was ended is inherited', async (cleanup) => {
  const [path, shared] = [temporaryFolder(cleanup), newSharedState()]
  const waiting = new SharedFolder(path, shared)
  const thread = await startFolderThread(cleanup, path, shared, { name: 'hold', what: 'keyvalue' })
  await thread.terminate()
  assert.is(waiting.take('keyvalue', 1000), 'inherited')
})

test('a new thread whose descriptor has the number of the ended one is not mistaken for it', async (cleanup) => {
  const [path, shared] = [temporaryFolder(cleanup), newSharedState()]
  const thread = await startFolderThread(cleanup, path, shared, { name: 'hold', what: 'sql' })
  const holder = new BigInt64Array(shared).find((word) => word > 0xffff_ffffn)
  assert.ok(holder !== undefined)
  await thread.terminate()
  const heirs = Array.from({ length: 40 }, () => new SharedFolder(path, shared))
  assert.is(heirs.at(-1)!.take('sql', 1000), 'inherited')
  assert.is(heirs[0]!.take('sql', 50), null)
})

test('the end of the log is of its version', (cleanup) => {
  const [path, shared] = [temporaryFolder(cleanup), newSharedState()]
  const folder = new SharedFolder(path, shared)
  assert.equal(folder.logEnd, { version: 0, end: 0 })
  folder.logEnd = { version: 3, end: 2 ** 39 }
  assert.equal(new SharedFolder(path, shared).logEnd, { version: 3, end: 2 ** 39 })
})

test('what the files hold is counted once, and again after somebody was ended while counting', (cleanup) => {
  const folder = new SharedFolder(temporaryFolder(cleanup), newSharedState())
  let counts = 0
  const count = () => {
    counts++
    return 100
  }
  assert.is(folder.fileBytes('free', count), 100)
  folder.addFileBytes(-40)
  assert.is(folder.fileBytes('free', count), 60)
  assert.is(folder.fileBytes('inherited', count), 100)
  assert.is(counts, 2)
})

test.run()

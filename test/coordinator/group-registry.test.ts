import * as assert from 'uvu/assert'
import { ManualClock } from '../../src/base/clock.ts'
import { silent } from '../../src/base/logger.ts'
import type { AnyGroup } from '../../src/coordinator/any-group.ts'
import { Group } from '../../src/coordinator/group.ts'
import { GroupRegistry } from '../../src/coordinator/group-registry.ts'
import { groupDefaults } from '../../src/coordinator/settings.ts'
import { GROUP_ID_NOT_FOUND, KafkaError, POLICY_VIOLATION } from '../../src/protocol/errors.ts'
import { suite } from '../support/suite.ts'

const test = suite('group-registry')

function registry({ groupsMax = 10 } = {}) {
  return new GroupRegistry({ settings: { groupsMax }, logger: silent })
}

function classic(id: string): Group {
  return new Group(id, { clock: new ManualClock(), settings: groupDefaults, logger: silent, write: () => {} })
}

/** As much of another type's group as the registry looks at. */
class Other {
  closed = 0
  readonly id: string
  constructor(id: string) {
    this.id = id
  }
  close(): void {
    this.closed++
  }
}

test('a group is found as what it is, and as nothing else', () => {
  const groups = registry()
  const group = classic('g')
  groups.put(group)
  groups.put(new Other('o') as unknown as AnyGroup)
  assert.is(groups.as(Group, 'g'), group)
  assert.is(groups.as(Group, 'o'), undefined)
  const [there, none, other] = ['g', 'none', 'o'].map((id) => groups.find(Group, 'classic', id))
  assert.is(there, group)
  for (const refusal of [none, other]) assert.ok(refusal instanceof KafkaError && refusal.is(GROUP_ID_NOT_FOUND))
  assert.is((none as KafkaError).message, 'Group none not found.')
  assert.is((other as KafkaError).message, 'Group o is not a classic group.')
})

test('a group that takes the place of another closes it, and keeps its place among all', () => {
  const groups = registry()
  const other = new Other('a')
  groups.put(other as unknown as AnyGroup)
  groups.put(classic('b'))
  groups.put(classic('a'))
  assert.is(other.closed, 1)
  assert.equal(
    [...groups.all()].map(({ id, type }) => [id, type]),
    [
      ['a', 'classic'],
      ['b', 'classic'],
    ],
  )
})

test('there are no more groups than settings allow, however many are put back', () => {
  const groups = registry({ groupsMax: 1 })
  assert.ok(groups.add(classic('a')) instanceof Group)
  assert.is(groups.add(classic('b')), POLICY_VIOLATION)
  groups.remove('a')
  assert.ok(groups.add(classic('b')) instanceof Group)
})

test.run()

import * as assert from 'uvu/assert'
import { handlers } from '../../src/handlers/index.ts'
import { consumerGroupHeartbeat } from '../../src/protocol/messages/consumer-group-heartbeat.ts'
import { describeCluster } from '../../src/protocol/messages/describe-cluster.ts'
import { fetch } from '../../src/protocol/messages/fetch.ts'
import { unregisterBroker } from '../../src/protocol/messages/unregister-broker.ts'
import { apiAt, currentRelease, hasFeature, type Release, releases } from '../../src/protocol/releases.ts'
import type { Api } from '../../src/protocol/schema.ts'
import { suite } from '../support/suite.ts'

const test = suite('releases')

test('the current release serves every API that we serve, in every version', () => {
  for (const { api } of handlers) assert.is(apiAt(api, currentRelease), api, api.name)
  assert.is(releases.at(-1), currentRelease)
})

/** Served by 2.8, then not before 3.3. */
const comesBack = unregisterBroker

test('but for UnregisterBroker, no release serves fewer APIs, or versions of one, than the one before', () => {
  const all = handlers.filter(({ api }) => api !== comesBack)
  const served = (release: Release) => all.map(({ api }) => apiAt(api, release)?.versions[1] ?? -1)
  for (const [at, release] of releases.slice(1).entries()) {
    const before = served(releases[at]!)
    assert.ok(
      served(release).every((newest, index) => newest >= before[index]!),
      release,
    )
  }
})

const history: readonly [api: Api, release: Release, versions: readonly [number, number] | undefined][] = [
  [fetch, '2.8', [0, 12]],
  [fetch, '3.0', [0, 12]],
  [fetch, '3.1', [0, 13]],
  [fetch, '3.4', [0, 13]],
  [fetch, '3.9', [0, 17]],
  [fetch, '4.0', [4, 17]],
  [describeCluster, '2.8', [0, 0]],
  [describeCluster, '3.7', [0, 1]],
  [consumerGroupHeartbeat, '3.6', undefined],
  [consumerGroupHeartbeat, '3.7', [0, 0]],
]

for (const [api, release, versions] of history) {
  const range = versions === undefined ? 'is not served' : `is served in versions ${versions.join('–')}`
  test(`${api.name} ${range} by ${release}`, () => {
    assert.equal(apiAt(api, release)?.versions, versions)
  })
}

test('transactions of the second generation are a feature since 4.0', () => {
  assert.equal([hasFeature('transaction.version', '3.9'), hasFeature('transaction.version', '4.0')], [false, true])
})

test.run()

/** The style of the house, as a test. */
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import * as assert from 'uvu/assert'
import { suite } from './support/suite.ts'
import { complaintsAboutSource, complaintsAboutTest, functionsIn, untested } from './support/tidy.ts'

const test = suite('tidy')

/** Files and folders whose behaviour is tested under another name than their own, and where. */
const testedElsewhere: Readonly<Record<string, string>> = {
  'authentication/authentication.ts': 'in authentication/sasl-session.test.ts',
  'authentication/mechanism.ts': 'types alone',
  'protocol/scram.ts': 'in authentication/scram.test.ts',
  'coordinator/epoch-group.ts':
    'in coordinator/consumer/, coordinator/streams/ and handlers/share-group-heartbeat.test.ts',
  'handlers/token-access.ts': 'in handlers/create-delegation-token.test.ts',
  'handlers/share-answers.ts': 'in handlers/share-fetch.test.ts and share-acknowledge.test.ts',
  'broker.ts': 'through sockets in scenarios/, as plugin-start.test.ts and stopping.test.ts',
  'cluster-image.ts': 'in scenarios/testing.test.ts',
  'testing-settings.ts': 'in scenarios/testing.test.ts',
  'testing-seed.ts': 'in scenarios/testing.test.ts',
  'snapshots.ts': 'in scenarios/testing.test.ts',
  'testing-records.ts': 'in scenarios/testing.test.ts',
  'handlers/written-records.ts': 'in scenarios/testing.test.ts',
  'log/partition-image.ts': 'in scenarios/testing.test.ts',
  'configs/log-broker-configs.ts': 'in configs/broker-configs.test.ts',
  'configs/security-broker-configs.ts': 'in configs/broker-configs.test.ts',
  'configs/server-broker-configs.ts': 'in configs/broker-configs.test.ts',
  'handlers/broker-loggers.ts': 'in handlers/describe-configs.test.ts and incremental-alter-configs.test.ts',
  'handlers/client-telemetry.ts': 'in handlers/get-telemetry-subscriptions.test.ts and push-telemetry.test.ts',
  'handlers/raft-voters.ts': 'in handlers/add-raft-voter.test.ts and remove-raft-voter.test.ts',
  'handlers/telemetry-client.ts': 'in handlers/get-telemetry-subscriptions.test.ts',
  'handlers/altered-configs.ts': 'in handlers/alter-configs.test.ts and incremental-alter-configs.test.ts',
  'broker-nodes.ts': 'in http/broker-nodes.test.ts, and through sockets in scenarios/cluster.test.ts',
  'testing-brokers.ts': 'in http/broker-nodes.test.ts and scenarios/cluster.test.ts',
  'testing-faults.ts': 'in scenarios/faults.test.ts',
  'upkeep.ts': 'in cluster.test.ts and handlers/leadership.test.ts',
  'handlers/moves.ts': 'in server/struck-requests.test.ts and scenarios/faults.test.ts',
  'server/answer.ts': 'through the connection in scenarios/faults.test.ts',
  'server/request-facts.ts': 'in server/refused-requests.test.ts',
  'start.ts': 'through sockets in scenarios/, as plugin-start.test.ts',
  'start-error.ts': 'in scenarios/plugin-start.test.ts and cli.test.ts',
  'client/acl-admin.ts': 'in commands/acls.test.ts',
  'client/by-leader.ts': 'in client/producer.test.ts',
  'client/client-error.ts': 'by every test of a client that is refused',
  'client/group-admin.ts': 'in client/group-member.test.ts',
  'client/group-offsets.ts': 'in client/group-member.test.ts',
  'client/kafka-client.ts': 'by every other test of the client',
  'client/share-offsets.ts': 'in commands/groups.test.ts',
  'client/offsets.ts': 'in client/fetcher.test.ts',
  'commands/broker-options.ts': 'by every command that talks to a broker',
  'commands/clock.ts': 'in commands/faults.test.ts',
  'commands/http-client.ts': 'in commands/plugins.test.ts',
  'commands/sending.ts': 'in commands/produce.test.ts and seed.test.ts',
  'commands/reading.ts': 'in commands/produce.test.ts and seed.test.ts',
  'commands/reset.ts': 'in commands/faults.test.ts',
  'commands/running.ts': 'as a process in cli.test.ts and commands/plugin.test.ts',
  'console/api.ts': 'in Chromium in console/browser/',
  'console/clock.ts': 'in Chromium in console/browser/',
  'console/kept-theme.ts': 'in Chromium in console/browser/load.test.ts',
  'console/live.ts': 'in Chromium in console/browser/',
  'console/pages/': 'in Chromium in console/browser/',
  'console/parts/': 'in Chromium in console/browser/',
  'console/router.ts': 'in Chromium in console/browser/',
  'console/shell.tsx': 'in Chromium in console/browser/',
  'console/tail.ts': 'in Chromium in console/browser/',
  'console/theme.ts': 'in Chromium in console/browser/',
  'plugin-http.ts': 'through sockets in scenarios/plugin-start.test.ts',
  'plugin-loan.ts': 'through sockets in scenarios/plugin-capabilities.test.ts',
  'index.ts': 'through sockets in scenarios/library.test.ts',
  'plugins/capabilities/capability-environment.ts': 'types alone',
  'handlers/acl-codes.ts': 'in handlers/create-acls.test.ts and describe-acls.test.ts',
  'handlers/auto-create.ts': 'in handlers/metadata.test.ts and http/produce.test.ts',
  'handlers/config-resources.ts': 'in handlers/describe-configs.test.ts and incremental-alter-configs.test.ts',
  'handlers/fetch-quota.ts': 'in handlers/quota-use.test.ts',
  'handlers/handler.ts': 'by every test of a handler',
  'http/asked.ts': 'in http/route.test.ts',
  'http/broker-calls.ts': 'in http/topics.test.ts',
  'http/configs.ts': 'in http/topics.test.ts and http/brokers.test.ts',
  'http/found.ts': 'in http/topics.test.ts',
  'http/group-offsets.ts': 'in http/groups.test.ts',
  'http/records-query.ts': 'in http/records.test.ts',
  'http/storing.ts': 'in http/produce.test.ts and http/records-in.test.ts',
  'http/plugin-admin.ts': 'types alone',
  'http/rest-proxy/acl-store.ts': 'in http/rest-proxy/v3-acls.test.ts',
  'http/rest-proxy/app.ts': 'in http/rest-proxy/mount.test.ts',
  'http/rest-proxy/asking.ts': 'in http/rest-proxy/v3-topics.test.ts and v3-configs.test.ts',
  'http/rest-proxy/consumer.ts': 'through its instance in http/rest-proxy/v2-consumers.test.ts',
  'http/rest-proxy/fields.ts': 'as what routes refuse in http/rest-proxy/v2-consumers.test.ts and v3-topics.test.ts',
  'http/rest-proxy/links.ts': 'in http/rest-proxy/published.test.ts and mount.test.ts',
  'http/rest-proxy/producing.ts': 'in http/rest-proxy/v2-produce.test.ts and v3-records.test.ts',
  'http/rest-proxy/reading.ts': 'in http/rest-proxy/v2-consumers.test.ts',
  'http/rest-proxy/route.ts': 'in http/rest-proxy/mount.test.ts',
  'http/rest-proxy/v2-brokers.ts': 'in http/rest-proxy/mount.test.ts',
  'http/rest-proxy/v2-instances.ts': 'in http/rest-proxy/v2-consumers.test.ts',
  'http/rest-proxy/v2-media.ts': 'in http/rest-proxy/v2-consumers.test.ts and v2-produce.test.ts',
  'http/rest-proxy/v2-topics.ts': 'in http/rest-proxy/v2-produce.test.ts',
  'http/rest-proxy/v3-clusters.ts': 'in http/rest-proxy/published.test.ts',
  'http/rest-proxy/v3-partitions.ts': 'in http/rest-proxy/published.test.ts and v3-topics.test.ts',
  'http/rest-proxy/v3-route.ts': 'in http/rest-proxy/published.test.ts',
  'plugins/guest/caller.ts': 'types alone',
  'plugins/guest/instance.ts': 'types and errors alone',
  'workshop/making.ts': 'in workshop/build.test.ts and templates.test.ts',
  'workshop/toolchain.ts': 'in workshop/build.test.ts',
  'workshop/topic-reader.ts': 'in workshop/shadow.test.ts',
  'workshop/trial.ts': 'in workshop/test.test.ts and bench.test.ts',
  'workshop/verdict-text.ts': 'in workshop/test.test.ts and verdict-printer.test.ts',
  'coordinator/transaction.ts': 'through support/transact.ts in coordinator/transactions.test.ts',
  'handlers/sound-commits.ts': 'in handlers/offset-commit.test.ts and txn-offset-commit.test.ts',
  'handlers/transaction-access.ts': 'in coordinator/transactions.test.ts and handlers/end-txn.test.ts',
  'log/cleaned-transactions.ts': 'in log/compaction.test.ts and log/compaction-model.test.ts',
  'protocol/compacting.ts': 'in log/compaction.test.ts and log/compaction-model.test.ts',
  'log/offsets-by-time.ts': 'in log/partition.test.ts',
  'log/refusals.ts': 'in log/partition.test.ts',
  'log/verifications.ts': 'in log/producers.test.ts',
  'handlers/producer-ids.ts': 'in handlers/init-producer-id.test.ts',
  'coordinator/groups.ts': 'through support/play.ts in coordinator/offsets.test.ts and fuzz/groups.test.ts',
  'coordinator/identified.ts': 'in coordinator/consumer/consumer-groups.test.ts and streams/streams-groups.test.ts',
  'coordinator/lent.ts': 'types, and a constant',
  'coordinator/consumer/advance.ts': 'through groups in coordinator/consumer/consumer-groups.test.ts',
  'coordinator/consumer/classic-members.ts': 'through groups in coordinator/consumer/migration.test.ts',
  'coordinator/consumer/consumer-group.ts': 'through groups in coordinator/consumer/consumer-groups.test.ts',
  'coordinator/consumer/consumer-member.ts': 'through groups in coordinator/consumer/consumer-groups.test.ts',
  'coordinator/consumer/member-timers.ts': 'as what happens in time in coordinator/consumer/consumer-groups.test.ts',
  'coordinator/consumer/partitions.ts': 'through groups in coordinator/consumer/consumer-groups.test.ts',
  'coordinator/consumer/patterns.ts': 'in coordinator/consumer/consumer-groups.test.ts',
  'coordinator/consumer/range-assignor.ts': 'in coordinator/consumer/assignors.test.ts',
  'coordinator/consumer/reconcile.ts': 'through groups in coordinator/consumer/consumer-groups.test.ts',
  'coordinator/consumer/step.ts': 'through groups in coordinator/consumer/consumer-groups.test.ts',
  'coordinator/consumer/uneven-subscriptions.ts': 'in coordinator/consumer/assignors.test.ts',
  'coordinator/consumer/uniform-assignor.ts': 'in coordinator/consumer/assignors.test.ts',
  'handlers/client-host.ts': 'in handlers/describe-groups.test.ts',
  'coordinator/any-group.ts': 'types, and a check that lets all through',
  'coordinator/generation.ts': 'within a group in coordinator/group.test.ts and offsets.test.ts',
  'coordinator/stored-offsets.ts': 'through groups in coordinator/offsets.test.ts and transactions.test.ts',
  'coordinator/initial-delay.ts': 'as its effect on a group in coordinator/join.test.ts',
  'coordinator/member.ts': 'within a group in coordinator/group.test.ts',
  'coordinator/members.ts': 'within a group in coordinator/join.test.ts and static-members.test.ts',
  'coordinator/streams/endpoints.ts': 'in coordinator/streams/streams-groups.test.ts',
  'coordinator/streams/reconcile.ts': 'in coordinator/streams/streams-groups.test.ts',
  'coordinator/streams/statuses.ts': 'in coordinator/streams/streams-groups.test.ts',
  'coordinator/streams/streams-group.ts': 'in coordinator/streams/streams-groups.test.ts',
  'coordinator/streams/streams-member.ts': 'in coordinator/streams/streams-groups.test.ts',
  'coordinator/streams/targets.ts': 'in coordinator/streams/streams-groups.test.ts',
  'coordinator/streams/tasks.ts': 'in coordinator/streams/streams-groups.test.ts',
  'coordinator/share/share-group.ts': 'in handlers/share-group-heartbeat.test.ts',
  'coordinator/share/share-groups.ts': 'in handlers/share-group-heartbeat.test.ts',
  'cluster-shares.ts': 'by every test of share groups in handlers/',
  'share/acquisition.ts': 'in share/share-partition.test.ts',
  'share/in-flight.ts': 'in share/share-partition.test.ts',
  'share/window.ts': 'in share/share-partition.test.ts',
  'share/share-partitions.ts': 'through support/share-table.ts in share/share-partition.test.ts',
  'share/share-states.ts': 'through support/share-table.ts in share/share-partition.test.ts',
  'share/shares.ts': 'in handlers/share-fetch.test.ts and describe-share-group-offsets.test.ts',
  'handlers/share-acknowledgements.ts': 'in handlers/share-acknowledge.test.ts and share-fetch.test.ts',
  'handlers/share-reading.ts': 'in handlers/share-fetch.test.ts',
  'coordinator/requests.ts': 'through support/play.ts in coordinator/join.test.ts',
}

/** The sources below a folder of the project, by their path from there. */
function sources(folder: string): { path: string; text: string }[] {
  const root = fileURLToPath(new URL(`../../${folder}/`, import.meta.url))
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.tsx?$/.test(path))
    .sort()
    .map((path) => ({ path: path.replaceAll('\\', '/'), text: readFileSync(`${root}${path}`, 'utf8') }))
}

test('src follows the style of the house', () => {
  const complaints = sources('src').flatMap(({ path, text }) => complaintsAboutSource(path, text))
  assert.is(complaints.join('\n'), '')
})

test('test follows the style of the house', () => {
  const theirs = sources('test').filter(({ path }) => path !== 'tidy.test.ts' && path !== 'support/tidy.ts')
  const complaints = theirs.flatMap(({ path, text }) => complaintsAboutTest(path, text))
  assert.is(complaints.join('\n'), '')
})

test('every source is tested by the file of its name, or it is said where', () => {
  const paths = sources('src')
    // The others only describe.
    .filter(({ path, text }) => !path.endsWith('.d.ts') && /=>|\bfunction\b|\bclass\b/.test(text))
    .map(({ path }) => path)
  const tests = new Set(sources('test').map(({ path }) => path))
  assert.equal(untested(paths, tests, Object.keys(testedElsewhere)), [])
  const stale = Object.keys(testedElsewhere).filter((place) => !paths.some((path) => path.startsWith(place)))
  assert.equal(stale, [], 'excused, but not there')
  const needless = Object.keys(testedElsewhere).filter((place) => tests.has(place.replace(/\.ts$/, '.test.ts')))
  assert.equal(needless, [], 'excused, but tested')
})

// The rules themselves.

const opening = '/** What it is for. */\n'

/** What is said of such a line in a source that is otherwise in order. */
function said(path: string, line: string): string[] {
  return complaintsAboutSource(path, `${opening}${line}\n`)
}

test('what is in order is not complained of', () => {
  assert.equal(said('log/partition.ts', "import { Reader } from '../base/bytes.ts'"), [])
  assert.equal(said('server/listener.ts', "import { createServer } from 'node:net'"), [])
})

test('an import that reaches up, sideways or into a folder without a place', () => {
  assert.equal(said('log/partition.ts', "import { fetch } from '../handlers/fetch.ts'"), [
    'log/partition.ts:2: log/ may not import handlers/',
  ])
  assert.equal(said('log/partition.ts', "import type { Topic } from '../topics/topics.ts'"), [
    'log/partition.ts:2: log/ may not import topics/',
  ])
  assert.equal(said('http/app.ts', "import { broker } from '../broker.ts'"), ['http/app.ts:2: http/ may not import ./'])
  assert.is(said('log/partition.ts', "import { x } from '../new/x.ts'").length, 1)
})

test('an import over several lines or at run time', () => {
  const text = "import {\n  fetch,\n} from '../handlers/fetch.ts'\nconst later = await import('../http/app.ts')"
  assert.equal(said('log/partition.ts', text), [
    'log/partition.ts:4: log/ may not import handlers/',
    'log/partition.ts:5: log/ may not import http/',
  ])
})

test('the wall clock, chance, the console and the outside world', () => {
  const lines: readonly (readonly [line: string, advice: string])[] = [
    ['const now = Date.now()', 'take time from a Clock, so that tests can turn it'],
    ['setTimeout(run, 10)', 'take time from a Clock, so that tests can turn it'],
    ['const chance = Math.random()', 'take randomness from a Random, so that tests can seed it'],
    ['console.log(1)', 'write through the logger'],
    ['const { HOME } = process.env', 'let it be handed in'],
    ["import { readFileSync } from 'node:fs'", 'let it be handed in'],
    ["import { x } from './x.js'", 'import the source: its name ends in .ts'],
    ['// TODO: more', 'do it, or say under "Not done" that it is missing'],
  ]
  for (const [line, advice] of lines) assert.equal(said('log/segment.ts', line), [`log/segment.ts:2: ${advice}`])
})

test('what is banned in code may be spoken of in a comment', () => {
  assert.equal(said('log/segment.ts', '// Unlike Date.now(), this can be turned.'), [])
})

test('the clock may ask the machine for the time, and the command line for its environment', () => {
  assert.equal(said('base/clock.ts', 'const now = Date.now()'), [])
  assert.equal(said('cli.ts', 'const { HOME } = process.env'), [])
})

test('a file that does not open with what it is for', () => {
  const advice = ['base/x.ts:1: open with a sentence on what this file is for']
  assert.equal(complaintsAboutSource('base/x.ts', 'export const x = 1\n/** Late. */\n'), advice)
  assert.equal(complaintsAboutSource('base/x.ts', "import {\n  y,\n} from './y.ts'\n\n/** For x. */\n"), [])
  assert.equal(complaintsAboutSource('cli.ts', '#!/usr/bin/env node\n/** The command. */\n'), [])
})

test('a file named for nothing', () => {
  assert.equal(said('base/utils.ts', ''), ['base/utils.ts:1: name the file after what it holds'])
})

test('long lines and long files', () => {
  assert.equal(said('base/x.ts', 'x'.repeat(121)), ['base/x.ts:2: 121 columns; wrap at 120'])
  assert.equal(said('base/x.ts', 'x\n'.repeat(400).trimEnd()), [
    'base/x.ts:1: 401 lines; a file has one subject and at most 400',
  ])
})

test('functions are found by how they begin, and measured to where they end', () => {
  const lengths = (text: string) => functionsIn(text.split('\n')).map(({ line, length }) => `${line}+${length}`)
  assert.equal(lengths('function a() {\n  b()\n}'), ['1+3'])
  assert.equal(lengths('export async function* a<T>(\n  x: T,\n  y: T,\n): AsyncIterable<T> {\n  b()\n}'), ['1+6'])
  assert.equal(lengths('class A {\n  #a(x: number): void {\n    b()\n\n    c()\n  }\n}'), ['2+5'])
  assert.equal(lengths('class A {\n  static async a(\n    x: number,\n  ): Promise<void> {\n    b()\n  }\n}'), ['2+5'])
  assert.equal(lengths('const a = (x) => {\n  b()\n}'), ['1+3'])
  assert.equal(lengths('call(1, () => {\n  b()\n})'), ['1+3'])
  assert.equal(lengths('for (const a of b) {\n  c()\n}\nif (\n  a &&\n  b\n) {\n  c()\n}\nconst x = {\n  y,\n}'), [])
})

test('a long function', () => {
  const text = `function a() {\n${'  b()\n'.repeat(59)}}`
  assert.equal(said('base/x.ts', text), ['base/x.ts:2: a function of 61 lines; at most 60'])
})

test('a test file whose suite, or one of them, is not run', () => {
  const about = (text: string) => complaintsAboutTest('base/x.test.ts', text)
  const made = "const test = suite('x')\n"
  assert.equal(about(`${made}test.run()\n`), [])
  assert.equal(about(made), ['base/x.test.ts:1: end in .run(), or nothing runs'])
  assert.equal(about(`${made}const other = suite('y')\ntest.run()\n`), [
    'base/x.test.ts:3: 2 suites, but 1 of them are run',
  ])
})

test('a test file that runs a part of its tests, or goes without a time limit', () => {
  const about = (line: string) =>
    complaintsAboutTest('base/x.test.ts', `const test = suite('x')\n${line}\ntest.run()\n`)
  assert.equal(about("test.only('a', () => {})"), ['base/x.test.ts:2: let every test run'])
  assert.equal(about("import { suite } from 'uvu'"), [
    'base/x.test.ts:2: take suite from test/support/suite.ts: it has a time limit',
  ])
})

test('a source without a test', () => {
  const tests = new Set(['log/partition.test.ts'])
  assert.equal(untested(['log/partition.ts', 'log/segment.ts', 'http/app.ts'], tests, ['http/']), ['log/segment.ts'])
})

test.run()

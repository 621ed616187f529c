import * as assert from 'uvu/assert'
import { BrokerConfig } from '../../src/configs/broker-config.ts'
import { GroupConfigs } from '../../src/configs/group-config.ts'
import { suite } from '../support/suite.ts'

const test = suite('the configs of groups')
const session = 'consumer.session.timeout.ms'

function made(statics: Record<string, string> = {}): GroupConfigs {
  return new GroupConfigs(new BrokerConfig(statics))
}

function refusal(values: Record<string, string>, configs = made()): string | undefined {
  return configs.refusal(new Map(Object.entries(values)))?.message ?? undefined
}

test('of a group that sets nothing what the brokers say holds', () => {
  const configs = made({ 'group.consumer.session.timeout.ms': '50000' })
  assert.is(configs.number('g', session), 50_000)
  assert.is(configs.get('g', 'streams.assignor.name'), 'sticky')
  assert.is(configs.boolean('g', 'share.renew.acknowledge.enable'), true)
  assert.equal(configs.synonyms('g', session), [
    { name: 'group.consumer.session.timeout.ms', value: '50000', source: 'staticBroker' },
    { name: 'group.consumer.session.timeout.ms', value: '45000', source: 'default' },
  ])
})

test('what a group sets goes before that, for this group only', () => {
  const configs = made()
  configs.replace('g', new Map([[session, ' 55000 ']]))
  assert.is(configs.number('g', session), 55_000)
  assert.is(configs.number('h', session), 45_000)
  assert.equal([...configs.groupIds], ['g'])
  assert.equal(configs.synonyms('g', session)[0], { name: session, value: '55000', source: 'group' })
  configs.replace('g', new Map())
  assert.equal([...configs.groupIds], [])
})

test('all there is comes back as it was', () => {
  const configs = made()
  configs.replace('g', new Map([[session, '55000']]))
  const all = configs.all()
  configs.replace('h', new Map([[session, '56000']]))
  configs.replaceAll(all)
  assert.equal([...configs.groupIds], ['g'])
  assert.is(configs.number('g', session), 55_000)
})

test('what binds keeps within the bounds that the brokers set', () => {
  const configs = made({ 'group.consumer.max.session.timeout.ms': '50000' })
  configs.replace('g', new Map([[session, '55000']]))
  assert.is(configs.number('g', session), 50_000)
  assert.is(configs.synonyms('g', session)[0]!.value, '55000')
})

test('refused are unknown names, bad values, and what the brokers bound', () => {
  assert.is(refusal({ [session]: '50000', 'share.delivery.count.limit': '7' }), undefined)
  assert.match(refusal({ 'retention.ms': '5' })!, "Groups have no config 'retention.ms'")
  assert.match(refusal({ [session]: 'long' })!, 'whole number')
  assert.match(refusal({ [session]: '44999' })!, 'at least group.consumer.min.session.timeout.ms, 45000')
  assert.match(refusal({ 'streams.num.standby.replicas': '3' })!, 'group.streams.max.standby.replicas')
  assert.match(refusal({ 'streams.rack.aware.assignment.tags': 'a,b,a' })!, 'twice')
  assert.match(refusal({ 'streams.assignor.name': 'mine' })!, 'sticky')
  assert.match(refusal({ 'errors.deadletterqueue.topic.name': '__dead' })!, '__')
})

test('a session must outlast the interval of heartbeats', () => {
  const configs = made({ 'group.share.max.heartbeat.interval.ms': '60000' })
  assert.is(refusal({ 'share.heartbeat.interval.ms': '44999' }, configs), undefined)
  assert.match(refusal({ 'share.heartbeat.interval.ms': '45000' }, configs)!, 'must be greater than')
})

test.run()

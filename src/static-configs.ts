/**
 * The broker configs that hold before clients set any: what settings say, under Kafka's names, so that clients are told
 * the truth; and what `broker_configs` says of the others.
 */
import { brokerConfigs } from './configs/broker-configs.ts'
import { canonical, refusalOf } from './configs/config-values.ts'
import { logDir } from './handlers/log-dir.ts'
import { rackAware } from './handlers/nodes.ts'
import { listenersOf } from './settings/security.ts'
import { type Settings, settingsTable } from './settings/settings.ts'
import { nearest } from './settings/values.ts'
import { StartError } from './start-error.ts'

/** Null: Kafka's default is as true. */
type Text = (settings: Settings) => string | null
type Values = Readonly<Record<string, string>>

const standardAuthorizer = 'org.apache.kafka.metadata.authorizer.StandardAuthorizer'
const secondMs = 1_000
const minuteMs = 60_000
/** Kafka's own interval. A short `retention` is looked after more often, lest it be none. */
const retentionCheckMs = { most: 300_000, least: 1_000 } as const
const checksPerRetention = 10

/** Each broker has its own, or it is none of those that brokers tell. */
const unsaid: Text = () => null
/** Said only where there is a listener of such a protocol. */
const where =
  (isMeant: (protocol: string) => boolean) =>
  (text: Text): Text => {
    return (settings) => (settings.listeners.some(({ protocol }) => isMeant(protocol)) ? text(settings) : null)
  }
const withTls = where((protocol) => protocol.endsWith('SSL'))
const withSasl = where((protocol) => protocol.startsWith('SASL'))

/** Which setting a config follows, and how, where it is not just the setting's value. */
export const followed: Readonly<Record<string, readonly [setting: keyof typeof settingsTable, text?: Text]>> = {
  'advertised.listeners': ['listeners', unsaid],
  'allow.everyone.if.no.acl.found': ['allowsIfNoAclFound', unsaid],
  'authorizer.class.name': ['hasAuthorizer', ({ hasAuthorizer }) => (hasAuthorizer ? standardAuthorizer : null)],
  'auto.create.topics.enable': ['createsTopics'],
  'broker.id': ['brokerPorts', unsaid],
  'broker.rack': ['brokerRacks', unsaid],
  'connection.failed.authentication.delay.ms': ['failedAuthenticationDelayMs'],
  'connections.max.idle.ms': ['connectionIdleTimeoutMs'],
  'connections.max.reauth.ms': ['reauthenticationMs'],
  'delegation.token.expiry.time.ms': ['delegationTokenExpiryMs'],
  'delegation.token.max.lifetime.ms': ['delegationTokenLifetimeMs'],
  'delegation.token.secret.key': ['delegationTokenSecret'],
  'group.initial.rebalance.delay.ms': ['groupInitialRebalanceDelayMs'],
  'group.max.session.timeout.ms': ['groupSessionTimeoutMaxMs'],
  'group.max.size': ['groupMembersMax'],
  'group.min.session.timeout.ms': ['groupSessionTimeoutMinMs'],
  'inter.broker.listener.name': ['listeners', (settings) => listenersOf(settings)[0]![0]],
  'listener.security.protocol.map': ['listeners', protocolMap],
  listeners: ['listeners', unsaid],
  'log.retention.ms': ['retentionMs'],
  'max.connections': ['connectionsMax'],
  'node.id': ['brokerPorts', unsaid],
  'num.partitions': ['partitionCount'],
  'offsets.retention.minutes': [
    'offsetsRetentionMs',
    ({ offsetsRetentionMs }) => `${Math.ceil(offsetsRetentionMs / minuteMs)}`,
  ],
  'sasl.enabled.mechanisms': ['saslMechanisms', withSasl(({ saslMechanisms }) => saslMechanisms.join(','))],
  'sasl.oauthbearer.clock.skew.seconds': [
    'oauthClockSkewMs',
    ({ oauthClockSkewMs }) => `${Math.ceil(oauthClockSkewMs / secondMs)}`,
  ],
  'sasl.oauthbearer.expected.audience': ['oauthAudience', ({ oauthAudience }) => oauthAudience.join(',')],
  'sasl.oauthbearer.expected.issuer': ['oauthIssuer'],
  'sasl.oauthbearer.scope.claim.name': ['oauthScopeClaim'],
  'sasl.oauthbearer.sub.claim.name': ['oauthSubClaim'],
  'sasl.server.max.receive.size': ['loginBytesMax'],
  'socket.request.max.bytes': ['requestBytesMax'],
  'ssl.client.auth': ['tlsClientAuth', withTls(({ tlsClientAuth }) => tlsClientAuth)],
  'ssl.key.password': ['tlsKeyPassword', withTls(({ tlsKeyPassword }) => tlsKeyPassword)],
  'ssl.keystore.certificate.chain': ['tlsCertificate', withTls(({ tlsCertificate }) => tlsCertificate)],
  'ssl.keystore.key': ['tlsKey', withTls(({ tlsKey }) => tlsKey)],
  'ssl.keystore.type': ['tlsKey', withTls(() => 'PEM')],
  'ssl.principal.mapping.rules': ['tlsPrincipalRules', withTls(({ tlsPrincipalRules }) => tlsPrincipalRules)],
  'ssl.truststore.certificates': ['tlsCa', withTls(({ tlsCa }) => tlsCa)],
  'ssl.truststore.type': ['tlsCa', withTls(({ tlsCa }) => (tlsCa === null ? null : 'PEM'))],
  'super.users': ['superUsers', unsaid],
  'transaction.max.timeout.ms': ['transactionTimeoutMaxMs'],
}

/** What Kafka would have to be told to run in one process. */
const singleProcess: Values = {
  'controller.listener.names': 'CONTROLLER',
  'log.dirs': logDir,
  'offsets.topic.replication.factor': '1',
  'process.roles': 'broker,controller',
  'share.coordinator.state.topic.min.isr': '1',
  'share.coordinator.state.topic.replication.factor': '1',
  'transaction.state.log.min.isr': '1',
  'transaction.state.log.replication.factor': '1',
}

/** Clients cannot alter these, since the setting holds whatever they say. */
export const fixedConfigs = Object.keys(followed).filter((name) => brokerConfigs.get(name)?.binds !== true)

/** Throws a StartError that names what `broker_configs` may not say. */
export function staticConfigs(settings: Settings): Values {
  const said = Object.entries(followed).flatMap(([name, [key, text = plain(key)]]) => {
    const value = text(settings)
    return value === null ? [] : [[name, value] as const]
  })
  return {
    ...(settings.brokerRacks.length === 0 ? {} : { 'replica.selector.class': rackAware }),
    'log.retention.check.interval.ms': `${checkIntervalMs(settings.retentionMs)}`,
    ...given(settings),
    ...Object.fromEntries(said),
    ...singleProcess,
  }
}

/** What `broker_configs` says to no effect. */
export function idleConfigs({ brokerConfigs: given }: Settings): string[] {
  return [...(given?.keys() ?? [])].filter((name) => brokerConfigs.get(name)?.binds !== true)
}

function plain(key: keyof typeof settingsTable): Text {
  return (settings) => (settings[key] === null ? null : `${settings[key]}`)
}

function given({ brokerConfigs: given }: Settings): Values {
  const problems = [...(given ?? [])].flatMap(([name, value]) => problemOf(name, value) ?? [])
  if (problems.length > 0) throw new StartError(problems.map((problem) => `broker_configs: ${problem}`).join('\n'))
  return Object.fromEntries(
    [...(given ?? [])].map(([name, value]) => [name, canonical(brokerConfigs.get(name)!, value)]),
  )
}

function problemOf(name: string, value: string): string | null {
  const setting = Object.hasOwn(followed, name) ? settingsTable[followed[name]![0]].key : undefined
  if (setting !== undefined) return `${name} follows the setting ${setting}; set that`
  if (Object.hasOwn(singleProcess, name)) return `${name} is always ${singleProcess[name]} in Blink; leave it out`
  const definition = brokerConfigs.get(name)
  if (definition !== undefined) return refusalOf(definition, value)?.message ?? null
  const meant = nearest(name, [...brokerConfigs.keys()])
  return `Kafka's brokers have no config ${name}; ${meant === undefined ? 'leave it out' : `did you mean ${meant}?`}`
}

function checkIntervalMs(retentionMs: number): number {
  const { least, most } = retentionCheckMs
  return retentionMs < 0 ? most : Math.max(least, Math.min(most, Math.floor(retentionMs / checksPerRetention)))
}

/** As Kafka would have to be told, where names are not those of protocols. */
function protocolMap(settings: Settings): string | null {
  const listeners = listenersOf(settings)
  return listeners.every(([name, protocol]) => name === protocol)
    ? null
    : listeners.map((one) => one.join(':')).join(',')
}

/** `blink acls …`: lists, adds and removes ACLs, which say who may do what. */
import { Argument, type Command, InvalidArgumentError, Option } from 'commander'
import { type Acl, clusterName, operations, type ResourceType, resourceTypes, wildcard } from '../authorization/acl.ts'
import { type AclEntry, type AclEntryFilter, addAcls, findAcls, removeAcls } from '../client/acl-admin.ts'
import type { KafkaClient } from '../client/kafka-client.ts'
import { aclOf, entryOf, filterCodesOf } from '../handlers/acl-codes.ts'
import { type ExitCode, Mistake, type Shell } from '../terminal/shell.ts'
import { tableLines } from '../terminal/table.ts'
import { brokerCommands, type BrokerOptions } from './broker-options.ts'
import type { Run } from './running.ts'

const resourceForm = 'topic:orders, group:billing, transactional-id:shop-1, delegation-token:…, user:User:bob, cluster'
const operationNames = namesOf(operations, ['UNKNOWN', 'ANY'])
const typeNames = namesOf(resourceTypes, ['UNKNOWN', 'ANY'])

export function describe(acls: Command, run: Run): void {
  const { sub, doing } = brokerCommands(acls, run)

  filtering(sub('list', 'who may do what', 'blink acls list', 'blink acls list --principal User:alice')).action(
    (options: FilterOptions) => doing(options, (client, shell) => listAcls(options, client, shell)),
  )
  sub(
    'add <principal>',
    'lets somebody do something',
    'blink acls add User:alice topic:orders read write',
    'blink acls add User:mallory topic:app- all --prefixed --deny',
  )
    .addArgument(new Argument('<resource>', resourceForm).argParser(resource))
    .addArgument(new Argument('<operations...>', 'what of it').choices(operationNames))
    .option('--prefixed', 'of all whose names begin so')
    .option('--deny', 'forbids it, whatever else allows it')
    .option('--host <address>', 'only from there', wildcard)
    .action((principal: string, on: Resource, what: readonly string[], options: AddOptions) =>
      doing(options, (client, shell) => add({ principal, on, what }, options, client, shell)),
    )
  filtering(sub('remove', 'those that fit all that is said', 'blink acls remove --principal User:alice'))
    .option('--all', 'where nothing is said: every one')
    .action((options: RemoveOptions) => doing(options, (client, shell) => remove(options, client, shell)))
}

interface Resource {
  readonly type: ResourceType
  /** Null: of any name. */
  readonly name: string | null
}

interface FilterOptions extends BrokerOptions {
  readonly principal?: string
  readonly resource?: Resource
  readonly operation?: string
  readonly host?: string
}
interface AddOptions extends BrokerOptions {
  readonly prefixed?: boolean
  readonly deny?: boolean
  readonly host: string
}
interface RemoveOptions extends FilterOptions {
  readonly all?: boolean
}
interface Asked {
  readonly principal: string
  readonly on: Resource
  readonly what: readonly string[]
}

function filtering(command: Command): Command {
  return command
    .option('--principal <type:name>', 'of this one: User:alice')
    .addOption(new Option('--resource <type[:name]>', resourceForm).argParser(resource))
    .addOption(new Option('--operation <name>', 'what may be done').choices(operationNames))
    .option('--host <address>', 'from there')
}

async function listAcls(options: FilterOptions, client: KafkaClient, shell: Shell): Promise<ExitCode> {
  const found = await findAcls(client, filterOf(options))
  if (!options.json && found.length === 0) shell.tell('no ACLs')
  else show(found, options, shell)
  return 0
}

async function add({ principal, on, what }: Asked, options: AddOptions, client: KafkaClient, shell: Shell) {
  const { prefixed, deny, host } = options
  const name = on.name ?? (on.type === 'CLUSTER' ? clusterName : null)
  if (name === null)
    throw new Mistake(`which ${lower(on.type)}? write ${lower(on.type)}:name, or ${lower(on.type)}:*`, 2)
  const entries = what.map((one) =>
    entryOf({
      principal,
      host,
      resourceType: on.type,
      resourceName: name,
      patternType: prefixed ? 'PREFIXED' : 'LITERAL',
      operation: named(operations, one),
      permission: deny ? 'DENY' : 'ALLOW',
    }),
  )
  await addAcls(client, entries)
  show(entries, options, shell)
  return 0 as const
}

async function remove(options: RemoveOptions, client: KafkaClient, shell: Shell): Promise<ExitCode> {
  const { principal, resource: on, operation: what, host, all } = options
  if ([principal, on, what, host, all].every((one) => one === undefined)) {
    throw new Mistake('which? say --principal, --resource, --operation or --host; or --all for every one', 2)
  }
  const removed = await removeAcls(client, filterOf(options))
  show(removed, options, shell)
  if (!options.json) shell.tell(removed.length === 1 ? 'removed 1 ACL' : `removed ${removed.length} ACLs`)
  return 0
}

function filterOf({ principal, resource: on, operation: what, host }: FilterOptions): AclEntryFilter {
  return filterCodesOf({
    resourceType: on?.type ?? 'ANY',
    resourceName: on?.name ?? null,
    patternType: 'ANY',
    principal: principal ?? null,
    host: host ?? null,
    operation: what === undefined ? 'ANY' : named(operations, what),
    permission: 'ANY',
  })
}

function show(entries: readonly AclEntry[], { json }: BrokerOptions, shell: Shell): void {
  const acls = entries.map(aclOf)
  if (json) for (const acl of acls) shell.out(JSON.stringify(inJson(acl)))
  else if (acls.length > 0) {
    const columns = ['principal', 'may', 'resource', 'from'].map((title) => ({ title }))
    const rows = acls.map((acl) => [
      acl.principal,
      `${acl.permission === 'DENY' ? 'not ' : ''}${lower(acl.operation)}`,
      acl.resourceType === 'CLUSTER' ? 'cluster' : `${lower(acl.resourceType)}:${acl.resourceName}${ending(acl)}`,
      acl.host === wildcard ? 'anywhere' : acl.host,
    ])
    for (const line of tableLines(shell, columns, rows.sort())) shell.out(line)
  }
}

/** The literal name * means any, too; a prefix is told apart from it. */
function ending({ patternType }: Acl): string {
  return patternType === 'PREFIXED' ? '…' : ''
}

/** The words of the REST Proxy. */
function inJson({ principal, host, operation, permission, resourceType, resourceName, patternType }: Acl) {
  const resource = { resource_type: resourceType, resource_name: resourceName, pattern_type: patternType }
  return { ...resource, principal, host, operation, permission }
}

function resource(text: string): Resource {
  const [type, ...name] = text.split(':')
  if (!typeNames.includes(type!)) throw new InvalidArgumentError(`Use ${resourceForm}.`)
  return { type: named(resourceTypes, type!), name: name.length === 0 ? null : name.join(':') }
}

/** Of those that are offered, Kafka's name. */
function named<Name extends string>(codes: Readonly<Record<Name, number>>, offered: string): Name {
  return Object.keys(codes).find((name) => lower(name) === offered) as Name
}

function namesOf(codes: Readonly<Record<string, number>>, but: readonly string[]): string[] {
  return Object.keys(codes)
    .filter((name) => !but.includes(name))
    .map(lower)
}

function lower(name: string): string {
  return name.toLowerCase().replaceAll('_', '-')
}

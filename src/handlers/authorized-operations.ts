/**
 * The operations that a client may do, as the bit fields of Metadata, DescribeCluster and DescribeGroups (KIP-430).
 * Without an authorizer everyone may do everything that makes sense for a resource.
 */
const operations = {
  read: 3,
  write: 4,
  create: 5,
  delete: 6,
  alter: 7,
  describe: 8,
  clusterAction: 9,
  describeConfigs: 10,
  alterConfigs: 11,
  idempotentWrite: 12,
} as const

function bits(...names: (keyof typeof operations)[]): number {
  return names.reduce((sum, name) => sum | (1 << operations[name]), 0)
}

export const authorizedOperations = {
  topic: bits('read', 'write', 'create', 'delete', 'alter', 'describe', 'describeConfigs', 'alterConfigs'),
  group: bits('read', 'delete', 'describe', 'describeConfigs', 'alterConfigs'),
  cluster: bits('create', 'alter', 'describe', 'clusterAction', 'describeConfigs', 'alterConfigs', 'idempotentWrite'),
  /** The client did not ask. */
  unasked: -2147483648,
} as const

/** What the messages of streams groups (KIP-1071, KIP-1331) have in common. */
import { array, int16, int32, int64, int8, string, struct, uint16 } from './schema.ts'

export const taskIds = { subtopologyId: string, partitions: array(int32) }
export const taskOffset = { subtopologyId: string, partition: int32, offset: int64 }
export const keyValue = { key: string, value: string }
export const endpoint = { host: string, port: uint16 }
/** 0 partitions, 0 replicas: as the source topics or the broker have it. */
export const topicInfo = {
  name: string,
  partitions: int32,
  replicationFactor: int16,
  topicConfigs: array(keyValue),
}

const node = {
  name: string,
  /** 1: source, 2: processor, 3: sink. */
  nodeType: int8,
  sourceTopics: array(string),
  sinkTopic: string.nullable(),
  stores: array(string),
  successors: array(string),
}

/** A topology as people read it. */
export const topologyDescription = {
  subtopologies: array({ subtopologyId: string, nodes: array(node) }),
  globalStores: array({ source: struct(node), processor: struct(node) }),
}

/** What a streams group must not forget once its members are gone (KIP-1071). */
import type { Topology } from './topology.ts'

export interface StreamsGroupRecord {
  readonly type: 'streams-group'
  readonly groupId: string
  readonly epoch: number
  /** The one that all who join must have. */
  readonly topology: Topology | null
}

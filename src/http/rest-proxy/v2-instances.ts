/**
 * The consumer instances of v2, by group and name. One that nobody uses for five minutes is gone, and with it its place
 * in the group.
 *
 * Requests for records of one instance are served one after another.
 */
import type { Timer } from '../../base/clock.ts'
import { hexUuid } from '../../base/random.ts'
import type { Cluster } from '../../handlers/handler.ts'
import { Consumer, type Reset } from './consumer.ts'
import type { Format } from './embedded.ts'
import { alreadyExists, instanceNotFound, ProxyError } from './errors.ts'

export interface InstanceOptions {
  /** Null: one is made up. */
  readonly name: string | null
  readonly format: Format
  readonly reset: Reset
  readonly commitsByItself: boolean
  /** How many bytes a read waits for; negative: for anything. */
  readonly bytesMin: number
  readonly waitMs: number
}

/** As `consumer.instance.timeout.ms` of the REST Proxy. */
export const instanceTimeoutMs = 300_000
export const instancesMax = 1_000
export const readsWaitingMax = 16

export class Instance {
  readonly name: string
  readonly format: Format
  readonly bytesMin: number
  readonly waitMs: number
  readonly consumer: Consumer
  isGone = false
  usedAtMs = 0
  expiry: Timer | null = null
  #reads: Promise<unknown> = Promise.resolve()
  #readsWaiting = 0

  constructor(name: string, { format, bytesMin, waitMs }: InstanceOptions, consumer: Consumer) {
    this.name = name
    this.format = format
    this.bytesMin = bytesMin
    this.waitMs = waitMs
    this.consumer = consumer
  }

  /** In its turn. */
  read<T>(run: () => Promise<T>): Promise<T> {
    if (this.#readsWaiting >= readsWaitingMax) {
      const remedy = 'read with one request at a time, or with more instances'
      throw new ProxyError(503, 50301, `${readsWaitingMax} requests wait for records of ${this.name}; ${remedy}`)
    }
    this.#readsWaiting++
    const turn = this.#reads.then(run).finally(() => {
      this.#readsWaiting--
    })
    this.#reads = turn.catch(() => {})
    return turn
  }
}

export class Instances {
  readonly #cluster: Cluster
  readonly #byKey = new Map<string, Instance>()
  #created = 0

  /** When the broker is reset, instances are as gone as their groups. */
  constructor(cluster: Cluster) {
    this.#cluster = cluster
    cluster.groups.onClear(() => {
      for (const [key, instance] of [...this.#byKey]) this.#remove(key, instance).abandon()
    })
  }

  create(groupId: string, options: InstanceOptions): Instance {
    const name = options.name ?? `rest-consumer-${hexUuid(this.#cluster.random)}`
    const key = keyOf(groupId, name)
    if (this.#byKey.has(key)) throw alreadyExists(name)
    if (this.#byKey.size >= instancesMax) {
      throw new ProxyError(
        429,
        42901,
        `there are ${instancesMax} consumer instances, the most that may be; delete some`,
      )
    }
    const { reset, commitsByItself } = options
    const clientId = `consumer-${groupId}-${++this.#created}`
    const consumer = new Consumer({ cluster: this.#cluster, groupId, clientId, reset, commitsByItself })
    const instance = new Instance(name, options, consumer)
    this.#byKey.set(key, instance)
    this.#touch(key, instance)
    return instance
  }

  /** To be used: its time begins anew. */
  get(groupId: string, name: string): Instance {
    const key = keyOf(groupId, name)
    const instance = this.#byKey.get(key)
    if (instance === undefined) throw instanceNotFound()
    this.#touch(key, instance)
    return instance
  }

  delete(groupId: string, name: string): void {
    this.#remove(keyOf(groupId, name), this.get(groupId, name)).close()
  }

  close(): void {
    for (const [key, instance] of [...this.#byKey]) this.#remove(key, instance).close()
  }

  #touch(key: string, instance: Instance): void {
    const { clock } = this.#cluster
    instance.usedAtMs = clock.now()
    instance.expiry ??= clock.after(instanceTimeoutMs, () => this.#expire(key, instance))
  }

  #expire(key: string, instance: Instance): void {
    const { clock } = this.#cluster
    const leftMs = instance.usedAtMs + instanceTimeoutMs - clock.now()
    if (leftMs <= 0) this.#remove(key, instance).close()
    else instance.expiry = clock.after(leftMs, () => this.#expire(key, instance))
  }

  /** What is left of it: its consumer, to be ended. */
  #remove(key: string, instance: Instance): Consumer {
    instance.isGone = true
    instance.expiry?.cancel()
    this.#byKey.delete(key)
    return instance.consumer
  }
}

function keyOf(groupId: string, name: string): string {
  return JSON.stringify([groupId, name])
}

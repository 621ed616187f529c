/**
 * Slows producers down: each client has a bucket of `burst` tokens, into which `per_second` fall. Every record takes
 * one; where none is left, the record is stored all the same and its producer asked to wait until the debt is paid.
 */
import { nowMs, setting } from './host'

class Bucket {
  constructor(
    public tokens: f64,
    public filledMs: f64,
  ) {}
}

/** Clients beyond these share one bucket, so that memory has a limit. */
const clientsMax = 10_000
const waitMsMax: f64 = 30_000

const buckets = new Map<string, Bucket>()
let perMs: f64 = 0
let burst: f64 = 0

/** Why it cannot start, or null. */
export function start(): string | null {
  const perSecond = numberOf('per_second')
  burst = numberOf('burst')
  if (!(perSecond > 0)) return 'config.per_second is to be a number above 0'
  if (!(burst >= 1)) return 'config.burst is to be a number from 1'
  perMs = perSecond / 1000
  return null
}

function numberOf(key: string): f64 {
  const text = setting(key)
  return text === null ? NaN : parseFloat(text)
}

/** For how long the client shall wait that sent a record now. */
export function waitMs(client: string): u32 {
  const bucket = bucketOf(client)
  const now = nowMs()
  bucket.tokens = min(burst, bucket.tokens + (now - bucket.filledMs) * perMs)
  bucket.filledMs = now
  bucket.tokens -= 1
  if (bucket.tokens >= 0) return 0
  const wait = -bucket.tokens / perMs
  // Whoever does not wait does not get ever deeper into debt: what it owes is forgiven beyond the longest wait.
  if (wait > waitMsMax) bucket.tokens = -waitMsMax * perMs
  return <u32>Math.ceil(min(wait, waitMsMax))
}

function bucketOf(client: string): Bucket {
  if (buckets.has(client)) return buckets.get(client)
  const isFull = buckets.size >= clientsMax
  if (isFull && buckets.has('')) return buckets.get('')
  const bucket = new Bucket(burst, nowMs())
  buckets.set(isFull ? '' : client, bucket)
  return bucket
}

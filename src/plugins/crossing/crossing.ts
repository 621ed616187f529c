/**
 * The memory in which the broker's thread and a plugin's meet. Each side owns it in turn: the broker until it raises
 * `request`, the plugin until it sets `answer` to the same number.
 *
 * What the plugin's thread leaves here (the record in progress, verdicts, log lines, why it failed) outlives the
 * thread.
 */
import { assert } from '../../base/assert.ts'
import { type Level, levels } from '../../base/logger.ts'
import type { BatchShape } from './batch-shape.ts'
import { Spin } from './spin.ts'

/** What is asked of the plugin's thread. `load` comes by message, with what is to be loaded. */
export const task = { load: 0, init: 1, judge: 2, describe: 3, call: 4 } as const
export type Task = (typeof task)[keyof typeof task]

/**
 * A record's verdict, a byte each. Those that another plugin refused are passed over. What is `throttled` is accepted;
 * on the way to a consumer, `dropped` is hidden.
 */
export const verdict = {
  pending: 0,
  accepted: 1,
  refused: 2,
  failed: 3,
  notUtf8: 4,
  passedOver: 5,
  dropped: 6,
  replaced: 7,
  throttled: 8,
} as const

/**
 * How a call failed. `died` is the end of the thread itself: out of JavaScript memory, or the broker's doing. `refused`
 * is no trouble but the plugin's word: its `init` does not take the config.
 */
export const failureKinds = ['trap', 'memory', 'exit', 'bad-result', 'error', 'timeout', 'died', 'refused'] as const
export type FailureKind = (typeof failureKinds)[number]

export interface LogLine {
  readonly level: Level
  /** The record during whose call it was written; -1 outside of calls for records. */
  readonly index: number
  readonly text: string
}

/** Batches that cross together are told apart by their number. */
export interface CrossedLine extends LogLine {
  readonly batch: number
}

/** How many batches may cross at once. */
export const batchesMax = 16

/** Words of 32 bits. */
const word = {
  request: 0,
  task: 1,
  answer: 2,
  index: 3,
  /** Of the batches that cross: how many have been judged, which is the number of the one in hand. */
  judged: 4,
  memoryBytes: 5,
  port: 6,
  failure: 7,
  failureBytes: 8,
  logBytes: 9,
  logDropped: 10,
  hasNewBuffer: 11,
  isDirect: 12,
  hasReply: 13,
  batchCount: 14,
} as const
/** Words of each batch, behind those. */
const batchWord = {
  at: 0,
  topicBytes: 1,
  partition: 2,
  recordCount: 3,
  sectionBytes: 4,
  skew: 5,
  notAccepted: 6,
} as const
const [firstBatchWord, batchWords] = [16, 8]

const wordsBytes = 4 * (firstBatchWord + batchesMax * batchWords)
const failureBytesMax = 1024
/** Log lines of one crossing; further ones are dropped and counted. Pages never written to cost nothing. */
const logAreaBytes = 256 * 1024
/** Kept for lines at warn and above, which may be the reason of a refusal. */
const logReserveBytes = 64 * 1024
const lineHeaderBytes = 8
/** With so many, no further batch is begun in the same crossing: it might need the room. */
const fewLogBytes = 32 * 1024
/** A longer log line is cut. */
export const lineBytesMax = 1024
const warnRank = levels.indexOf('warn')
const noIndex = -1
const noPort = -1

/** The broker waits awake for what being woken would have cost it: others wait for it, too. */
const answerSpinMsMax = 0.05
/** The plugin for longer than the broker takes to wake: or each would fall asleep while the other wakes. */
const taskSpinMsMax = 0.1

const utf8 = new TextEncoder()

export class Crossing {
  readonly memory: SharedArrayBuffer
  #hasGivenUp = false
  readonly #answerSpin = new Spin(answerSpinMsMax)
  readonly #taskSpin = new Spin(taskSpinMsMax)
  readonly #words: Int32Array
  readonly #bytes: Buffer

  constructor(memory = new SharedArrayBuffer(wordsBytes + failureBytesMax + logAreaBytes)) {
    this.memory = memory
    this.#words = new Int32Array(memory, 0, wordsBytes / 4)
    this.#bytes = Buffer.from(memory)
  }

  // The broker's side.

  /** Wakes the plugin's thread. Returns the number its answer will have. */
  ask(asked: Task): number {
    this.#words[word.task] = asked
    this.#words[word.index] = noIndex
    const request = Atomics.add(this.#words, word.request, 1) + 1
    Atomics.notify(this.#words, word.request)
    return request
  }

  /** Or one that was asked after it. */
  hasAnswered(request: number): boolean {
    return Atomics.load(this.#words, word.answer) - request >= 0
  }

  /** Resolves once there is an answer, or `stopWaiting` was called. */
  async answer(request: number): Promise<void> {
    if (this.#answerSpin.until(() => this.hasAnswered(request))) return
    // An answer is seen before its notification has come, which then wakes whoever waits for the next one.
    while (!this.hasAnswered(request) && !this.#hasGivenUp) {
      const waiting = Atomics.waitAsync(this.#words, word.answer, request - 1)
      if (waiting.async) await waiting.value
    }
  }

  stopWaiting(): void {
    this.#hasGivenUp = true
    Atomics.notify(this.#words, word.answer)
  }

  /** Those before `first` are judged already. */
  setBatches(count: number, first: number, isNewBuffer: boolean): void {
    this.#words[word.hasNewBuffer] = isNewBuffer ? 1 : 0
    this.#words[word.batchCount] = count
    this.#words[word.judged] = first
  }

  setShape(batch: number, shape: BatchShape): void {
    const words = this.#words
    const start = firstBatchWord + batch * batchWords
    words[start + batchWord.at] = shape.at
    words[start + batchWord.topicBytes] = shape.topicBytes
    words[start + batchWord.partition] = shape.partition
    words[start + batchWord.recordCount] = shape.recordCount
    words[start + batchWord.sectionBytes] = shape.sectionBytes
    words[start + batchWord.skew] = shape.skew
  }

  /** The record whose call is or was in progress; -1 for none. */
  get index(): number {
    return Atomics.load(this.#words, word.index)
  }
  /** How many of the batches have been judged. */
  get judged(): number {
    return Atomics.load(this.#words, word.judged)
  }
  /** Of a batch: records with another verdict than `accepted`, those passed over not counted. */
  notAccepted(batch: number): number {
    return this.#words[firstBatchWord + batch * batchWords + batchWord.notAccepted]!
  }
  get memoryBytes(): number {
    return this.#words[word.memoryBytes]! >>> 0
  }
  get port(): number | null {
    const port = this.#words[word.port]!
    return port === noPort ? null : port
  }

  get isDirect(): boolean {
    return this.#words[word.isDirect] === 1
  }

  /** Whether there are messages from the plugin's thread that say more than verdicts can; asked once. */
  takeHasReply(): boolean {
    return this.#words[word.hasReply] !== 0 && Atomics.exchange(this.#words, word.hasReply, 0) === 1
  }

  /** How that request failed, once it has an answer: the last, if it did. */
  failureOf(request: number): { readonly kind: FailureKind; readonly message: string } | null {
    if (Atomics.load(this.#words, word.answer) !== request) return null
    const kind = failureKinds[this.#words[word.failure]! - 1]
    if (kind === undefined) return null
    const end = wordsBytes + this.#words[word.failureBytes]!
    return { kind, message: this.#bytes.toString('utf8', wordsBytes, end) }
  }

  /** The lines written since the last call, and how many more there would have been. */
  takeLog(): { readonly lines: readonly CrossedLine[]; readonly dropped: number } {
    const end = Atomics.exchange(this.#words, word.logBytes, 0)
    const dropped = Atomics.exchange(this.#words, word.logDropped, 0)
    const lines: CrossedLine[] = []
    const area = this.#bytes.subarray(wordsBytes + failureBytesMax)
    for (let at = 0; at < end; ) {
      const length = area.readUInt16LE(at + 2)
      const start = at + lineHeaderBytes
      const text = area.toString('utf8', start, start + length)
      const [rank, batch, index] = [area.readUInt8(at), area.readUInt8(at + 1), area.readInt32LE(at + 4)]
      lines.push({ level: levels[rank]!, index, batch, text })
      at = start + length
    }
    return { lines, dropped }
  }

  // The plugin's side.

  /** Sleeps until the next task, if it does not come at once. */
  nextTask(): Task {
    const answered = this.#words[word.answer]!
    const isAsked = () => Atomics.load(this.#words, word.request) !== answered
    if (!this.#taskSpin.until(isAsked)) while (!isAsked()) Atomics.wait(this.#words, word.request, answered)
    return this.#words[word.task] as Task
  }

  /** Hands the memory back and wakes the broker's thread. Throws where nothing was asked: both would spin for ever. */
  giveAnswer(): void {
    const answer = this.#words[word.answer]! + 1
    assert(answer <= Atomics.load(this.#words, word.request), `answer ${answer} was not asked for`)
    Atomics.store(this.#words, word.answer, answer)
    Atomics.notify(this.#words, word.answer)
  }

  giveFailure(kind: FailureKind, message: string): void {
    const { written } = utf8.encodeInto(message, this.#bytes.subarray(wordsBytes, wordsBytes + failureBytesMax))
    this.#words[word.failureBytes] = written
    this.#words[word.failure] = failureKinds.indexOf(kind) + 1
    this.giveAnswer()
  }

  /** Whether a batch is what the broker asks about. */
  get isJudging(): boolean {
    return this.#words[word.task] === task.judge
  }

  get hasNewBuffer(): boolean {
    return this.#words[word.hasNewBuffer] === 1
  }
  /** Of those that cross together, the number of the one in hand. */
  get batch(): number {
    return this.#words[word.judged]!
  }
  /** Of the batch in hand. */
  get shape(): BatchShape {
    const words = this.#words
    const start = firstBatchWord + this.batch * batchWords
    return {
      at: words[start + batchWord.at]!,
      topicBytes: words[start + batchWord.topicBytes]!,
      partition: words[start + batchWord.partition]!,
      recordCount: words[start + batchWord.recordCount]!,
      sectionBytes: words[start + batchWord.sectionBytes]!,
      skew: words[start + batchWord.skew]!,
    }
  }
  /** The next one is in hand. Returns whether it may begin in this crossing, if there is one. */
  setJudged(): boolean {
    this.#words[word.index] = noIndex
    const judged = Atomics.add(this.#words, word.judged, 1) + 1
    return judged < this.#words[word.batchCount]! && this.#words[word.logBytes]! < fewLogBytes
  }

  /**
   * Said before each call, so that it is known whose call never returned. Read when the thread has answered or ended,
   * so a plain store will do.
   */
  begin(index: number): void {
    this.#words[word.index] = index
  }
  setNotAccepted(count: number): void {
    this.#words[firstBatchWord + this.batch * batchWords + batchWord.notAccepted] = count
  }
  /** To be said after the message was posted. */
  setHasReply(): void {
    Atomics.store(this.#words, word.hasReply, 1)
  }
  setMemoryBytes(bytes: number): void {
    this.#words[word.memoryBytes] = bytes
  }
  setInitiated(port: number | undefined, isDirect: boolean): void {
    this.#words[word.port] = port ?? noPort
    this.#words[word.isDirect] = isDirect ? 1 : 0
  }

  /** The length is stored last: what the broker finds after a hang are whole lines. */
  addLine(rank: number, text: Uint8Array): void {
    const at = this.#words[word.logBytes]!
    const room = logAreaBytes - (rank < warnRank ? logReserveBytes : 0) - at
    const length = cutLength(text)
    if (lineHeaderBytes + length > room) {
      Atomics.add(this.#words, word.logDropped, 1)
      return
    }
    const start = wordsBytes + failureBytesMax + at
    this.#bytes.writeUInt8(rank, start)
    this.#bytes.writeUInt8(this.batch, start + 1)
    this.#bytes.writeUInt16LE(length, start + 2)
    this.#bytes.writeInt32LE(this.#words[word.index]!, start + 4)
    this.#bytes.set(text.subarray(0, length), start + lineHeaderBytes)
    Atomics.store(this.#words, word.logBytes, at + lineHeaderBytes + length)
  }
}

/** At most `lineBytesMax`, without splitting a character. */
function cutLength(text: Uint8Array): number {
  if (text.length <= lineBytesMax) return text.length
  let length = lineBytesMax
  while (length > 0 && (text[length]! & 0xc0) === 0x80) length--
  return length
}

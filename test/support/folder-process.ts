/** A process whose thread fills a store, as the broker's would, to be killed. */
import { Worker } from 'node:worker_threads'
import { sharedStateBytes } from '../../src/plugins/capabilities/shared-folder.ts'

const shared = new SharedArrayBuffer(sharedStateBytes)
const workerData = { path: process.argv[2], shared, task: { name: 'fill' } }
const worker = new Worker(new URL('./folder-worker.js', import.meta.url), { workerData })
worker.once('message', () => process.send!('fills'))

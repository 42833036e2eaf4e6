/** Where a thread of a clone begins (spawn.ts): Node learns to read TypeScript, then the thread's own module runs. */
import { workerData } from 'node:worker_threads'
import { register } from 'tsx/esm/api'

register()
await import(workerData.module)

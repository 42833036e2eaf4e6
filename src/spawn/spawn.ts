/**
 * Runs modules of this program in their own thread or process. In a clone they are TypeScript, and Node has to be told
 * how to read it; in the package they are JavaScript.
 */
import { type ChildProcess, fork, type ForkOptions } from 'node:child_process'
import { createRequire } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { Worker } from 'node:worker_threads'

const isTypeScript = import.meta.url.endsWith('.ts')

const urlOf = (beside: string, name: string) => new URL(`${name}${isTypeScript ? '.ts' : '.js'}`, beside)

/** `beside`: `import.meta.url` of a module in the same folder; `name`: without its ending. `data` is its `workerData`, too. */
export function startThread(beside: string, name: string, data: object = {}): Worker {
  const module = urlOf(beside, name)
  // A thread does not inherit its parent's way to read TypeScript. It does inherit flags that are for the parent alone.
  const first = isTypeScript ? new URL('typescript-thread.mjs', import.meta.url) : module
  return new Worker(first, { workerData: { ...data, module: module.href }, execArgv: [] })
}

/** The same as a process, which can be ended whatever it does. `flags` are options of Node. */
export function startProcess(beside: string, name: string, flags: readonly string[], options: ForkOptions): ChildProcess {
  const loader = isTypeScript ? ['--import', pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href] : []
  return fork(fileURLToPath(urlOf(beside, name)), [], { ...options, execArgv: [...loader, ...flags] })
}

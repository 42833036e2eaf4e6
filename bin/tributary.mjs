#!/usr/bin/env node
/**
 * The command line. In a clone it makes the generated files, brings the JavaScript of the program up to date (compile.mjs),
 * and runs cli/process. The package needs neither step, since build.mjs did both. A command that computes runs in a
 * process whose C library was told how to keep memory (cli/allocator.mjs). Works from any folder, through npx,
 * `npm start` or a link.
 */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { constants } from 'node:os'
import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { allocatorVariables, withoutAllocatorVariables } from '../cli/allocator.mjs'

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`error: Tributary needs Node 20.19 or newer; this is ${process.versions.node}.\n`)
  process.exit(2)
}

/** Commands without an engine. `start` computes in a worker, which it starts by itself. */
const COMPUTES_NOTHING = new Set([
  'start', 'serve', 'status', 'sql', 'sql-role', 'key', 'run', 'dataset', 'gc', 'backup', 'restore', 'export', 'print-schema', 'probe', 'help',
  'completion', 'complete',
])

// Used until the program handles signals itself. Without it a signal would end the process without a numeric status.
const quit = () => process.exit(130)
process.on('SIGINT', quit)

const isClone = existsSync(new URL('generate.mjs', import.meta.url))
if (isClone) {
  const { generate } = await import('./generate.mjs')
  const { status, signal } = await generate()
  // A terminal sends Ctrl-C to both processes. This one learns of it from how the generator ended.
  if (status !== 0) process.exit(status ?? (signal === null ? 1 : 128 + constants.signals[signal]))
}

// NVIDIA's libraries would round factors to 10 bits (TF32) on newer cards: errors of 1e-3 where float32 has 1e-6.
process.env.NVIDIA_TF32_OVERRIDE ??= '0'
const args = process.argv.slice(2)
const [command] = args
if (isClone && (command === 'start' || command === 'serve')) buildPages()
const asksForHelp = args.includes('--help') || args.includes('-h')
const computes = command !== undefined && !command.startsWith('-') && !asksForHelp && !COMPUTES_NOTHING.has(command)
const variables = computes ? allocatorVariables(process.env) : null
if (variables === null) await runHere()
else runAgain({ ...process.env, ...variables })

/** Only these have pages to show. */
function buildPages() {
  const build = fileURLToPath(new URL('build-web.mjs', import.meta.url))
  const web = spawnSync(process.execPath, [build], { stdio: ['ignore', 'inherit', 'inherit'] })
  if (web.status !== 0) process.exit(web.status ?? (web.signal === null ? 1 : 128 + constants.signals[web.signal]))
}

async function runHere() {
  withoutAllocatorVariables(process.env)
  const { runProcess } = await import(isClone ? await moduleOfClone() : '../cli/process.js')
  process.off('SIGINT', quit)
  await runProcess(args)
}

/** Where nothing may be written, or there is no room, Node reads the TypeScript itself: the same program, half a second later. */
async function moduleOfClone() {
  const { compileClone } = await import('./compile.mjs')
  try {
    return pathToFileURL(path.join(await compileClone(), 'cli', 'process.js')).href
  } catch (error) {
    // Something else than the system's refusal is a fault of the program.
    if (error.syscall === undefined) throw error
    const { register } = await import('tsx/esm/api')
    register()
    return '../cli/process.ts'
  }
}

/** The same command in a process that is started with `environment`. */
function runAgain(environment) {
  const argv = [...process.execArgv, fileURLToPath(import.meta.url), ...args]
  // Newer versions of Node can replace themselves by the other process. A channel to a parent would not survive that.
  if (process.execve !== undefined && process.channel === undefined) {
    process.execve(process.execPath, [process.execPath, ...argv], environment)
  }
  // When the channel closes, the child learns that this process is gone, whatever ended it.
  const child = spawn(process.execPath, argv, { env: environment, stdio: ['inherit', 'inherit', 'inherit', 'ipc'] })
  process.off('SIGINT', quit)
  for (const each of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(each, () => child.kill(each))
  process.on('disconnect', () => child.disconnect())
  if (process.connected === false) child.disconnect()
  child.on('error', (error) => {
    process.stderr.write(`error: The process that computes could not be started (${error.message}).\n`)
    process.exit(1)
  })
  child.on('exit', (code, by) => process.exit(code ?? 128 + constants.signals[by]))
}

#!/usr/bin/env node
/**
 * The command line from a clone: makes what is generated, lets node read TypeScript, and runs ingest/program.ts.
 * Works from any folder, through npx, `npm start` or a link.
 */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`error: Tributary needs Node 20.19 or newer; this is ${process.versions.node}.\n`)
  process.exit(2)
}

// Until the program has its own way of ending: a signal would leave a status that is not a number.
const quit = () => process.exit(130)
process.on('SIGINT', quit)

const generate = fileURLToPath(new URL('generate.mjs', import.meta.url))
const { status } = spawnSync(process.execPath, [generate], { stdio: ['ignore', 'inherit', 'inherit'] })
if (status !== 0) process.exit(status ?? 1)

const { register } = await import('tsx/esm/api')
register()
const { runProcess } = await import('../ingest/program.ts')
process.off('SIGINT', quit)
await runProcess(process.argv.slice(2))

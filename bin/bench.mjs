#!/usr/bin/env node
// Benchmarks, apart from the tests: `npm run bench` for the pass, `npm run bench -- WORDS` for cases whose name has
// one, `npm run bench -- first` for the first answer of large models, `-- features` for feature sets, `-- lookup` for
// reading them, `-- graph` for graphs of prompts, `-- store` for the store, the queue and GraphQL, `-- export` for
// exports, `-- scale` for a store that grows, `-- explorer` for the explorer in a browser. `npm run bench -- all FILE`
// runs three of them one after another (the pass, `first`, `store`) and writes their tables and their JSON to FILE.
import { spawnSync } from 'node:child_process'
import { appendFileSync, writeFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { fileURLToPath } from 'node:url'
import { register } from 'tsx/esm/api'

const benches = {
  store: '../test/bench/store.ts', first: '../test/bench/first.ts', features: '../test/bench/features.ts', lookup: '../test/bench/lookup.ts',
  graph: '../test/bench/graph.ts', explorer: '../test/bench/explorer.ts', export: '../test/bench/export.ts', scale: '../test/bench/scale.ts', busy: '../test/bench/busy.ts',
}

const [which, file] = process.argv.slice(2)
if (which === 'all' && file !== undefined) all(file)
else {
// Matrix products in full float32, as in bin/tributary.mjs.
  process.env.NVIDIA_TF32_OVERRIDE ??= '0'
  register()
  await import(benches[which] ?? '../test/bench/sweep.ts')
}

function all(report) {
  const machine = `${cpus().length} × ${cpus()[0]?.model}, Node ${process.version}, load before ${loadavg().map((load) => load.toFixed(1)).join(' ')}`
  writeFileSync(report, `${new Date().toISOString()} ${machine}\n`)
  for (const args of [[], ['first'], ['store']]) {
    const script = fileURLToPath(import.meta.url)
    const { stdout, stderr, status } = spawnSync(process.execPath, [script, ...args], { encoding: 'utf8', maxBuffer: 2 ** 28 })
    process.stderr.write(stderr)
    appendFileSync(report, `\n== ${args[0] ?? 'pass'} (status ${status})\n${stderr}\n${stdout}\n`)
    if (status !== 0) process.exitCode = 1
  }
}

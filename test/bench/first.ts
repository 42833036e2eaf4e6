/**
 * The first answer of a large model, which is what most people wait for: opening it, the first answer and further ones, in a
 * process of its own started as processes that compute are, beside the time of reading the file once and the paper's method in
 * plain PyTorch from nothing. Then the command line as a whole. Goal: opening + first answer ≤ 2 further answers + 2 readings.
 *
 * `npm run bench -- first`; words pick models, e.g. `npm run bench -- first 1B`. The models are made once (4.7 GB).
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { allocatorVariables } from '../../cli/allocator.mjs'
import { projectDir } from '../../src/config.ts'
import { openAttributor } from '../../src/attribution/open.ts'
import { requestOf, wholeModels } from './cases.ts'
import { findPython, runDense } from './dense.ts'
import { modelFolder } from './random-model.ts'
import { measured, median, type Usage } from './usage.ts'

const FURTHER_ANSWERS = 3

interface First {
  opening: Usage
  first: Usage
  further: Usage
}

const usageOf = ({ seconds, userSeconds, systemSeconds, faults }: Usage): Usage => ({ seconds, userSeconds, systemSeconds, faults })

async function measureFirst(index: number, digestFolder: string): Promise<First> {
  const { shape, N } = wholeModels[index]!
  const dir = await modelFolder(shape)
  const opening = await measured(() => openAttributor(dir, { digestFolder }))
  const attributor = opening.result
  const prepared = attributor.prepare(requestOf({ shape, N, partition: { by: 'token', layer: 0 } }))
  const ask = () => measured(() => attributor.attribute([prepared]))
  const first = await ask()
  const further: Usage[] = []
  for (let run = 0; run < FURTHER_ANSWERS; run++) further.push(await ask())
  await attributor.close()
  const middle = median(further.map(({ seconds }) => seconds))
  return { opening: usageOf(opening), first: usageOf(first), further: usageOf(further.find(({ seconds }) => seconds === middle)!) }
}

/** Reading the file once from beginning to end. */
async function readSeconds(file: string): Promise<number> {
  const handle = await open(file)
  const buffer = new Uint8Array(16 * 2 ** 20)
  const began = performance.now()
  while ((await handle.read(buffer, 0, buffer.length)).bytesRead > 0);
  await handle.close()
  return (performance.now() - began) / 1000
}

/** The command line from its start to its end. */
function commandSeconds(dir: string, { N, V }: { N: number; V: number }, home: string): number {
  const tokens = Array.from({ length: N }, (_, i) => (i * 37 + 5) % V).join(',')
  const began = performance.now()
  execFileSync(process.execPath, [path.join(projectDir, 'bin/tributary.mjs'), 'attribute', '--model', dir, '--tokens', tokens, '--json'], {
    stdio: ['ignore', 'ignore', 'inherit'], maxBuffer: 2 ** 28, env: { ...process.env, TRIBUTARY_HOME: home },
  })
  return (performance.now() - began) / 1000
}

async function measureModel(index: number, python: string | null) {
  const { shape, N } = wholeModels[index]!
  const dir = await modelFolder(shape)
  const reading = await readSeconds(path.join(dir, 'model.safetensors'))
  const home = mkdtempSync(path.join(tmpdir(), 'tributary-first-'))
  try {
    const inProcess = (): First => JSON.parse(execFileSync(
      process.execPath, ['--import', 'tsx', import.meta.filename, `--first=${index}`, path.join(home, 'digests')],
      { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, ...allocatorVariables(process.env) } },
    )) as First
    const unknown = inProcess()
    const known = inProcess()
    const command = { unknown: commandSeconds(dir, { N, V: shape.V }, path.join(home, 'cli')), known: commandSeconds(dir, { N, V: shape.V }, path.join(home, 'cli')) }
    const dense = python === null ? null : runDense(python, { folder: dir, N, by: 'token', repetitions: 0 })
    const goal = 2 * known.further.seconds + 2 * reading
    return { model: shape.name, N, readSeconds: reading, unknown, known, command, goalSeconds: goal,
      denseFromNothing: dense && dense.loadSeconds + dense.firstSeconds }
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
}

async function main(): Promise<void> {
  const args = process.argv.slice(2).filter((word) => word !== 'first')
  const [, only] = /^--first=(\d+)$/.exec(args[0] ?? '') ?? []
  if (only !== undefined) {
    console.log(JSON.stringify(await measureFirst(Number(only), args[1]!)))
    return
  }
  const found = findPython()
  const results = []
  for (const [index, { shape }] of wholeModels.entries()) {
    if (args.length > 0 && !args.some((word) => shape.name.includes(word))) continue
    const result = await measureModel(index, 'python' in found ? found.python : null)
    results.push(result)
    const { unknown, known, command } = result
    const sum = ({ opening, first }: First) => opening.seconds + first.seconds
    console.error(
      `${result.model}, N ${result.N}: opening ${unknown.opening.seconds.toFixed(2)} s (known ${known.opening.seconds.toFixed(2)}), ` +
      `first answer ${unknown.first.seconds.toFixed(2)} s, further ${known.further.seconds.toFixed(2)} s, reading ${result.readSeconds.toFixed(2)} s: ` +
      `${sum(unknown).toFixed(2)} s (known ${sum(known).toFixed(2)}) against a goal of ${result.goalSeconds.toFixed(2)}; ` +
      `command ${command.unknown.toFixed(2)} s (known ${command.known.toFixed(2)}); ` +
      `PyTorch from nothing ${result.denseFromNothing?.toFixed(2) ?? ('reason' in found ? found.reason : '?')} s`)
  }
  console.log(JSON.stringify(results, null, 2))
}

await main()

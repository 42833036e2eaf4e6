/**
 * Speed of the decomposed pass: seconds, needed arithmetic, the matrix rate of the same machine at the same moment, and
 * their ratio. Prints a table, then JSON. Arguments pick cases by name, e.g. `npm run bench -- heads`.
 */
import { execFileSync } from 'node:child_process'
import { access, mkdir, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { openAttributor } from '../../src/attribution/open.ts'
import type { AttributionRequest } from '../../src/attribution/request.ts'
import { openEngine } from '../../src/tensor/open.ts'
import { cases, type Case } from './cases.ts'
import { type Shape, writeRandomModel } from './randomModel.ts'
import { blasRate, LayerRate } from './rate.ts'

/** Repetitions stop when they have taken this long. */
const SECONDS_PER_CASE = 8
const MEMORY_LIMIT_BYTES = 6 * 2 ** 30

async function modelFolder(shape: Shape): Promise<string> {
  const dir = path.join(tmpdir(), 'tributary-bench', shape.name)
  await mkdir(dir, { recursive: true })
  await access(path.join(dir, 'model.safetensors')).catch(() => writeRandomModel(dir, shape))
  return dir
}

const requestOf = ({ shape, N, partition }: Case): AttributionRequest => ({
  tokenIds: Array.from({ length: N }, (_, i) => (i * 37 + 5) % shape.V), position: N - 1,
  target: { type: 'logit', tokenId: 'next' }, partition,
  mode: 'corrected', rule: 'softmax', temperature: 0.1, excludeFirst: false,
})

async function measureSpeed(one: Case) {
  const { name, shape, N, authorsSeconds } = one
  const attributor = await openAttributor(await modelFolder(shape), { memoryLimitBytes: MEMORY_LIMIT_BYTES })
  const engine = await openEngine('onnx', { device: 'cpu', threads: 0 })
  // As many rows as a block of the pass multiplies.
  const rows = Math.min(512, (N * (N + 1)) / 2)
  const probe = await LayerRate.open(engine, { D: shape.D, I: shape.I, rows })
  const request = requestOf(one)
  const { flops, bytes } = attributor.estimate(request)
  await attributor.attribute([request])
  await probe.measure()
  const runs: { seconds: number; rate: number; sustained: number; rates: number[] }[] = []
  const began = performance.now()
  do {
    const { best: rate, sustained, each: rates } = await probe.measure()
    const start = performance.now()
    const [result] = await attributor.attribute([request])
    runs.push({ seconds: (performance.now() - start) / 1000, rate, sustained, rates })
    if (result!.completenessError > 1e-5) throw new Error(`the sum of ${name} does not close`)
  } while ((performance.now() - began) / 1000 < SECONDS_PER_CASE)
  const best = runs.reduce((a, b) => (b.seconds < a.seconds ? b : a))
  const blas = blasRate({ rows, inner: shape.D, columns: shape.I })
  await probe.close()
  await attributor.close()
  return {
    case: name, shape: shape.name, N, runs: runs.length, seconds: best.seconds, neededGflop: flops / 1e9,
    engineGflops: best.rate, engineGflopsByProduct: best.rates, blasGflops: blas, efficiency: flops / 1e9 / (best.rate * best.seconds),
    medianEfficiency: median(runs.map(({ seconds, rate }) => flops / 1e9 / (rate * seconds))),
    // Against products one after another for as long as a pass lasts, hiccups of the machine included.
    sustainedEfficiency: median(runs.map(({ seconds, sustained }) => flops / 1e9 / (sustained * seconds))),
    authorsSeconds, timesFaster: authorsSeconds === null ? null : authorsSeconds / best.seconds,
    estimatedMegabytes: bytes / 1e6,
  }
}

/** Runs of a pass that are watched: what one leaves to be collected is there when the next begins. */
const WATCHED = 4

/** What the pass holds at most besides the weights, in megabytes; null where the system cannot tell (it is Linux that can). */
async function measureMemory(one: Case): Promise<number | null> {
  const attributor = await openAttributor(await modelFolder(one.shape), { memoryLimitBytes: MEMORY_LIMIT_BYTES })
  const request = requestOf(one)
  // A short run compiles the layers, so that what follows uses memory for the pass alone.
  await attributor.attribute([{ ...request, position: 1 }])
  const before = process.memoryUsage.rss()
  const peak = await peakWhile(async () => {
    for (let run = 0; run < (one.N > 256 ? 1 : WATCHED); run++) await attributor.attribute([request])
  })
  await attributor.close()
  return peak === null ? null : (peak - before) / 1e6
}

/** Largest resident memory while `action` runs, in bytes. */
async function peakWhile(action: () => Promise<void>): Promise<number | null> {
  try {
    // Forgets the peak so far.
    await writeFile('/proc/self/clear_refs', '5')
  } catch {
    return null
  }
  await action()
  const found = /VmHWM:\s+(\d+) kB/.exec(await readFile('/proc/self/status', 'utf8'))
  return found ? 1024 * Number(found[1]) : null
}

const median = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)]!

type Measured = Awaited<ReturnType<typeof measureSpeed>> & { usedMegabytes: number | null }

/** For people, on standard error. */
function line({ case: name, shape, N, ...m }: Measured): string {
  const faster = m.timesFaster === null ? '' : `  ${m.timesFaster.toFixed(1)} times the authors' code`
  return (
    `${`${name}, ${shape}, N ${N}`.padEnd(44)} ${m.seconds.toFixed(3)} s  ${m.neededGflop.toFixed(1)} GFLOP needed  ` +
    `engine ${m.engineGflops.toFixed(0)} GFLOP/s  efficiency ${m.efficiency.toFixed(2)} ` +
    `(median ${m.medianEfficiency.toFixed(2)}, of the sustained rate ${m.sustainedEfficiency.toFixed(2)})  ${m.usedMegabytes?.toFixed(0) ?? '?'} MB used, ` +
    `${m.estimatedMegabytes.toFixed(0)} foreseen${faster}`
  )
}

/** Large blocks go back to the system when they are freed: what is resident is then what is held. It costs speed. */
const RETURNS_MEMORY = { MALLOC_MMAP_THRESHOLD_: '131072', MALLOC_TRIM_THRESHOLD_: '131072' }

/** Processes of their own, for speed and for memory. */
function inProcesses(index: number): Measured {
  const run = (what: string, env: NodeJS.ProcessEnv): unknown =>
    JSON.parse(execFileSync(process.execPath, ['--import', 'tsx', import.meta.filename, `--${what}=${index}`], {
      encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, ...env },
    }))
  const speed = run('speed', {}) as Omit<Measured, 'usedMegabytes'>
  return { ...speed, usedMegabytes: run('memory', RETURNS_MEMORY) as number | null }
}

const args = process.argv.slice(2)
const [, what, only] = /^--(speed|memory)=(\d+)$/.exec(args[0] ?? '') ?? []
const one = cases[Number(only)]
if (one) {
  console.log(JSON.stringify(what === 'speed' ? await measureSpeed(one) : await measureMemory(one)))
} else {
  const results: Measured[] = []
  for (const [index, { name, shape, N }] of cases.entries()) {
    const label = `${name}, ${shape.name}, N ${N}`
    if (args.length > 0 && !args.some((word) => label.includes(word))) continue
    const result = inProcesses(index)
    console.error(line(result))
    results.push(result)
  }
  console.log(JSON.stringify(results, null, 2))
}

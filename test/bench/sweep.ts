/**
 * Speed of the decomposed pass: seconds, needed arithmetic, the matrix rate of the same machine at the same moment and their
 * ratio, with the allocator as processes that compute start it and as the system has it, beside the paper's method in plain
 * PyTorch (dense.py) in the same minutes. Prints a table, then JSON. Arguments pick cases by name, e.g.
 * `npm run bench -- heads`.
 */
import { execFileSync } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { allocatorVariables } from '../../cli/allocator.mjs'
import { attributeRequests } from '../../src/attribution/attributor.ts'
import { residentBytes } from '../../src/attribution/cost.ts'
import { openAttributor } from '../../src/attribution/open.ts'
import { openEngine } from '../../src/tensor/open.ts'
import { cases, requestOf, type Case } from './cases.ts'
import { findPython, runDense, type Dense } from './dense.ts'
import { watchMachine } from './machine.ts'
import { modelFolder, type Shape } from './random-model.ts'
import { blasRate, LayerRate } from './rate.ts'
import { measured, median, type Usage } from './usage.ts'

/** Tokens from which on a pass takes so long that it is run once. */
const LONG = 256

/** Tokens up to which several passes follow a probe. It leaves the caches full of its own matrices, which a pass among many does not meet. */
const SHORT = 64
const PASSES_PER_PROBE = 4

/** Repetitions stop when they have taken this long. */
const SECONDS_PER_CASE = 8
const MEMORY_LIMIT_BYTES = 6 * 2 ** 30

/** Of the largest score: two ways of adding up some thousand numbers in float32. */
const SAME_SCORES = 1e-3

/** As a worker is after some work: with folded weights. */
const openWarm = async (shape: Shape) =>
  openAttributor(await modelFolder(shape), { memoryLimitBytes: MEMORY_LIMIT_BYTES, foldingPaysAfter: 0 })

interface Run extends Usage {
  rate: number
  sustained: number
  rates: number[]
}

async function measureSpeed(one: Case) {
  const { name, shape, N } = one
  const attributor = await openWarm(shape)
  const engine = await openEngine('onnx', { device: 'cpu', threads: 0 })
  // As many rows as a block of the pass multiplies.
  const rows = Math.min(512, (N * (N + 1)) / 2)
  const probe = await LayerRate.open(engine, { D: shape.D, I: shape.I, rows })
  const prepared = attributor.prepare(requestOf(one))
  const { flops, bytes } = prepared.plan!.cost
  // What a pass of minutes finds cold costs a hundredth of it: there a shorter one compiles the layers.
  await attributeRequests(attributor, [requestOf(N > LONG ? { ...one, N: 128 } : one)])
  await probe.measure()
  const runs: Run[] = []
  let scores: number[] = []
  const began = performance.now()
  do {
    const { best: rate, sustained, each: rates } = await probe.measure()
    for (let pass = 0; pass < (N > SHORT ? 1 : PASSES_PER_PROBE); pass++) {
      const { result: [result], ...usage } = await measured(() => attributor.attribute([prepared]))
      runs.push({ ...usage, rate, sustained, rates })
      if (result!.completenessError > 1e-5) throw new Error(`the sum of ${name} does not close`)
      scores = result!.contributions.map(({ score }) => score)
    }
  } while ((performance.now() - began) / 1000 < SECONDS_PER_CASE)
  const best = runs.reduce((a, b) => (b.seconds < a.seconds ? b : a))
  const middle = (of: (run: Run) => number) => median(runs.map(of))
  const blas = blasRate({ rows, inner: shape.D, columns: shape.I })
  await probe.close()
  await attributor.close()
  const gflop = flops / 1e9
  return {
    case: name, shape: shape.name, N, runs: runs.length, seconds: best.seconds, medianSeconds: middle((run) => run.seconds),
    userSeconds: middle((run) => run.userSeconds), systemSeconds: middle((run) => run.systemSeconds),
    faults: middle((run) => run.faults), neededGflop: gflop,
    engineGflops: best.rate, engineGflopsByProduct: best.rates, blasGflops: blas, efficiency: gflop / (best.rate * best.seconds),
    medianEfficiency: middle(({ seconds, rate }) => gflop / (rate * seconds)),
    // Against products one after another for as long as a pass lasts, hiccups of the machine included.
    sustainedEfficiency: middle(({ seconds, sustained }) => gflop / (sustained * seconds)),
    estimatedMegabytes: bytes / 1e6, estimatedResidentMegabytes: residentBytes(bytes) / 1e6, scores,
  }
}

/** Runs of a pass that are watched: what one leaves to be collected is there when the next begins. */
const WATCHED = 4

/** What the pass holds at most besides the weights, in megabytes; null where the system cannot tell (it is Linux that can). */
async function measureMemory(one: Case): Promise<number | null> {
  const attributor = await openWarm(one.shape)
  const request = requestOf(one)
  // A short run compiles the layers, so that what follows uses memory for the pass alone; of a mixture it would miss experts.
  await attributeRequests(attributor, [one.shape.experts ? request : { ...request, position: 1 }])
  const before = process.memoryUsage.rss()
  const peak = await peakWhile(async () => {
    for (let run = 0; run < (one.N > LONG ? 1 : WATCHED); run++) await attributeRequests(attributor, [request])
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

type Speed = Awaited<ReturnType<typeof measureSpeed>>
type Measured = Omit<Speed, 'scores'> & {
  /** With the allocator as the system has it. */
  bySystem: { seconds: number; systemSeconds: number; faults: number }
  dense: Omit<Dense, 'scores'> | null
  /** Medians of the same run. */
  timesDense: number | null
  /** One plain pass in PyTorch for each component, as an ablation needs, against this table of all of them. */
  timesAblation: number | null
  /** The same two of the arithmetic alone: what two programs reach whose products are equally fast, and that do nothing else. */
  timesDenseAllowed: number | null
  timesAblationAllowed: number | null
  usedMegabytes: number | null
  /** As processes that compute are started. */
  residentMegabytes: number | null
}

/** For people, on standard error. */
function line({ case: name, shape, N, ...m }: Measured, components: number): string {
  const allowed = (times: number | null) => `(by arithmetic ${times?.toFixed(1)})`
  const against = m.timesDense === null ? '' : `  dense ${m.dense!.answer!.seconds.toFixed(2)} s, ${m.timesDense.toFixed(1)} times ${allowed(m.timesDenseAllowed)}`
  const ablation = m.timesAblation === null ? '' : `  ${components} ablations ${m.timesAblation.toFixed(0)} times ${allowed(m.timesAblationAllowed)}`
  return (
    `${`${name}, ${shape}, N ${N}`.padEnd(44)} ${m.medianSeconds.toFixed(3)} s (best ${m.seconds.toFixed(3)}, ` +
    `user ${m.userSeconds.toFixed(2)}, system ${m.systemSeconds.toFixed(2)}, ${m.faults} faults)  ` +
    `${m.neededGflop.toFixed(1)} GFLOP needed  engine ${m.engineGflops.toFixed(0)} GFLOP/s  efficiency ${m.efficiency.toFixed(2)} ` +
    `(median ${m.medianEfficiency.toFixed(2)}, of the sustained rate ${m.sustainedEfficiency.toFixed(2)})  ` +
    `system's allocator ${m.bySystem.seconds.toFixed(3)} s, ${m.bySystem.faults} faults${against}${ablation}  ` +
    `${m.usedMegabytes?.toFixed(0) ?? '?'} MB used, ${m.residentMegabytes?.toFixed(0) ?? '?'} resident, ${m.estimatedMegabytes.toFixed(0)} and ${m.estimatedResidentMegabytes.toFixed(0)} foreseen`
  )
}

/** Large blocks go back to the system when they are freed: what is resident is then what is held. It costs speed. */
const RETURNS_MEMORY = { MALLOC_MMAP_THRESHOLD_: '131072', MALLOC_TRIM_THRESHOLD_: '131072' }

const run = (what: 'speed' | 'memory', index: number, variables: Record<string, string>): unknown =>
  JSON.parse(execFileSync(process.execPath, ['--import', 'tsx', import.meta.filename, `--${what}=${index}`], {
    encoding: 'utf8', maxBuffer: 2 ** 28, stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, ...variables },
  }))

/** Processes of their own, one after another. */
async function inProcesses(one: Case, index: number, python: string | null): Promise<{ measured: Measured; components: number }> {
  const tuned = allocatorVariables(process.env) ?? {}
  const { scores, ...speed } = run('speed', index, tuned) as Speed
  const folder = await modelFolder(one.shape)
  const compared = python === null || one.dense === null
    ? null
    : runDense(python, { folder, N: one.N, by: one.dense, repetitions: one.N > 64 ? 1 : 3 })
  if (compared !== null) requireSame(one, scores, compared.scores)
  const system = run('speed', index, {}) as Speed
  const times = (seconds: number | null | undefined) => (seconds == null ? null : seconds / speed.medianSeconds)
  const allowed = (gflop: number | null | undefined) => (gflop == null ? null : gflop / speed.neededGflop)
  const ofAll = (one: number | undefined) => (one === undefined ? null : scores.length * one)
  const { scores: _, ...dense } = compared ?? { scores: [] }
  return {
    components: scores.length,
    measured: {
      ...speed,
      bySystem: { seconds: system.medianSeconds, systemSeconds: system.systemSeconds, faults: system.faults },
      dense: compared === null ? null : (dense as Omit<Dense, 'scores'>),
      timesDense: times(compared?.answer?.seconds),
      timesAblation: one.dense === 'neuron' ? times(ofAll(compared?.forward?.seconds)) : null,
      timesDenseAllowed: allowed(compared?.answer?.gflop),
      timesAblationAllowed: one.dense === 'neuron' ? allowed(ofAll(compared?.forward?.gflop)) : null,
      usedMegabytes: run('memory', index, RETURNS_MEMORY) as number | null,
      residentMegabytes: run('memory', index, tuned) as number | null,
    },
  }
}

function requireSame({ name }: Case, ours: readonly number[], theirs: readonly number[]): void {
  const scale = Math.max(...theirs.map(Math.abs))
  const worst = Math.max(...theirs.map((score, m) => Math.abs(score - (ours[m] ?? NaN)) / scale))
  if (!(ours.length === theirs.length && worst < SAME_SCORES)) {
    throw new Error(`${name}: dense.py computes something else (${theirs.length} scores, ${ours.length} here, off by ${worst})`)
  }
}

async function main(): Promise<void> {
  const args = process.argv.slice(2)
  const [, what, only] = /^--(speed|memory)=(\d+)$/.exec(args[0] ?? '') ?? []
  const one = cases[Number(only)]
  if (one !== undefined) {
    console.log(JSON.stringify(what === 'speed' ? await measureSpeed(one) : await measureMemory(one)))
    return
  }
  const machine = watchMachine()
  const found = findPython()
  if ('reason' in found) console.error(`Not compared with the paper's method in PyTorch: ${found.reason}.`)
  const results: Measured[] = []
  for (const [index, each] of cases.entries()) {
    const label = `${each.name}, ${each.shape.name}, N ${each.N}`
    if (args.length > 0 && !args.some((word) => label.includes(word))) continue
    const { measured: result, components } = await inProcesses(each, index, 'python' in found ? found.python : null)
    console.error(line(result, components))
    results.push(result)
  }
  console.log(JSON.stringify({ machine: machine(), cases: results }, null, 2))
}

await main()

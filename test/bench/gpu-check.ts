/**
 * Whether a graphics card computes the same, and how fast: the reference values and the bench on each device, and PyTorch on the
 * same card where Python has it. One table on standard output, everything as JSON with `--json FILE`.
 *
 *     node bin/gpu-check.mjs --devices webgpu,cuda,cpu [--fixtures DIR] [--cases WORDS] [--json FILE] [--seconds N]
 *
 * `--fixtures`: a folder with models/NAME and golden/NAME.json instead of those of the clone. `--cases`: only cases of the
 * bench whose name has it; `none` for the reference values alone. `--seconds`: how long each case is repeated.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { openAttributor } from '../../src/attribution/open.ts'
import { deviceNames, type DeviceName } from '../../src/config.ts'
import { comparisonsOf, deviationOf, FLOAT32_TOLERANCE } from '../golden/comparisons.ts'
import { readGolden } from '../golden/golden.ts'
import { cases, requestOf, type Case } from './cases.ts'
import { findPython, runDense, type Dense } from './dense.ts'
import { modelFolder } from './random-model.ts'
import { measured, median } from './usage.ts'

/** What a card is there for. */
const benched = cases.filter(({ name, shape, N }) =>
  (name === 'tokens' && shape.name === '125M-like' && [64, 128, 256].includes(N)) || (name === 'tokens' && shape.name === '1B-like' && N <= 32) ||
  name === 'heads of all layers')

interface Compared {
  model: string
  numbers: number
  /** Largest deviation, relative to the largest value expected. */
  worst: number
}

type Outcome<T> = { done: T } | { failed: string }

async function attempt<T>(action: () => Promise<T>): Promise<Outcome<T>> {
  try {
    return { done: await action() }
  } catch (error) {
    return { failed: error instanceof Error ? error.message : String(error) }
  }
}

/** Each model's folder with its reference values. */
function goldenModels(fixtures: string | undefined): { name: string; dir: string; golden: string }[] {
  const root = path.resolve(import.meta.dirname, '..')
  const [models, golden] = fixtures === undefined
    ? [path.join(root, 'fixtures/models'), path.join(root, 'golden')]
    : [path.join(fixtures, 'models'), path.join(fixtures, 'golden')]
  return readdirSync(models)
    .map((name) => ({ name, dir: path.join(models, name), golden: path.join(golden, `${name}.json`) }))
    .filter((each) => existsSync(each.golden))
}

async function compareModel(device: DeviceName, { name, dir, golden }: { name: string; dir: string; golden: string }): Promise<Compared> {
  const attributor = await openAttributor(dir, { device })
  try {
    const compared: Compared = { model: name, numbers: 0, worst: 0 }
    for (const each of comparisonsOf(readGolden(golden))) {
      const [result] = await attributor.attribute([attributor.prepare(each.request)])
      compared.numbers += (each.scores?.length ?? 0) + (each.value === null ? 0 : 1)
      compared.worst = Math.max(compared.worst, deviationOf(each, result!))
    }
    return compared
  } finally {
    await attributor.close()
  }
}

async function benchOn(device: DeviceName, one: Case, secondsPerCase: number) {
  const attributor = await openAttributor(await modelFolder(one.shape), { device, foldingPaysAfter: 0 })
  try {
    const prepared = attributor.prepare(requestOf(one))
    const first = await measured(() => attributor.attribute([prepared]))
    const seconds: number[] = []
    const began = performance.now()
    do {
      const { result: [result], ...usage } = await measured(() => attributor.attribute([prepared]))
      if (result!.completenessError > FLOAT32_TOLERANCE) throw new Error(`the sum does not close: ${result!.completenessError}`)
      seconds.push(usage.seconds)
    } while ((performance.now() - began) / 1000 < secondsPerCase)
    const gflop = prepared.plan!.cost.flops / 1e9
    return { firstSeconds: first.seconds, seconds: median(seconds), gflops: gflop / median(seconds) }
  } finally {
    await attributor.close()
  }
}

/** The card's name, memory and driver; null where nobody can say. */
function cardName(): string | null {
  try {
    return execFileSync('nvidia-smi', ['--query-gpu=name,memory.total,driver_version', '--format=csv,noheader'], {
      encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'],
    }).trim()
  } catch {
    return null
  }
}

const { values: flags } = parseArgs({
  options: {
    devices: { type: 'string', default: 'webgpu,cuda' }, fixtures: { type: 'string' }, json: { type: 'string' },
    seconds: { type: 'string', default: '3' }, cases: { type: 'string', default: '' },
  },
})

async function main(): Promise<void> {
  const devices = deviceNames.filter((device) => flags.devices.split(',').includes(device))
  const card = cardName() ?? `no NVIDIA card is told by nvidia-smi; processor ${cpus()[0]?.model ?? 'unknown'}`
  const report: { card: string; peakGflops: number | null; golden: unknown[]; bench: unknown[] } = { card, peakGflops: null, golden: [], bench: [] }
  const lines: string[][] = [['', 'device', 'numbers or seconds', 'worst deviation or GFLOP/s', 'outcome']]
  let failures = 0
  for (const device of devices) {
    for (const model of goldenModels(flags.fixtures)) {
      const outcome = await attempt(() => compareModel(device, model))
      report.golden.push({ device, model: model.name, ...outcome })
      const isRight = 'done' in outcome && outcome.done.worst < FLOAT32_TOLERANCE
      if (!isRight) failures++
      lines.push('done' in outcome
        ? [`reference values, ${model.name}`, device, String(outcome.done.numbers), outcome.done.worst.toExponential(1), isRight ? 'right' : 'WRONG']
        : [`reference values, ${model.name}`, device, '', '', `FAILED: ${outcome.failed}`])
      print(lines)
    }
  }
  const python = findPython()
  for (const one of benched) {
    const label = `${one.name}, ${one.shape.name}, N ${one.N}`
    if (!label.includes(flags.cases)) continue
    for (const device of devices) {
      const outcome = await attempt(() => benchOn(device, one, Number(flags.seconds)))
      if ('failed' in outcome) failures++
      report.bench.push({ case: label, device, ...outcome })
      lines.push('done' in outcome
        ? [label, device, outcome.done.seconds.toFixed(4), outcome.done.gflops.toFixed(0), `first answer ${outcome.done.firstSeconds.toFixed(2)} s`]
        : [label, device, '', '', `FAILED: ${outcome.failed}`])
      print(lines)
    }
    if (one.dense === null || !('python' in python) || cardName() === null) continue
    const { dense } = one
    const folder = await modelFolder(one.shape)
    const outcome = await attempt(async (): Promise<Dense> => runDense(python.python, { folder, N: one.N, by: dense, repetitions: 5, device: 'cuda' }))
    if ('done' in outcome) {
      const { scores: _, ...times } = outcome.done
      report.bench.push({ case: label, device: 'PyTorch, dense, cuda', done: times })
      report.peakGflops = Math.max(report.peakGflops ?? 0, times.peakGflops ?? 0)
      lines.push([label, 'PyTorch, dense', times.answer?.seconds.toFixed(4) ?? '', '', `first answer ${times.firstSeconds.toFixed(2)} s`])
    } else lines.push([label, 'PyTorch, dense', '', '', `FAILED: ${outcome.failed.slice(0, 200)}`])
    print(lines)
  }
  const peak = report.peakGflops === null ? 'its peak is not known' : `float32 products of 8,192³ at ${report.peakGflops.toFixed(0)} GFLOP/s`
  process.stdout.write(`\n${card}; ${peak}\n`)
  if (flags.json !== undefined) writeFileSync(flags.json, JSON.stringify(report, null, 2))
  process.exitCode = failures === 0 ? 0 : 1
}

/** The latest line: a run that is cut off has then said what it knew. */
function print(lines: readonly string[][]): void {
  const [what = '', device = '', ...rest] = lines.at(-1)!
  process.stdout.write(`${what.padEnd(42)} ${device.padEnd(16)} ${rest.map((each) => each.padEnd(10)).join('  ')}\n`)
}

await main()

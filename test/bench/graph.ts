/**
 * Graphs of prompts: seconds and memory, predicted and real, each in a process of its own, since a process never gives back
 * the most that it had. A prompt of 14 tokens on the bundled model with its two sets, and 64 tokens on a random model of the
 * shape of GPT-2 small with two random sets of 16,384; by head, and by module and by head with total edges, as well.
 *
 * Prints one line of JSON a graph: { case, N, F, predictedMiB, peakMiB, GFLOP, seconds, … }. The first graph of a process also
 * compiles its programs (firstSeconds); seconds is the second one.
 */
import { spawnSync } from 'node:child_process'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Attributor } from '../../src/attribution/attributor.ts'
import { openAttributor } from '../../src/attribution/open.ts'
import { projectDir } from '../../src/config.ts'
import { noClaims } from '../../src/features/description.ts'
import type { FeatureSet } from '../../src/features/feature-set.ts'
import { openFeatureSet } from '../../src/features/open.ts'
import { computeGraph, graphEngine } from '../../src/graph/compute.ts'
import { prepareGraphQuestion, type GraphQuestion } from '../../src/graph/resolve.ts'
import { Random } from '../random.ts'
import { modelFolder } from './random-model.ts'

const D = 768
const F = 16_384
const ACTIVE = 32
const N = 64
const V = 32_000
const MEMORY_LIMIT_BYTES = 16 * 2 ** 30
const TEXT = 'Mary and John went to the shop. John gave a'

const openDemo = () => Promise.all(['1-res', '2-res'].map((name) => openFeatureSet(join(projectDir, 'demo/saes', name))))

/** Random rows, of which the 32 largest activations of a position fire. */
function randomSet(layer: number): FeatureSet {
  const random = new Random(layer)
  const matrix = (count: number) => Float32Array.from({ length: count }, () => random.normal() / Math.sqrt(D))
  return {
    id: `${layer}-res`, format: 'saelens', path: '', site: { layer, name: 'resid_pre' }, writes: null, D, E: D, F,
    encoder: { source: 'data', data: matrix(D * F), shape: [D, F], orientation: 'in,out' },
    decoder: { source: 'data', data: matrix(D * F), shape: [F, D], orientation: 'in,out' },
    encoderScale: null, encoderBias: new Float32Array(F), decoderScale: null, decoderBias: new Float32Array(D), subtractsDecoderBias: true,
    activation: { kind: 'topk', k: ACTIVE, by: 'value', relu: true }, normalisation: { kind: 'none' }, skip: null,
    hash: String(layer).padStart(64, '0'), claims: noClaims,
  }
}

const random125m = () => modelFolder({ name: '125m', D, H: 12, K: 12, I: 2048, L: 12, V })
const ids = { tokenIds: Array.from({ length: N }, (_, at) => (at * 37) % V) }
const sourcesOf = (sets: readonly FeatureSet[]) => sets.map(({ hash, id, site, writes, F: features }) => ({ hash, name: id, site, writes, features }))

interface Case {
  dir(): Promise<string>
  sets(): Promise<FeatureSet[]>
  question: Omit<GraphQuestion, 'sets'>
}
const noSets = () => Promise.resolve([])
const demo = () => Promise.resolve(join(projectDir, 'demo/model'))
const cases: Readonly<Record<string, Case>> = {
  'demo, two sets': { dir: demo, sets: openDemo, question: { text: TEXT } },
  'demo, by head': { dir: demo, sets: noSets, question: { text: TEXT, by: 'head' } },
  'demo, by module, total edges': { dir: demo, sets: noSets, question: { text: TEXT, by: 'module', edges: 'total' } },
  'demo, by head, total edges': { dir: demo, sets: noSets, question: { text: TEXT, by: 'head', edges: 'total' } },
  '125M-like, two sets of 16k': { dir: random125m, sets: () => Promise.resolve([randomSet(4), randomSet(8)]), question: ids },
  '125M-like, by head': { dir: random125m, sets: noSets, question: { ...ids, by: 'head' } },
  '125M-like, by module, total edges': { dir: random125m, sets: noSets, question: { ...ids, by: 'module', edges: 'total' } },
  '125M-like, by head, total edges': { dir: random125m, sets: noSets, question: { ...ids, by: 'head', edges: 'total' } },
}

const MIB = 2 ** 20
/** Of the process so far. */
const peakBytes = () => process.resourceUsage().maxRSS * 1024

async function measure(name: string): Promise<void> {
  const { dir, sets: open, question } = cases[name]!
  const sets = await open()
  const find = async (hash: string) => {
    const set = sets.find((each) => each.hash === hash)
    if (!set) throw new Error(`no set ${hash}`)
    return set
  }
  const attributor = await openAttributor(await dir(), { sets: { find }, memoryLimitBytes: MEMORY_LIMIT_BYTES })
  try {
    await report(name, sets, attributor, { ...question, ...(sets.length > 0 && { sets: sourcesOf(sets) }) })
  } finally {
    await attributor.close()
  }
}

async function report(name: string, sets: readonly FeatureSet[], attributor: Attributor, question: GraphQuestion): Promise<void> {
  const prepared = await prepareGraphQuestion(question, attributor)
  const { cost } = prepared.plan!
  const first = await computeGraph(prepared, graphEngine(attributor))
  // With the weights and compiled programs in place, what is left is the graph's own.
  const before = process.memoryUsage().rss
  const second = await computeGraph(prepared, graphEngine(attributor))
  const rounded = (value: number, digits = 2) => Number(value.toFixed(digits))
  console.log(JSON.stringify({
    case: name, N: prepared.request.tokenIds.length, F: sets.map(({ F: features }) => features), predictedMiB: rounded(cost.bytes / MIB, 0),
    peakMiB: rounded(peakBytes() / MIB, 0), restingMiB: rounded(before / MIB, 0), GFLOP: rounded(cost.flops / 1e9, 1), firstSeconds: rounded(first.milliseconds / 1000),
    seconds: rounded(second.milliseconds / 1000), wholeNodes: second.whole.nodes, wholeEdges: second.whole.edges, keptNodes: second.nodes.length,
    keptEdges: second.edges.length, completenessError: Number(second.completenessError.toExponential(1)), load: rounded(loadavg()[0]!, 1),
  }))
}

const [, , , wanted] = process.argv
if (wanted !== undefined && Object.hasOwn(cases, wanted)) await measure(wanted)
else {
  const bench = fileURLToPath(new URL('../../bin/bench.mjs', import.meta.url))
  for (const name of Object.keys(cases).filter((each) => wanted === undefined || each.includes(wanted))) {
    const { status } = spawnSync(process.execPath, [bench, 'graph', name], { stdio: 'inherit' })
    if (status !== 0) process.exitCode = 1
  }
}

/**
 * Features: how fast a set of 16,384 features at D 768 is swept, against the bare product with its encoder, and what
 * a row costs in the database; and how well scores of features agree with taking them out, by budget and rule.
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encodeSafetensors } from '../../demo/safetensors.ts'
import { projectDir } from '../../src/config.ts'
import { rules } from '../../src/depass/rule.ts'
import { Passes } from '../../src/depass/passes.ts'
import { openFeatureSet } from '../../src/features/open.ts'
import { Gathering } from '../../src/sweeps/gather.ts'
import { defaultSizes } from '../../src/sweeps/sizes.ts'
import { float32 } from '../../src/tensor/ops.ts'
import { need, real, type Program } from '../../src/tensor/program.ts'
import { type FeatureEffect, featureEffects, openWithSet } from '../invariants/feature-falls.ts'
import { Random } from '../random.ts'
import { modelFolder } from './random-model.ts'
import { median } from './usage.ts'

const F = 16_384
const shape = { name: '125m', D: 768, H: 12, K: 12, I: 2048, L: 12, V: 32_000 }

/** Random rows, a threshold that lets about L0 of them fire on rows of such a model. */
async function setFolder(layer: number, scale: number): Promise<string> {
  const dir = join(tmpdir(), 'tributary-bench', `set-${layer}-${F}`)
  if (existsSync(join(dir, 'sae_weights.safetensors'))) return dir
  mkdirSync(dir, { recursive: true })
  const random = new Random(7)
  const matrix = (count: number, deviation: number) =>
    Float32Array.from({ length: count }, () => deviation * random.normal())
  const { D } = shape
  const threshold = new Float32Array(F).fill(scale * 2.66)
  writeFileSync(
    join(dir, 'sae_weights.safetensors'),
    encodeSafetensors([
      { name: 'W_enc', shape: [D, F], data: matrix(D * F, 1 / Math.sqrt(D)) },
      { name: 'W_dec', shape: [F, D], data: matrix(F * D, 1 / Math.sqrt(D)) },
      { name: 'b_enc', shape: [F], data: new Float32Array(F) },
      { name: 'b_dec', shape: [D], data: new Float32Array(D) },
      { name: 'threshold', shape: [F], data: threshold },
    ]),
  )
  writeFileSync(
    join(dir, 'cfg.json'),
    JSON.stringify({
      architecture: 'jumprelu',
      d_in: D,
      d_sae: F,
      dtype: 'float32',
      hook_name: `blocks.${layer}.hook_resid_pre`,
      hook_layer: layer,
      model_name: 'bench',
      apply_b_dec_to_input: false,
      normalize_activations: 'none',
    }),
  )
  return dir
}

/** As many rows as the encoder takes at once (src/depass/programs.ts). */
const ROWS = 128
const PROMPTS_AT_ONCE = 24
const TOKENS = 128

type Seconds = () => Promise<number>

/** Seconds that the bare product with an encoder takes for `rows` rows. */
async function bareProduct(passes: Passes, rows: number): Promise<Seconds> {
  const { D } = shape
  const program: Program = {
    name: 'rate',
    inputs: { rows: real('R', D) },
    outputs: { product: 2 },
    weights: { w: { kind: 'data', data: new Float32Array(D * F).fill(0.01), shape: [D, F] } },
    prepare: (_, w) => ({ w: need(w, 'w') }),
    run: (ops, inputs, w) => ({ product: ops.matmul(need(inputs, 'rows'), need(w, 'w')) }),
  }
  const executable = await passes.compiler.compile(program)
  const input = { rows: float32(new Float32Array(ROWS * D).fill(0.5), [ROWS, D]) }
  const into = { product: float32(new Float32Array(ROWS * F), [ROWS, F]) }
  return async () => {
    const began = performance.now()
    for (let done = 0; done < rows; done += ROWS) await executable.run(input, into)
    return (performance.now() - began) / 1000
  }
}

interface Speed {
  /** Of the product with the encoder alone, and with all that a sweep does with it. */
  bare: number
  swept: number
}

/** One after the other, several times, so that what else the machine does slows both; medians of seconds. */
async function inTurn(bare: Seconds, sweep: Seconds, times: number): Promise<Speed> {
  const seconds = { bare: [] as number[], swept: [] as number[] }
  for (let i = 0; i < times; i++) {
    seconds.bare.push(await bare())
    seconds.swept.push(await sweep())
  }
  return { bare: median(seconds.bare), swept: median(seconds.swept) }
}

async function speed(): Promise<void> {
  const passes = await Passes.open(await modelFolder(shape), {})
  passes.programs.foldAtOnce()
  const random = new Random(3)
  let prompts = 0
  const pieces = () =>
    Array.from({ length: PROMPTS_AT_ONCE }, () => {
      const tokenIds = Array.from({ length: TOKENS }, () => random.integer(shape.V))
      return { prompt: prompts++, piece: 0, tokenIds, positions: [...tokenIds.keys()].slice(1) }
    })
  const first = pieces()
  const site = { layer: 6, name: 'resid_pre' as const }
  const read = await passes.run(
    first.map(({ tokenIds, positions }) => ({ tokenIds, splits: [], reads: [{ site, positions }] })),
  )
  const vectors = read.map(({ reads }) => reads[0]!.x)
  const scale = Math.sqrt(vectors[0]!.reduce((sum, value) => sum + value * value, 0) / vectors[0]!.length)
  const set = await openFeatureSet(await setFolder(6, scale))
  const gathering = new Gathering()
  gathering.open([{ set, options: { ...defaultSizes, context: TOKENS, block: PROMPTS_AT_ONCE } }])
  const { tokens, milliseconds, encodeMs } = await gathering.gather(first, passes)
  const [gathered] = gathering.gathered
  console.log(`${set.F} features at D ${set.D}, ${((await gathered!.firings()) / tokens).toFixed(1)} fire at a token`)
  console.log(`the pass of 6 layers beside it: ${Math.round((1000 * tokens) / (milliseconds - encodeMs))} tokens/s`)
  const bare = await bareProduct(passes, tokens)
  await bare()
  const sweep = async () => {
    // Mirrored, so that other features fire, as many and as strongly: what other prompts would bring without a pass.
    const signs = Float32Array.from({ length: set.D }, () => (random.uniform() < 0.5 ? -1 : 1))
    const others = vectors.map((rows) => rows.map((value, at) => value * signs[at % set.D]!))
    const began = performance.now()
    await gathering.gatherVectors(0, pieces(), others, passes)
    // What was encoded is not counted yet.
    await gathered!.firings()
    return (performance.now() - began) / 1000
  }
  const gflops = (seconds: number) => (2 * tokens * set.D * set.F) / seconds / 1e9
  const report = (when: string, { bare: product, swept }: Speed) =>
    console.log(
      `${when}: encoding and counting ${Math.round(tokens / swept)} tokens/s, ${gflops(swept).toFixed(1)} GFLOP/s; ` +
        `the bare product ${gflops(product).toFixed(1)}: ${((100 * product) / swept).toFixed(0)}%`,
    )
  report('at the beginning, where every example is kept', await inTurn(bare, sweep, 5))
  report(`after ${prompts * (TOKENS - 1)} tokens`, await inTurn(bare, sweep, 15))
  console.log(`state: ${((await gathered!.tally(0, set.F)).pack().length / set.F).toFixed(0)} bytes a feature`)
  await gathering.close()
  await passes.close()
}

const ALL = 100_000
const sumOfFalls = (effects: readonly FeatureEffect[]) => effects.reduce((sum, { fall }) => sum + Math.abs(fall), 0)

function pearson(effects: readonly FeatureEffect[]): number {
  const mean = (of: (effect: FeatureEffect) => number) =>
    effects.reduce((sum, each) => sum + of(each), 0) / effects.length
  const [a, b] = [mean(({ score }) => score), mean(({ fall }) => fall)]
  const along = mean(({ score, fall }) => (score - a) * (fall - b))
  return along / Math.sqrt(mean(({ score }) => (score - a) ** 2) * mean(({ fall }) => (fall - b) ** 2))
}

async function agreement(): Promise<void> {
  const demo = join(projectDir, 'demo')
  const open = await openWithSet(join(demo, 'model'), join(demo, 'saes/2-res'))
  const texts: string[] = []
  for (const file of ['ioi.json', 'known_1000.json']) {
    const records = JSON.parse(await readFile(join(demo, 'data', file), 'utf8')) as { prompt: string }[]
    texts.push(...records.slice(0, 8).map(({ prompt }) => prompt))
  }
  const falls = await Promise.all(texts.map((text) => featureEffects(open, text, { budget: ALL })))
  console.log('scores against falls, and the share of all |falls| that the named features have, by budget')
  for (const rule of rules) {
    const parts: string[] = []
    for (const budget of [5, 50, ALL]) {
      let [correlation, named] = [0, 0]
      for (const [i, text] of texts.entries()) {
        const found = await featureEffects(open, text, { budget, rule })
        correlation += pearson(found) / texts.length
        named += sumOfFalls(found) / sumOfFalls(falls[i]!) / texts.length
      }
      parts.push(`${budget === ALL ? 'all' : budget}: ${correlation.toFixed(2)} of ${(100 * named).toFixed(0)}%`)
    }
    console.log(`${rule.padEnd(16)} ${parts.join('   ')}`)
  }
  await open.attributor.close()
}

await speed()
if (process.argv[3] !== 'speed') await agreement()

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
import { gather, Gatherer } from '../../src/sweeps/gather.ts'
import { defaultSizes } from '../../src/sweeps/sizes.ts'
import { float32 } from '../../src/tensor/ops.ts'
import { need, real, type Program } from '../../src/tensor/program.ts'
import { type FeatureEffect, featureEffects, openWithSet } from '../invariants/feature-falls.ts'
import { Random } from '../random.ts'
import { modelFolder } from './random-model.ts'

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

/** GFLOP/s of the product alone, in blocks of as many rows. */
async function bareRate(passes: Passes, rows: number): Promise<number> {
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
  const input = { rows: float32(new Float32Array(rows * D).fill(0.5), [rows, D]) }
  const into = { product: float32(new Float32Array(rows * F), [rows, F]) }
  await executable.run(input, into)
  const began = performance.now()
  const times = 12
  for (let i = 0; i < times; i++) await executable.run(input, into)
  const rate = (times * 2 * rows * D * F) / (performance.now() - began) / 1e6
  await executable.dispose()
  return rate
}

async function speed(): Promise<void> {
  const passes = await Passes.open(await modelFolder(shape), {})
  passes.programs.foldAtOnce()
  const random = new Random(3)
  const pieces = Array.from({ length: 48 }, (_, prompt) => {
    const tokenIds = Array.from({ length: 128 }, () => random.integer(shape.V))
    return { prompt, piece: 0, tokenIds, positions: [...tokenIds.keys()].slice(1) }
  })
  const site = { layer: 6, name: 'resid_pre' as const }
  const [read] = await passes.run([
    { tokenIds: pieces[0]!.tokenIds, splits: [], reads: [{ site, positions: pieces[0]!.positions }] },
  ])
  const rows = read!.reads[0]!.x
  const scale = Math.sqrt(rows.reduce((sum, value) => sum + value * value, 0) / rows.length)
  const set = await openFeatureSet(await setFolder(6, scale))
  const options = { ...defaultSizes, context: 128, block: 24 }
  const gatherer = new Gatherer(set, options)
  await gather(pieces.slice(0, 24), [gatherer], passes)
  const before = await bareRate(passes, 128)
  const { tokens, milliseconds, encodeMs } = await gather(pieces.slice(24), [gatherer], passes)
  const after = await bareRate(passes, 128)
  const rate = (2 * tokens * set.D * set.F) / encodeMs / 1e6
  console.log(`${set.F} features at D ${set.D}, ${(gatherer.tally.firings / (2 * tokens)).toFixed(1)} fire at a token`)
  console.log(
    `sweep: ${Math.round((1000 * tokens) / milliseconds)} tokens/s with the pass of 6 layers, ${Math.round((1000 * tokens) / encodeMs)} tokens/s of encoding and counting`,
  )
  console.log(
    `encoding and counting at ${rate.toFixed(1)} GFLOP/s, the bare product at ${before.toFixed(1)} and ${after.toFixed(1)}: ${((200 * rate) / (before + after)).toFixed(0)}%`,
  )
  console.log(`state: ${(gatherer.tally.pack().length / set.F).toFixed(0)} bytes a feature`)
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
await agreement()

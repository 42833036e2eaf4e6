/** Every kind of change gives what a model with edited weights, or an edited prompt, gives. */
import { afterAll, describe, expect, it } from 'vitest'
import { join } from 'node:path'
import { attributeRequests } from '../../src/attribution/attributor.ts'
import { attributionRequestSchema } from '../../src/attribution/request.ts'
import { decoderRows } from '../../src/features/feature-set.ts'
import { encode } from '../../src/features/encode.ts'
import { openFeatureSet } from '../../src/features/open.ts'
import { prepareIntervention } from '../../src/interventions/prepare.ts'
import { randomModel, removeModels, sizes, tokensOf, type Tensor, type VariantName } from '../random-model.ts'
import { intervene, interventionRequest, openInterventions } from './engine.ts'

afterAll(removeModels)

/** Of a logit of a few units, in float32 through a few layers. */
const DIGITS = 4

const { H, L, D, I } = sizes
const N = 7
const tokenIds = tokensOf(3, N)
const LAYER = 1

/** What a model says by itself. */
async function logitOf(dir: string, ids: readonly number[] = tokenIds): Promise<number> {
  const engine = await openInterventions(dir)
  const request = { tokenIds: ids, position: ids.length - 1, target: { type: 'logit', tokenId: 5 }, partition: { by: 'token' }, mode: 'corrected', rule: 'softmax', temperature: 0.1, excludeFirst: false }
  const [result] = await attributeRequests(engine.attributor, [attributionRequestSchema.parse(request)])
  return result!.target.value
}

const projections: Partial<Record<VariantName, { output: string; down: string; isTurned: boolean }>> = {
  'llama 3': { output: 'model.layers.1.self_attn.o_proj', down: 'model.layers.1.mlp.down_proj', isTurned: false },
  'llama with biases': { output: 'model.layers.1.self_attn.o_proj', down: 'model.layers.1.mlp.down_proj', isTurned: false },
  gemma2: { output: 'model.layers.1.self_attn.o_proj', down: 'model.layers.1.mlp.down_proj', isTurned: false },
  gpt2: { output: 'transformer.h.1.attn.c_proj', down: 'transformer.h.1.mlp.c_proj', isTurned: true },
  gpt_neox: { output: 'gpt_neox.layers.1.attention.dense', down: 'gpt_neox.layers.1.mlp.dense_4h_to_h', isTurned: false },
}

function removeInputs({ shape, data }: Tensor, removed: (input: number) => boolean, isTurned: boolean): void {
  for (let at = 0; at < data.length; at++) {
    if (removed(isTurned ? Math.floor(at / shape[1]!) : at % shape[1]!)) data[at] = 0
  }
}

describe.each(Object.keys(projections) as VariantName[])('parts of %s that are taken out', (name) => {
  const { output, down, isTurned } = projections[name]!
  const { dir, tensors } = randomModel(name)
  const { shape } = tensors.get(`${output}.weight`)!
  const width = (isTurned ? shape[0]! : shape[1]!) / H

  it.each([
    ['heads', { kind: 'head', layer: LAYER, heads: [0, 2], to: 'zero' },
      (all: Map<string, Tensor>) => removeInputs(all.get(`${output}.weight`)!, (input) => [0, 2].includes(Math.floor(input / width)), isTurned)],
    ['neurons', { kind: 'neuron', layer: LAYER, neurons: [1, 4, 5], to: 'zero' },
      (all: Map<string, Tensor>) => removeInputs(all.get(`${down}.weight`)!, (input) => [1, 4, 5].includes(input), isTurned)],
    ['attention', { kind: 'module', layer: LAYER, module: 'attention', to: 'zero' }, (all: Map<string, Tensor>) => silence(all, output)],
    ['MLP', { kind: 'module', layer: LAYER, module: 'mlp', to: 'zero' }, (all: Map<string, Tensor>) => silence(all, down)],
  ] as const)('%s: as with weights that are zero', async (_what, change, edit) => {
    const engine = await openInterventions(dir)
    const [result] = await intervene(engine, { tokenIds, changes: [change] })
    expect(result!.before.value).toBeCloseTo(await logitOf(dir), DIGITS)
    expect(result!.free.value).toBeCloseTo(await logitOf(randomModel(name, { edit }).dir), DIGITS)
    expect(Math.abs(result!.free.value - result!.before.value)).toBeGreaterThan(1e-3)
  })
})

function silence(all: Map<string, Tensor>, module: string): void {
  all.get(`${module}.weight`)!.data.fill(0)
  all.get(`${module}.bias`)?.data.fill(0)
}

describe('positions', () => {
  const { dir } = randomModel('llama 3')

  it('that are removed leave the prompt that is without them', async () => {
    const [result] = await intervene(await openInterventions(dir), { tokenIds, changes: [{ kind: 'position', positions: [1, 4], how: 'remove' }] })
    const shorter = tokenIds.filter((_, i) => i !== 1 && i !== 4)
    expect(result!.free.value).toBeCloseTo(await logitOf(dir, shorter), DIGITS)
  })

  it('that are masked are without effect, whatever stands there', async () => {
    const changes = [{ kind: 'position', positions: [2], how: 'mask' }]
    const other = tokenIds.map((id, i) => (i === 2 ? (id + 7) % sizes.V : id))
    const engine = await openInterventions(dir)
    const [a, b] = await intervene(engine, { tokenIds, changes }, { tokenIds: other, changes })
    expect(a!.free.value).toBeCloseTo(b!.free.value, DIGITS)
    expect(Math.abs(a!.free.value - a!.before.value)).toBeGreaterThan(1e-3)
    // Frozen at other patterns, they are two prompts.
    expect(Math.abs(a!.frozen.value - b!.frozen.value)).toBeGreaterThan(1e-4)
  })

  it('that are removed or masked are the same with attention frozen: it leaves them out', async () => {
    const engine = await openInterventions(dir)
    const of = (how: string) => ({ tokenIds, changes: [{ kind: 'position', positions: [2], how }] })
    const [removed, masked] = await intervene(engine, of('remove'), of('mask'))
    expect(removed!.frozen).toEqual(masked!.frozen)
  })

  it.each([
    [{ kind: 'position', positions: [N - 1], how: 'remove' }, 'Position 6 is where the target is read'],
    [{ kind: 'position', positions: [2, 2], how: 'mask' }, 'A position is named twice'],
    [{ kind: 'head', layer: LAYER, heads: [H], to: 'zero' }, 'Head 4 was asked for; there are 0 to 3.'],
    [{ kind: 'head', layer: L, heads: [0], to: 'zero' }, 'Layer 3 was asked for'],
    [{ kind: 'neuron', layer: 0, neurons: [I], to: 'zero' }, `Neuron ${I} was asked for`],
    [{ kind: 'module', layer: 0, module: 'mlp', to: 'zero', positions: [N] }, 'Position 7 was asked for, and the target is read at position 6'],
    [{ kind: 'steer', site: { layer: 1, name: 'resid_pre' }, factor: 2 }, 'Steering takes a direction or a feature'],
    [{ kind: 'steer', site: { layer: 1, name: 'resid_pre' }, direction: [1], factor: 2 }, `The direction has 1 numbers; the residual stream of`],
  ])('%j is refused', async (change, message) => {
    const engine = await openInterventions(dir)
    expect(() => prepareIntervention(interventionRequest({ tokenIds: [...tokenIds, 3], position: N - 1, changes: [change] }), engine.attributor)).toThrow(message)
  })
})

describe('a direction that is added', () => {
  it('to the embedding is a model with other embeddings', async () => {
    const direction = Array.from({ length: D }, (_, d) => Math.sin(d))
    const { dir } = randomModel('llama 2')
    const edited = randomModel('llama 2', { edit: (all) => {
      const { data } = all.get('model.embed_tokens.weight')!
      data.forEach((value, at) => (data[at] = value + 0.5 * Math.fround(direction[at % D]!)))
    } })
    const change = { kind: 'steer', site: { layer: 0, name: 'resid_pre' }, direction, factor: 0.5 }
    const engine = await openInterventions(dir)
    const [result, some] = await intervene(engine, { tokenIds, changes: [change] }, { tokenIds, changes: [{ ...change, positions: [0, 3] }] })
    expect(result!.free.value).toBeCloseTo(await logitOf(edited.dir), DIGITS)
    expect(Math.abs(some!.free.value - result!.free.value)).toBeGreaterThan(1e-3)
    expect(result!.predicted).toBeNull()
    expect(result!.taken).toEqual([])
  })
})

describe('means', () => {
  it('stand in for what is taken out', async () => {
    const { dir } = randomModel('llama 3')
    const dataset = 'd'.repeat(64)
    const means = { '1.z': Float32Array.from({ length: H * 6 }, (_, k) => Math.cos(k)), '1.neurons': new Float32Array(I).fill(0.25) }
    const engine = await openInterventions(dir, { means })
    const width = means['1.z'].length / H
    const to = { mean: dataset }
    const [heads, neurons] = await intervene(engine,
      { tokenIds, changes: [{ kind: 'head', layer: 1, heads: [1], to }] }, { tokenIds, changes: [{ kind: 'neuron', layer: 1, neurons: [0], to }] })
    const passes = engine.passes
    const read = async (site: 'z' | 'neurons', apply: (vector: Float32Array) => void) => {
      const end = { site: { layer: L, name: 'resid_pre' } as const, positions: [N - 1] }
      const [swept] = await passes.run([{ tokenIds, splits: [], reads: [end], edits: [{ site: { layer: 1, name: site }, apply }] }])
      let logit = 0
      await passes.eachLogits([swept!.reads[0]!.x], (logits) => void (logit = logits[5]!))
      return logit
    }
    expect(heads!.free.value).toBeCloseTo(await read('z', (z) => z.set(means['1.z'].subarray(width, 2 * width), width)), DIGITS)
    expect(neurons!.free.value).toBeCloseTo(await read('neurons', (h) => void (h[0] = 0.25)), DIGITS)
  })
})

describe('features', () => {
  const golden = join(import.meta.dirname, '../golden/features')
  const folder = join(import.meta.dirname, '../fixtures/models/gpt2-random')
  const ids = [5, 9, 2, 7, 30, 11]

  it.each(['blocks.1.hook_resid_pre', 'blocks.1.hook_attn_out', 'blocks.1.hook_mlp_out'])('at %s leave with what they add, and only that', async (hook) => {
    const set = await openFeatureSet(join(golden, `gpt2-random-${hook}`))
    const engine = await openInterventions(folder, { sets: [set] })
    const { passes } = engine
    const positions = [...ids.keys()]
    const [clean] = await passes.run([{ tokenIds: ids, splits: [], reads: [{ site: set.site, positions }] }])
    const { activations } = await encode(set, clean!.reads[0]!.x)
    const firing = [...new Set([...activations.keys()].filter((at) => activations[at] !== 0).map((at) => at % set.F))].sort((a, b) => a - b).slice(0, 3)
    expect(firing.length).toBe(3)
    const rows = await decoderRows(set, firing)
    const { L: layers } = passes.model.config
    const [edited] = await passes.run([{
      tokenIds: ids, splits: [], reads: [{ site: { layer: layers, name: 'resid_pre' }, positions: [ids.length - 1] }],
      edits: [{ site: set.site, apply: (vector, position) => firing.forEach((feature, place) => {
        for (let e = 0; e < vector.length; e++) vector[e]! -= activations[position * set.F + feature]! * rows[place * set.E + e]!
      }) }],
    }])
    let expected = 0
    await passes.eachLogits([edited!.reads[0]!.x], (logits) => void (expected = logits[5]!))
    const change = { kind: 'feature', set: set.hash, site: set.site, features: firing, to: 'zero' }
    const [result, half] = await intervene(engine, { tokenIds: ids, changes: [change] }, { tokenIds: ids, changes: [{ ...change, positions: [1, 2] }] })
    expect(result!.free.value).toBeCloseTo(expected, DIGITS)
    expect(result!.taken.every(({ component }) => component.kind === 'feature' && firing.includes(component.index))).toBe(true)
    expect(result!.predicted).toBeCloseTo(result!.taken.reduce((sum, { score }) => sum + score, 0), 10)
    expect(half!.taken.every(({ component }) => [1, 2].includes(component.position!))).toBe(true)
    expect(half!.free.value).not.toBeCloseTo(expected, DIGITS)
  })
})

describe('with attention frozen', () => {
  it('a change behind the last attention is the same as with attention free', async () => {
    const engine = await openInterventions(randomModel('qwen3').dir)
    const [result] = await intervene(engine, { tokenIds, changes: [{ kind: 'module', layer: L - 1, module: 'mlp', to: 'zero' }] })
    expect(result!.frozen.value).toBeCloseTo(result!.free.value, DIGITS)
    expect(result!.tokens[0]!.before.rank).toBe(1)
  })

  it('a change before it is not', async () => {
    const engine = await openInterventions(randomModel('qwen3').dir)
    const [result] = await intervene(engine, { tokenIds, changes: [{ kind: 'module', layer: 0, module: 'mlp', to: 'zero' }] })
    expect(Math.abs(result!.frozen.value - result!.free.value)).toBeGreaterThan(1e-3)
  })
})

describe('beside it', () => {
  it('stands what the attribution says: the scores of what was taken out', async () => {
    const engine = await openInterventions(randomModel('gpt2').dir)
    const change = { kind: 'head', layer: 2, heads: [1, 3], to: 'zero' }
    const [result] = await intervene(engine, { tokenIds, changes: [change] })
    const asked = { ...interventionRequest({ tokenIds, changes: [change] }), partition: { by: 'head', layer: 2 }, changes: undefined, shown: undefined }
    const { changes: _changes, shown: _shown, ...attribution } = asked
    const [attributed] = await attributeRequests(engine.attributor, [attributionRequestSchema.parse(attribution)])
    const scores = [1, 3].map((head) => attributed!.contributions.find(({ component }) => component.kind === 'head' && component.index === head)!.score)
    expect(result!.predicted).toBeCloseTo(scores[0]! + scores[1]!, 6)
    expect(result!.taken.map(({ component }) => component.label)).toEqual(['L2.H1', 'L2.H3'])
  })

  it('what is chosen by score is taken out: the highest, the lowest, in every partition that has parts', async () => {
    const engine = await openInterventions(randomModel('llama 3').dir)
    const selection = (order: string, partition: object) => ({ tokenIds, selection: { partition, order, count: 2, how: 'remove', to: 'zero' } })
    const results = await intervene(engine,
      selection('top', { by: 'token' }), selection('bottom', { by: 'head', layer: 'all' }), selection('top', { by: 'neuron', layer: 1 }),
      selection('top', { by: 'module', layer: 'all', module: 'mlp' }), selection('top', { by: 'group', groups: [[0, 1], [2], [3], [4, 5], [6]] }))
    for (const result of results) expect(result.taken).toHaveLength(2)
    const [tokens, heads] = results
    const [attributed] = await attributeRequests(engine.attributor, [attributionRequestSchema.parse({
      tokenIds, position: N - 1, target: { type: 'logit', tokenId: 5 }, partition: { by: 'token' }, mode: 'corrected', rule: 'softmax', temperature: 0.1, excludeFirst: false,
    })])
    const best = attributed!.contributions.slice(0, N - 1).sort((a, b) => b.score - a.score).slice(0, 2).map(({ component }) => component.index).sort()
    expect(tokens!.changes).toEqual([{ kind: 'position', positions: best, how: 'remove' }])
    expect(heads!.predicted).toBeLessThan(0)
    expect(heads!.changes.every(({ kind }) => kind === 'head')).toBe(true)
  })

  it('more than there is cannot be chosen', async () => {
    const engine = await openInterventions(randomModel('llama 3').dir)
    await expect(intervene(engine, { tokenIds, selection: { partition: { by: 'token' }, order: 'top', count: N, how: 'remove', to: 'zero' } }))
      .rejects.toThrow('7 components were to be taken out, and 6 can be')
  })
})

it('many interventions of several prompts in one call are what each is alone', async () => {
  const engine = await openInterventions(randomModel('qwen2').dir)
  const other = tokensOf(9, 5)
  const asked = [
    { tokenIds, changes: [{ kind: 'head', layer: 0, heads: [1], to: 'zero' }] },
    { tokenIds: other, changes: [{ kind: 'position', positions: [1], how: 'remove' }] },
    { tokenIds, changes: [{ kind: 'position', positions: [2, 3], how: 'mask' }] },
    { tokenIds: other, changes: [{ kind: 'neuron', layer: 1, neurons: [2], to: 'zero' }], target: { type: 'logit', tokenId: 'next' } },
  ]
  const together = await intervene(engine, ...asked)
  for (const [i, each] of asked.entries()) {
    const [alone] = await intervene(engine, each)
    expect(together[i]!.free.value).toBeCloseTo(alone!.free.value, DIGITS)
    expect(together[i]!.frozen.value).toBeCloseTo(alone!.frozen.value, DIGITS)
    expect(together[i]!.tokens.map(({ id }) => id)).toEqual(alone!.tokens.map(({ id }) => id))
  }
  expect(together[3]!.target.tokenId).toBe(together[3]!.tokens[0]!.id)
})

it('patterns that do not fit into the memory limit are refused with numbers, before any work', async () => {
  const engine = await openInterventions(randomModel('llama 3').dir, { memoryLimitBytes: 20_000 })
  await expect(intervene(engine, { tokenIds, changes: [{ kind: 'head', layer: 0, heads: [1], to: 'zero' }] })).rejects.toThrow(/This needs .* of memory, and the limit is/)
})

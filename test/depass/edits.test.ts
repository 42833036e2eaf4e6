/** Interventions in a pass: each gives what a model with edited weights gives, and patterns can be hidden or frozen. */
import { afterAll, describe, expect, it } from 'vitest'
import { checkEditable, type Edit } from '../../src/depass/edits.ts'
import type { Passage, Read } from '../../src/depass/passage.ts'
import { randomModel, removeModels, sizes, tokensOf, type Tensor, type VariantName, structuralNames } from '../random-model.ts'
import { deviation, openPasses } from './passes.ts'

afterAll(removeModels)

/** float32 through a few layers, made in another order. */
const TOLERANCE = 2e-5

const { H, L } = sizes
const N = 7
const tokenIds = tokensOf(3, N)
const reads: Read[] = [{ site: { layer: L, name: 'resid_pre' }, positions: [3, N - 1] }]
const LAYER = 1

const plain = (more: Partial<Passage> = {}): Passage => ({ tokenIds, splits: [], reads, ...more })

async function finalStream(dir: string, more: Partial<Passage> = {}): Promise<Float32Array> {
  const passes = await openPasses(dir)
  const [result] = await passes.run([plain(more)])
  return result!.reads[0]!.x
}

interface Projection {
  weight: string
  bias: string
  /** Whether the file keeps it [in, out]. */
  isTurned: boolean
}

/** The projections that the sublayers of layer 1 end with. */
function projectionsOf(name: VariantName): { output: Projection; down: Projection } {
  const module = (at: string, isTurned: boolean): Projection => ({ weight: `${at}.weight`, bias: `${at}.bias`, isTurned })
  if (name.startsWith('gpt2')) return { output: module('transformer.h.1.attn.c_proj', true), down: module('transformer.h.1.mlp.c_proj', true) }
  if (name.startsWith('gpt_neox')) {
    return { output: module('gpt_neox.layers.1.attention.dense', false), down: module('gpt_neox.layers.1.mlp.dense_4h_to_h', false) }
  }
  if (name.startsWith('falcon')) {
    return { output: module('transformer.h.1.self_attention.dense', false), down: module('transformer.h.1.mlp.dense_4h_to_h', false) }
  }
  const output = module('model.layers.1.self_attn.o_proj', false)
  if (name !== 'gpt_oss') return { output, down: module('model.layers.1.mlp.down_proj', false) }
  // Of all experts, one after another, as their neurons are counted.
  const experts = 'model.layers.1.mlp.experts.down_proj'
  return { output, down: { weight: experts, bias: `${experts}_bias`, isTurned: true } }
}

/** Zeroes the inputs from … to − 1 of a projection. */
function removeInputs({ shape, data }: Tensor, from: number, to: number, isTurned: boolean): void {
  const columns = shape.at(-1)!
  for (let at = 0; at < data.length; at++) {
    const input = isTurned ? Math.floor(at / columns) : at % columns
    if (input >= from && input < to) data[at] = 0
  }
}

const zero = (from: number, to: number) => (vector: Float32Array) => void vector.fill(0, from, to)

describe.each(structuralNames)('%s', (name) => {
  const { output, down } = projectionsOf(name)
  const { dir, tensors } = randomModel(name)
  const width = tensors.get(output.weight)!.shape[output.isTurned ? 0 : 1]! / H

  it('a head whose z is zero is a head without columns in the output projection', async () => {
    const edits: Edit[] = [{ site: { layer: LAYER, name: 'z' }, apply: zero(2 * width, 3 * width) }]
    const edited = randomModel(name, { edit: (all) => removeInputs(all.get(output.weight)!, 2 * width, 3 * width, output.isTurned) })
    const [a, b] = [await finalStream(dir, { edits }), await finalStream(edited.dir)]
    expect(deviation(a, b)).toBeLessThan(TOLERANCE)
    expect(deviation(a, await finalStream(dir))).toBeGreaterThan(1e-3)
  })

  it('neurons that are zero are neurons without columns in the down projection', async () => {
    const edits: Edit[] = [{ site: { layer: LAYER, name: 'neurons' }, apply: zero(3, 9) }]
    const edited = randomModel(name, { edit: (all) => removeInputs(all.get(down.weight)!, 3, 9, down.isTurned) })
    const [a, b] = [await finalStream(dir, { edits }), await finalStream(edited.dir)]
    expect(deviation(a, b)).toBeLessThan(TOLERANCE)
    expect(deviation(a, await finalStream(dir))).toBeGreaterThan(1e-3)
  })

  it('a sublayer that writes nothing before its norm is one whose projection and bias are zero', async () => {
    for (const [site, module] of [['attn_out_raw', output], ['mlp_out_raw', down]] as const) {
      const edits: Edit[] = [{ site: { layer: LAYER, name: site }, apply: (vector) => void vector.fill(0) }]
      const edited = randomModel(name, { edit: (all) => {
        all.get(module.weight)!.data.fill(0)
        all.get(module.bias)?.data.fill(0)
      } })
      expect(deviation(await finalStream(dir, { edits }), await finalStream(edited.dir))).toBeLessThan(TOLERANCE)
    }
  })
})

describe('an edited stream', () => {
  const { dir } = randomModel('llama 3')

  it('is the same at the end of a layer and at the start of the next', async () => {
    const add = (vector: Float32Array, position: number) => void vector.forEach((value, d) => (vector[d] = value + Math.sin(d + position)))
    const [a, b] = await Promise.all([
      finalStream(dir, { edits: [{ site: { layer: 0, name: 'resid_post' }, apply: add }] }),
      finalStream(dir, { edits: [{ site: { layer: 1, name: 'resid_pre' }, apply: add }] }),
    ])
    expect(a).toEqual(b)
  })

  it('at one position leaves the positions before it as they were', async () => {
    const edit: Edit = { site: { layer: 0, name: 'resid_mid' }, apply: (vector, position) => void (position === 5 && vector.fill(1)) }
    const [edited, whole] = [await finalStream(dir, { edits: [edit] }), await finalStream(dir)]
    const { D } = sizes
    expect(edited.subarray(0, D)).toEqual(whole.subarray(0, D))
    expect(deviation(edited.subarray(D), whole.subarray(D))).toBeGreaterThan(1e-3)
  })

  it('many passages with edits of their own give what each gives alone', async () => {
    const passes = await openPasses(dir)
    const passages = Array.from({ length: H }, (_, h) => plain({ edits: [{ site: { layer: LAYER, name: 'z' }, apply: zero(h * 6, h * 6 + 6) }] }))
    const together = await passes.run([...passages, plain()])
    for (const [i, passage] of [...passages, plain()].entries()) {
      const [alone] = await passes.run([passage])
      expect(deviation(together[i]!.reads[0]!.x, alone!.reads[0]!.x)).toBeLessThan(TOLERANCE)
    }
  })

  it('cannot be edited where vectors are only read off it', () => {
    expect(() => checkEditable({ site: { layer: 1, name: 'mlp_in' }, apply: () => undefined })).toThrow('1.mlp_in is derived from the stream')
  })
})

describe('attention', () => {
  const { dir } = randomModel('llama 3')

  it('to a hidden position does not happen: its token is without effect on the others', async () => {
    const hidden = new Set([2])
    const other = tokenIds.map((id, i) => (i === 2 ? (id + 7) % sizes.V : id))
    const [a, b] = [await finalStream(dir, { hidden }), await finalStream(dir, { hidden, tokenIds: other })]
    expect(deviation(a, b)).toBeLessThan(TOLERANCE)
    expect(deviation(a, await finalStream(dir))).toBeGreaterThan(1e-3)
  })

  it('frozen at its own patterns changes nothing', async () => {
    const passes = await openPasses(dir)
    const [whole] = await passes.run([plain({ givesPatterns: true })])
    expect(whole!.patterns).toHaveLength(L)
    const [frozen] = await passes.run([plain({ frozenPatterns: whole!.patterns })])
    expect(deviation(frozen!.reads[0]!.x, whole!.reads[0]!.x)).toBeLessThan(TOLERANCE)
  })

  it('frozen at the patterns of the whole model stays there when the stream is edited', async () => {
    const passes = await openPasses(dir)
    const edits: Edit[] = [{ site: { layer: 0, name: 'resid_pre' }, apply: (vector, position) => void (position === 1 && vector.fill(0)) }]
    const [whole] = await passes.run([plain({ givesPatterns: true })])
    const [free] = await passes.run([plain({ edits, givesPatterns: true })])
    const [frozen] = await passes.run([plain({ edits, frozenPatterns: whole!.patterns })])
    expect(deviation(free!.patterns[1]!, whole!.patterns[1]!)).toBeGreaterThan(1e-3)
    expect(deviation(free!.reads[0]!.x, frozen!.reads[0]!.x)).toBeGreaterThan(1e-4)
    // Frozen at what the edited pass made of itself, it is the edited pass.
    const [same] = await passes.run([plain({ edits, frozenPatterns: free!.patterns })])
    expect(deviation(same!.reads[0]!.x, free!.reads[0]!.x)).toBeLessThan(TOLERANCE)
  })

  it('has rows that sum to 1 and see nothing that comes later', async () => {
    const passes = await openPasses(dir)
    const everywhere: Read[] = [{ site: { layer: L, name: 'resid_pre' }, positions: [0, N - 1] }]
    const [result] = await passes.run([plain({ givesPatterns: true, reads: everywhere })])
    for (const pattern of result!.patterns) {
      expect(pattern).toHaveLength(H * N * N)
      for (let row = 0; row < H * N; row++) {
        const seen = pattern.subarray(row * N, (row + 1) * N)
        expect(seen.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 5)
        expect([...seen.subarray((row % N) + 1)].every((value) => value === 0)).toBe(true)
      }
    }
  })

  it('with sinks has rows that sum to less than 1, and can be frozen like any other', async () => {
    const passes = await openPasses(randomModel('gpt_oss').dir)
    const [whole] = await passes.run([plain({ givesPatterns: true })])
    const first = whole!.patterns[0]!
    for (let row = 0; row < H * N; row++) {
      const sum = first.subarray(row * N, (row + 1) * N).reduce((total, value) => total + value, 0)
      expect(sum).toBeGreaterThan(0)
      expect(sum).toBeLessThan(1 - 1e-3)
    }
    const [frozen] = await passes.run([plain({ frozenPatterns: whole!.patterns })])
    expect(deviation(frozen!.reads[0]!.x, whole!.reads[0]!.x)).toBeLessThan(TOLERANCE)
  })

  it('of sequences of several lengths in one sweep is that of each alone', async () => {
    const passes = await openPasses(dir)
    const short = plain({ tokenIds: tokenIds.slice(0, 4), reads: [{ site: { layer: L, name: 'resid_pre' }, positions: [1, 3] }], givesPatterns: true })
    const long = plain({ givesPatterns: true })
    const together = await passes.run([short, long])
    for (const [i, passage] of [short, long].entries()) {
      const [alone] = await passes.run([passage])
      for (let layer = 0; layer < L; layer++) {
        expect(deviation(together[i]!.patterns[layer]!, alone!.patterns[layer]!)).toBeLessThan(TOLERANCE)
      }
    }
  })
})

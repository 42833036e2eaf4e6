/**
 * What a sweep keeps of the demo's texts is what one finds by encoding each of them alone, in float64, and counting.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { projectDir } from '../../src/config.ts'
import { Passes } from '../../src/depass/passes.ts'
import { encode } from '../../src/features/encode.ts'
import type { FeatureSet } from '../../src/features/feature-set.ts'
import { openFeatureSet } from '../../src/features/open.ts'
import { Gathering } from '../../src/sweeps/gather.ts'
import { type Piece, pieceReader } from '../../src/sweeps/pieces.ts'
import { coFiringOf, type Sample } from '../../src/sweeps/sample.ts'
import { binOf, defaultSizes, intervalOf, OCTAVES, type SweepOptions } from '../../src/sweeps/sizes.ts'
import { Tally } from '../../src/sweeps/tally.ts'
import { tiesOf } from '../../src/sweeps/ties.ts'
import { openTokenizer } from '../../src/tokenizer/open.ts'

const demo = join(projectDir, 'demo')
/** Of float32 sums, relative to the value. */
const CLOSE = 1e-4
/** Short, so that some texts are read in pieces. */
const options: SweepOptions = {
  ...defaultSizes,
  strongest: 6,
  perInterval: 3,
  before: 4,
  after: 2,
  sample: 100,
  context: 7,
  block: 16,
}

let passes: Passes
let set: FeatureSet
let pieces: Piece[]
/** Every activation, by brute force. */
let found: { feature: number; value: number; piece: Piece; position: number; tie: number }[]
let near: number

beforeAll(async () => {
  passes = await Passes.open(join(demo, 'model'), { threads: 1 })
  set = await openFeatureSet(join(demo, 'saes/2-res'))
  const tokenizer = await openTokenizer(join(demo, 'model'))
  const texts = (JSON.parse(readFileSync(join(demo, 'data/known_1000.json'), 'utf8')) as { prompt: string }[]).slice(
    0,
    40,
  )
  const reader = pieceReader(tokenizer!, options.context)
  pieces = (await Promise.all([...texts, texts[3]!].map(({ prompt }, i) => reader.piecesOf(i, prompt)))).flat()
  found = []
  near = 0
  for (const piece of pieces) {
    const [result] = await passes.run([
      { tokenIds: piece.tokenIds, splits: [], reads: [{ site: set.site, positions: piece.positions }] },
    ])
    const { activations, preActivations } = await encode(set, result!.reads[0]!.x)
    const tie = tiesOf(options.seed, piece.tokenIds)
    piece.positions.forEach((position, row) => {
      for (let feature = 0; feature < set.F; feature++) {
        const value = activations[row * set.F + feature]!
        const threshold = set.activation.kind === 'jumprelu' ? set.activation.threshold[feature]! : 0
        // Float32 may say either of these.
        if (Math.abs(preActivations[row * set.F + feature]! - threshold) < 1e-4) near += 1
        if (value !== 0) found.push({ feature, value, piece, position, tie: tie(position) })
      }
    })
  }
})
afterAll(() => passes.close())

interface Swept {
  tally: Tally
  sample: Sample
}

/** Blocks of pieces one after another, as one part of a sweep. */
async function sweptInOrder(blocks: readonly (readonly Piece[])[]): Promise<Swept> {
  const gathering = new Gathering()
  try {
    gathering.open([{ set, options }])
    for (const block of blocks) await gathering.gather(block, passes)
    const [gathered] = gathering.gathered
    return { tally: await gathered!.tally(0, set.F), sample: await gathered!.sample() }
  } finally {
    await gathering.close()
  }
}

const swept = (parts: readonly (readonly Piece[])[]): Promise<Swept[]> => Promise.all(parts.map((part) => sweptInOrder([part])))

const distinct = <T extends { tie: number }>(items: readonly T[]) => [
  ...new Map(items.map((item) => [item.tie, item])).values(),
]

describe('a sweep', () => {
  it('counts, sums and places what fires', async () => {
    const [{ tally }] = (await swept([pieces])) as [Swept]
    expect(near).toBe(0)
    expect(tally.firings).toBe(found.length)
    for (let feature = 0; feature < set.F; feature++) {
      const own = found.filter((each) => each.feature === feature)
      const { fired, mean, max, histogram } = tally.momentsOf(feature)
      expect(fired).toBe(own.length)
      expect(histogram.reduce((sum, count) => sum + count, 0)).toBe(own.length)
      if (own.length === 0) continue
      const [wantedMean, wantedMax] = [
        own.reduce((sum, { value }) => sum + value, 0) / own.length,
        Math.max(...own.map(({ value }) => value)),
      ]
      expect(Math.abs(mean! - wantedMean)).toBeLessThan(CLOSE * wantedMax)
      expect(Math.abs(max! - wantedMax)).toBeLessThan(CLOSE * wantedMax)
    }
  })

  it('keeps the strongest, each token of a text once, with the activations around', async () => {
    const [{ tally }] = (await swept([pieces])) as [Swept]
    let windows = 0
    for (let feature = 0; feature < set.F; feature++) {
      const own = found.filter((each) => each.feature === feature)
      const kept = [...tally.strongest.examples(feature)].map((each) => ({ ...each, window: [...each.window] }))
      const wanted = distinct(own)
        .sort((a, b) => b.value - a.value)
        .slice(0, options.strongest)
      expect(kept.length).toBe(wanted.length)
      kept.forEach((example, i) => {
        expect(Math.abs(example.value - wanted[i]!.value)).toBeLessThan(CLOSE * wanted[i]!.value)
        const same = own.filter(({ piece }) => piece.prompt === example.prompt && piece.piece === example.piece)
        example.window.forEach((value, w) => {
          const at = example.position + example.from + w
          expect(at >= example.position - options.before && at <= example.position + options.after).toBe(true)
          expect(Math.abs(value - (same.find(({ position }) => position === at)?.value ?? 0))).toBeLessThan(
            CLOSE * example.value,
          )
        })
        windows += example.window.filter((value) => value !== 0).length - 1
      })
    }
    expect(windows).toBeGreaterThan(0)
  })

  it('draws examples of each interval by chance that everyone shares', async () => {
    const [{ tally }] = (await swept([pieces])) as [Swept]
    for (let feature = 0; feature < set.F; feature += 7) {
      for (let interval = 0; interval < OCTAVES; interval++) {
        const own = distinct(
          found.filter((each) => each.feature === feature && intervalOf(binOf(Math.fround(each.value))) === interval),
        )
        const wanted = own
          .map(({ tie }) => tie)
          .sort((a, b) => a - b)
          .slice(0, options.perInterval)
        expect(
          [...tally.intervals.examples((feature - tally.first) * OCTAVES + interval)].map(({ tie }) => tie),
        ).toEqual(wanted)
      }
    }
  })

  it('counts co-firing on the positions of the smallest ties', async () => {
    const [{ sample }] = (await swept([pieces])) as [Swept]
    const ties = [
      ...new Set(pieces.flatMap((piece) => piece.positions.map(tiesOf(options.seed, piece.tokenIds)))),
    ].sort((a, b) => a - b)
    const chosen = new Set(ties.slice(0, options.sample))
    expect(sample.positions().map(({ tie }) => tie)).toEqual([...chosen].sort((a, b) => a - b))
    const firing = new Map<number, Set<number>>()
    for (const { tie, feature } of found)
      if (chosen.has(tie)) firing.set(tie, (firing.get(tie) ?? new Set()).add(feature))
    let feature = 0
    for (const { sampled, features, shares } of coFiringOf(sample, set.F, 5)) {
      const own = [...firing.values()].filter((features) => features.has(feature))
      const together = (other: number) => own.filter((features) => features.has(other)).length
      expect(sampled).toBe(own.length)
      features.forEach((other, i) => expect(shares[i]).toBeCloseTo(together(other) / own.length, 12))
      const most = Array.from({ length: set.F }, (_, other) => (other === feature ? 0 : together(other)))
        .filter((count) => count > 0)
        .sort((a, b) => b - a)
      expect(features.map(together)).toEqual(most.slice(0, 5))
      feature += 1
    }
    expect(feature).toBe(set.F)
  })

  it('is the same whole, in parts, and by way of bytes', async () => {
    const blocks = Array.from({ length: Math.ceil(pieces.length / 16) }, (_, i) => pieces.slice(16 * i, 16 * (i + 1)))
    const parts = await swept(blocks)
    const inOrder = await sweptInOrder(blocks)
    const merged = new Tally(0, set.F, options)
    for (const part of [parts.at(-1)!, ...parts.slice(0, -1)]) merged.merge(Tally.unpack(part.tally.pack(), options))
    expect(Buffer.compare(merged.pack(), inOrder.tally.pack())).toBe(0)
    const [sample, ...others] = parts.map((part) => part.sample)
    for (const other of others) sample!.merge(other)
    expect(Buffer.compare(sample!.pack(), inOrder.sample.pack())).toBe(0)
  })
})

it('a text that is longer than the context is read in pieces, each with the special tokens in front', async () => {
  const long = pieces.filter(({ piece }) => piece > 0)
  expect(long.length).toBeGreaterThan(0)
  for (const { tokenIds, positions } of pieces) {
    expect(tokenIds.length).toBeLessThanOrEqual(options.context)
    expect(tokenIds[0]).toBe(pieces[0]!.tokenIds[0])
    expect(positions).toEqual([...tokenIds.keys()].slice(1))
  }
})

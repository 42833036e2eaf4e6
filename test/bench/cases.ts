/** What is measured: shapes, lengths and partitions. */
import type { AttributionRequest, Partition } from '../../src/attribution/request.ts'
import type { Shape } from './random-model.ts'

export interface Case {
  name: string
  shape: Shape
  N: number
  partition: Partition
  /** How dense.py is asked for the same; null where it cannot be. */
  dense: 'token' | 'neuron' | null
}

const m125: Shape = { name: '125M-like', D: 768, H: 12, K: 12, I: 2048, L: 4, V: 1000 }
const b1: Shape = { name: '1B-like', D: 2048, H: 32, K: 8, I: 8192, L: 2, V: 1000 }
/** A mixture, and a plain model whose layers have as many neurons as a token uses of the mixture. */
const mixture: Shape = {
  name: 'mixture, 2 of 8 experts', D: 1024, H: 16, K: 8, I: 2048, L: 4, V: 1000, experts: { count: 8, chosen: 2 },
}
const active: Shape = { ...mixture, name: 'plain, of the active size', I: 4096, experts: undefined }
const token: Partition = { by: 'token', layer: 0 }

const tokens = (shape: Shape, N: number, dense: Case['dense']): Case => ({ name: 'tokens', shape, N, partition: token, dense })

export const cases: readonly Case[] = [
  ...[32, 64, 128].map((N) => tokens(m125, N, 'token')),
  // Dense, 512 tokens take minutes and 1,024 more memory than there is.
  ...[256, 512, 1024].map((N) => tokens(m125, N, null)),
  ...[16, 32].map((N) => tokens(b1, N, 'token')),
  tokens(b1, 128, null),
  { name: '2,048 neurons of layer 1', shape: m125, N: 16, partition: { by: 'neuron', layer: 1 }, dense: 'neuron' },
  ...[16, 64].flatMap((N) => [tokens(mixture, N, null), tokens(active, N, null)]),
  { name: 'heads of all layers', shape: m125, N: 16, partition: { by: 'head', layer: 'all' }, dense: null },
]

/** Whole models, whose first answer is measured. */
export const wholeModels: readonly { shape: Shape; N: number }[] = [
  { shape: { ...m125, name: '12 layers, 125M-like', L: 12, V: 32_000 }, N: 48 },
  { shape: { ...b1, name: '16 layers, 1B-like', L: 16, V: 32_000 }, N: 32 },
]

export const requestOf = ({ shape, N, partition }: Pick<Case, 'shape' | 'N' | 'partition'>): AttributionRequest => ({
  tokenIds: Array.from({ length: N }, (_, i) => (i * 37 + 5) % shape.V), position: N - 1,
  target: { type: 'logit', tokenId: 'next' }, partition,
  mode: 'corrected', rule: 'softmax', temperature: 0.1, excludeFirst: false,
})

/** What is measured: the shapes and partitions that the authors' code was timed on. */
import type { Partition } from '../../src/attribution/request.ts'
import type { Shape } from './randomModel.ts'

export interface Case {
  name: string
  shape: Shape
  N: number
  partition: Partition
  /** The authors' PyTorch code on two cores of such a machine, where it was timed. */
  authorsSeconds: number | null
}

const m125: Shape = { name: '125M-like', D: 768, H: 12, K: 12, I: 2048, L: 4, V: 1000 }
const b1: Shape = { name: '1B-like', D: 2048, H: 32, K: 8, I: 8192, L: 2, V: 1000 }
const token: Partition = { by: 'token', layer: 0 }

export const cases: readonly Case[] = [
  { name: 'tokens', shape: m125, N: 32, partition: token, authorsSeconds: null },
  { name: 'tokens', shape: m125, N: 64, partition: token, authorsSeconds: 2.6 },
  { name: 'tokens', shape: m125, N: 128, partition: token, authorsSeconds: null },
  { name: 'tokens', shape: m125, N: 512, partition: token, authorsSeconds: null },
  { name: 'tokens', shape: b1, N: 16, partition: token, authorsSeconds: null },
  { name: 'tokens', shape: b1, N: 32, partition: token, authorsSeconds: 2.5 },
  { name: '2,048 neurons of layer 1', shape: m125, N: 16, partition: { by: 'neuron', layer: 1 }, authorsSeconds: 15.4 },
  { name: 'heads of all layers', shape: m125, N: 16, partition: { by: 'head', layer: 'all' }, authorsSeconds: 0.26 },
]

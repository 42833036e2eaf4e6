/**
 * The weights of a model under the names that the layer's code knows, whatever the architecture calls them. A weight
 * that lies in the file as it is needed stays there (a reference that an engine can map); queries, keys and values that
 * share one tensor are cut apart into memory, layer by layer.
 */
import type { ModelConfig } from './config.ts'
import type { TensorEntry } from './safetensors.ts'
import { readTensorAsFloat32 } from './safetensors-read.ts'
import {
  type FusedLayout, globalNames, layerNames, type ModuleNames, namings, type Orientation,
} from './weights-names.ts'

export type WeightRef =
  /** In place: entry.file, entry.byteOffset, entry.dtype, entry.shape. */
  | { source: 'file'; entry: TensorEntry; orientation: Orientation }
  | { source: 'data'; data: Float32Array; shape: readonly number[]; orientation: Orientation }

/** weight: [out, in] or [in, out] by its orientation; bias: [out]. */
export interface Linear {
  weight: WeightRef
  bias: WeightRef | null
}

/** Both [width]; the gain as stored: add config.norm.gainOffset. */
export interface Norm {
  gain: WeightRef
  bias: WeightRef | null
}

export interface LayerWeights {
  attnNorm: Norm
  /** H·headWidth outputs; k and v K·headWidth. */
  q: Linear
  k: Linear
  v: Linear
  /** H·headWidth inputs, D outputs. */
  output: Linear
  /** Per head, width headWidth. */
  qNorm: Norm | null
  kNorm: Norm | null
  postAttnNorm: Norm | null
  mlpNorm: Norm
  /** null in a plain MLP. */
  gate: Linear | null
  /** D → I: `up` of a gated MLP, the first map of a plain one. */
  up: Linear
  /** I → D */
  down: Linear
  postMlpNorm: Norm | null
}

export interface GlobalWeights {
  /** [V, D] */
  embedding: WeightRef
  /** [maxPositions, D] */
  positionEmbedding: WeightRef | null
  finalNorm: Norm
  /** [V, D], 'out,in'; the embedding itself where the two are tied. */
  head: WeightRef
}

/** Tensors by name without prefix, checked against the configuration: what `openModelFolder` gives. */
interface WeightSource {
  config: ModelConfig
  tensors: ReadonlyMap<string, TensorEntry>
}

export function globalWeights({ config, tensors }: WeightSource): GlobalWeights {
  const names = globalNames(config)
  return {
    embedding: inFile(tensors, names.embedding),
    positionEmbedding: names.positionEmbedding ? inFile(tensors, names.positionEmbedding) : null,
    finalNorm: norm(tensors, names.finalNorm),
    head: inFile(tensors, names.head),
  }
}

/** Reads from the file only what has to be cut apart. */
export async function layerWeights({ config, tensors }: WeightSource, layer: number): Promise<LayerWeights> {
  const names = layerNames(config, layer)
  const { orientation } = namings[config.architecture]
  const at = (linear: ModuleNames): Linear => ({
    weight: inFile(tensors, linear.weight, orientation),
    bias: linear.bias ? inFile(tensors, linear.bias) : null,
  })
  const maybeNorm = (module: ModuleNames | null) => (module ? norm(tensors, module) : null)
  const { qkv } = names
  const [q, k, v] = 'fused' in qkv
    ? await cutFused(config, tensors, qkv.fused, qkv.layout)
    : [at(qkv.q), at(qkv.k), at(qkv.v)]
  return {
    attnNorm: norm(tensors, names.attnNorm),
    q,
    k,
    v,
    output: at(names.output),
    qNorm: maybeNorm(names.qNorm),
    kNorm: maybeNorm(names.kNorm),
    postAttnNorm: maybeNorm(names.postAttnNorm),
    mlpNorm: norm(tensors, names.mlpNorm),
    gate: names.gate ? at(names.gate) : null,
    up: at(names.up),
    down: at(names.down),
    postMlpNorm: maybeNorm(names.postMlpNorm),
  }
}

/** The values of a weight, row-major in its own orientation. */
export const readWeight = async (weight: WeightRef): Promise<Float32Array> =>
  weight.source === 'data' ? weight.data : readTensorAsFloat32(weight.entry)

export const weightShape = (weight: WeightRef): readonly number[] =>
  weight.source === 'data' ? weight.shape : weight.entry.shape

function inFile(tensors: ReadonlyMap<string, TensorEntry>, name: string, orientation: Orientation = 'out,in'): WeightRef {
  const entry = tensors.get(name)
  if (!entry) throw new Error(`The tensor ${name} is missing: openModelFolder checks that all are there`)
  return { source: 'file', entry, orientation }
}

const norm = (tensors: ReadonlyMap<string, TensorEntry>, { weight, bias }: ModuleNames): Norm =>
  ({ gain: inFile(tensors, weight), bias: bias ? inFile(tensors, bias) : null })

/** One tensor of 3·H·headWidth outputs → q, k, v of H·headWidth outputs each, in the same orientation. */
async function cutFused(
  { architecture, D, H, headWidth }: ModelConfig,
  tensors: ReadonlyMap<string, TensorEntry>,
  fused: ModuleNames,
  layout: FusedLayout,
): Promise<[Linear, Linear, Linear]> {
  const width = H * headWidth
  const weight = inFile(tensors, fused.weight)
  const { orientation } = namings[architecture]
  const values = await readWeight(weight)
  const biases = fused.bias ? await readWeight(inFile(tensors, fused.bias)) : null
  const cut = (part: 0 | 1 | 2): Linear => {
    const outputs = outputsOf(part, layout, H, headWidth)
    const shape = orientation === 'out,in' ? [width, D] : [D, width]
    const data = orientation === 'out,in' ? takeRows(values, D, outputs) : takeColumns(values, 3 * width, outputs)
    return {
      weight: { source: 'data', data, shape, orientation },
      bias: biases && { source: 'data', data: takeRows(biases, 1, outputs), shape: [width], orientation: 'out,in' },
    }
  }
  return [cut(0), cut(1), cut(2)]
}

/** [H·headWidth]: which outputs of the fused map are the part's (0 query, 1 key, 2 value), head after head. */
function outputsOf(part: number, layout: FusedLayout, H: number, headWidth: number): Int32Array {
  return Int32Array.from({ length: H * headWidth }, (_, j) => {
    if (layout === 'thirds') return part * H * headWidth + j
    const head = Math.floor(j / headWidth)
    return (head * 3 + part) * headWidth + j % headWidth
  })
}

function takeRows(matrix: Float32Array, width: number, rows: Int32Array): Float32Array {
  const taken = new Float32Array(rows.length * width)
  rows.forEach((row, i) => taken.set(matrix.subarray(row * width, (row + 1) * width), i * width))
  return taken
}

function takeColumns(matrix: Float32Array, width: number, columns: Int32Array): Float32Array {
  const height = matrix.length / width
  const taken = new Float32Array(height * columns.length)
  for (let row = 0; row < height; row++) {
    for (let j = 0; j < columns.length; j++) taken[row * columns.length + j] = matrix[row * width + columns[j]!]!
  }
  return taken
}

/** A model folder with what every pass needs of it in memory: the configuration, the small global weights, and rows. */
import { UserError } from '../errors.ts'
import type { ModelConfig } from './config.ts'
import { openModelFolder, type ModelFolder } from './folder.ts'
import { KeptRows } from './keptRows.ts'
import { globalWeights, layerWeights, readWeight, type GlobalWeights, type LayerWeights } from './weights.ts'

export interface LoadedModel {
  folder: ModelFolder
  config: ModelConfig
  globals: GlobalWeights
  /** [D]; as stored, without the offset */
  finalGain: Float32Array
  finalBias: Float32Array | null
  rows: KeptRows
}

export async function loadModel(dir: string): Promise<LoadedModel> {
  const folder = await openModelFolder(dir)
  const globals = globalWeights(folder)
  const { gain, bias } = globals.finalNorm
  return {
    folder,
    config: folder.config,
    globals,
    finalGain: await readWeight(gain),
    finalBias: bias === null ? null : await readWeight(bias),
    rows: new KeptRows(),
  }
}

export const loadLayer = ({ folder }: LoadedModel, layer: number): Promise<LayerWeights> => layerWeights(folder, layer)

/** x [N, D] at the input of layer 0. */
export async function embed(model: LoadedModel, tokenIds: readonly number[]): Promise<Float32Array> {
  const { embedding, positionEmbedding } = model.globals
  const { D, embeddingScale } = model.config
  const x = await matrixRows(model, embedding, tokenIds)
  if (embeddingScale !== 1) {
    // Gemma multiplies by the scale rounded to the weights' own precision; float32 is what this engine computes in.
    for (let at = 0; at < x.length; at++) x[at]! *= embeddingScale
  }
  if (positionEmbedding !== null) {
    const positions = await matrixRows(model, positionEmbedding, tokenIds.map((_, i) => i))
    for (let at = 0; at < tokenIds.length * D; at++) x[at]! += positions[at]!
  }
  return x
}

/** Rows [tokens, D] of the unembedding. */
export const unembeddingRows = (model: LoadedModel, tokenIds: readonly number[]): Promise<Float32Array> =>
  matrixRows(model, model.globals.head, tokenIds)

async function matrixRows(
  model: LoadedModel, weight: GlobalWeights['head'], rows: readonly number[],
): Promise<Float32Array> {
  if (weight.source === 'file') return model.rows.read(weight.entry, rows)
  throw new UserError('UNSUPPORTED', 'The embedding is not a tensor of its own in the model folder; save it as one.')
}

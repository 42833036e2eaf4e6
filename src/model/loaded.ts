/** A model folder with what every pass needs in memory: the configuration, the small global weights, and rows. */
import { UserError } from '../errors.ts'
import type { ModelConfig } from './config.ts'
import { versionsOf, type HashOptions } from './digest-memory.ts'
import { openModelFolder, type ModelFolder } from './folder.ts'
import { KeptRows } from './kept-rows.ts'
import { readWeight, type WeightRef } from './weight-ref.ts'
import {
  attentionWeights, globalWeights, mlpWeights, normValues, routerWeights, type AttentionWeights, type GlobalWeights,
  type MlpWeights, type NormValues, type RouterWeights,
} from './weights.ts'

export interface LoadedModel {
  folder: ModelFolder
  config: ModelConfig
  globals: GlobalWeights
  /** [D]; as stored, without the offset. */
  finalGain: Float32Array
  finalBias: Float32Array | null
  rows: KeptRows
  /** Refuses (BAD_MODEL) weights whose files were changed since they were opened. */
  requireUnchanged(): Promise<void>
}

export async function loadModel(dir: string, options: HashOptions = {}): Promise<LoadedModel> {
  const folder = await openModelFolder(dir, options)
  const files = [...new Set([...folder.tensors.values()].map(({ file }) => file))]
  const versions = await versionsOf(files)
  const globals = globalWeights(folder)
  const { gain, bias } = globals.finalNorm
  return {
    folder,
    config: folder.config,
    globals,
    finalGain: gain === null ? new Float32Array(folder.config.D).fill(1) : await readWeight(gain),
    finalBias: bias === null ? null : await readWeight(bias),
    rows: new KeptRows(),
    async requireUnchanged() {
      if ((await versionsOf(files)) === versions) return
      throw new UserError('BAD_MODEL', `The weights in ${folder.dir} were written since they were opened; what they compute would ` +
        'be told as the results of the old ones. Add the model again, and start what uses it anew.')
    },
  }
}

export const loadAttention = ({ folder }: LoadedModel, layer: number): Promise<AttentionWeights> =>
  attentionWeights(folder, layer)

/** The weights of a layer's plain MLP, or of one of its experts. */
export const loadMlp = ({ folder }: LoadedModel, layer: number, expert: number | null): Promise<MlpWeights> =>
  mlpWeights(folder, layer, expert)

export const loadRouter = ({ folder }: LoadedModel, layer: number): RouterWeights => routerWeights(folder, layer)

/** One of a layer's norms; null if the layer has no such norm. */
export const loadNorm = (
  { folder }: LoadedModel, layer: number, which: 'mlp' | 'postAttention' | 'postMlp',
): Promise<NormValues | null> => normValues(folder, layer, which)

/** x [N, D] at the input of layer 0. */
export async function embed(model: LoadedModel, tokenIds: readonly number[]): Promise<Float32Array> {
  const { embedding, positionEmbedding } = model.globals
  const { D, embeddingScale } = model.config
  const x = await matrixRows(model, embedding, tokenIds)
  if (embeddingScale !== 1) {
    // transformers rounds Gemma's scale to the weights' own precision; here it stays float32, as everything this engine
    // computes.
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
  model: LoadedModel, weight: WeightRef, rows: readonly number[],
): Promise<Float32Array> {
  if (weight.source !== 'file') {
    throw new UserError('UNSUPPORTED', 'The embedding is not a tensor of its own in the model folder; save it as one.')
  }
  const values = await model.rows.read(weight.entry, rows)
  const { factor } = weight
  return factor === undefined ? values : values.map((value) => value * factor)
}

/**
 * The weights of a model under the names that the layer's code uses, whatever the architecture calls them. A weight that
 * the file holds in a usable form stays there (as a reference that an engine can map), even if it is a part of a larger
 * tensor. A weight that has to be picked out of another tensor is copied into memory, layer by layer.
 */
import type { FusedLayout, Naming } from './architectures/naming.ts'
import { isMixture, neuronsOf, type ModelConfig } from './config.ts'
import { FusedMap, type OutputRange } from './fused-map.ts'
import type { TensorEntry } from './safetensors.ts'
import { inFile, inMemory, readWeight, scaled, type Linear, type Norm, type WeightRef } from './weight-ref.ts'
import { expertMaps, type LayerTensors } from './weights-experts.ts'
import { embeddingName, headName, inLayer, namingOf, ofHead } from './weights-names.ts'

export interface AttentionWeights {
  /** null if attention reads the stream without a norm. */
  norm: Norm | null
  /** H·headWidth outputs; k and v K·headWidth. */
  q: Linear
  k: Linear
  v: Linear
  /** H·headWidth inputs, D outputs. */
  output: Linear
  /** Gains of the norms on queries and keys: [headWidth], [heads, headWidth], or [heads·headWidth] by config.qkNorm. */
  qNorm: WeightRef | null
  kNorm: WeightRef | null
  /** [H] */
  sinks: WeightRef | null
  postNorm: Norm | null
}

/** The weights of a plain MLP, or of one expert. */
export interface MlpWeights {
  /** null if the MLP reads the stream without a norm. */
  norm: Norm | null
  /** null in a plain MLP. */
  gate: Linear | null
  /** D → I: `up` of a gated MLP, the first map of a plain one. */
  up: Linear
  /** I → D */
  down: Linear
  postNorm: Norm | null
}

export interface RouterWeights {
  norm: Norm | null
  /** D → E */
  router: Linear
}

export interface GlobalWeights {
  /** [V, D] */
  embedding: WeightRef
  /** [maxPositions, D] */
  positionEmbedding: WeightRef | null
  finalNorm: Norm
  /** [V, D], 'out,in'; the embedding itself if the two are tied. */
  head: WeightRef
}

/** Tensors by name without prefix, checked against the configuration; `openModelFolder` gives them. */
export interface ModelTensors {
  config: ModelConfig
  tensors: ReadonlyMap<string, TensorEntry>
}

export function globalWeights(source: ModelTensors): GlobalWeights {
  const { config } = source
  const naming = namingOf(config)
  const embedding = tensorOf(source, embeddingName(naming))
  const { weight: head } = scaled(
    { weight: config.tiedHead ? embedding : tensorOf(source, headName(naming)), bias: null }, config.logitScale)
  const { positionEmbedding } = naming
  return {
    embedding,
    positionEmbedding: config.learnedPositions && positionEmbedding !== undefined
      ? tensorOf(source, `${positionEmbedding}.weight`) : null,
    finalNorm: normOf(source, naming.finalNorm),
    head,
  }
}

export async function attentionWeights(source: ModelTensors, layer: number): Promise<AttentionWeights> {
  const { config } = source
  const naming = namingOf(config)
  const tensors = layerTensors(source, naming, layer)
  const [q, k, v] = await queriesKeysValues(config, naming, tensors)
  const hasQkNorm = config.qkNorm !== null
  return {
    norm: config.preNorms ? layerNorm(source, tensors, naming.attnNorm) : null,
    q,
    k,
    v,
    output: scaled(tensors.linear(tensors.at(naming.output)), config.residualScale),
    qNorm: hasQkNorm ? await headGains(config, tensors, naming.qNorm, config.H) : null,
    kNorm: hasQkNorm ? await headGains(config, tensors, naming.kNorm, config.K) : null,
    sinks: config.sinks && naming.sinks !== undefined ? tensors.tensor(tensors.at(naming.sinks)) : null,
    postNorm: config.postNorms ? layerNorm(source, tensors, naming.postAttnNorm) : null,
  }
}

/** The weights of the layer's plain MLP, or of one of its experts. */
export async function mlpWeights(source: ModelTensors, layer: number, expert: number | null): Promise<MlpWeights> {
  const { config } = source
  const naming = namingOf(config)
  const tensors = layerTensors(source, naming, layer)
  const maps = expert === null || config.experts === null
    ? await plainMaps(config, naming, tensors, neuronsOf(config, layer))
    : await expertMaps(config, naming, config.experts, tensors, expert)
  return {
    ...maps,
    down: scaled(maps.down, config.residualScale),
    norm: mlpNorm(source, naming, tensors),
    postNorm: config.postNorms ? layerNorm(source, tensors, naming.postMlpNorm) : null,
  }
}

export function routerWeights(source: ModelTensors, layer: number): RouterWeights {
  const naming = namingOf(source.config)
  const tensors = layerTensors(source, naming, layer)
  if (naming.experts === undefined || !isMixture(source.config, layer)) throw new Error(`layer ${layer} has no router`)
  const router = tensors.at(naming.experts.router)
  return {
    norm: mlpNorm(source, naming, tensors),
    router: {
      weight: tensors.tensor(`${router}.weight`),
      bias: source.config.experts?.routerBias ? tensors.tensor(`${router}.bias`) : null,
    },
  }
}

/** A norm in memory, with its gain as a factor. */
export interface NormValues {
  /** [D] */
  gain: Float32Array
  /** [D]; null where it has none. */
  bias: Float32Array | null
}

/** One of a layer's norms; null if the layer has no such norm. */
export async function normValues(
  source: ModelTensors, layer: number, which: 'mlp' | 'postAttention' | 'postMlp',
): Promise<NormValues | null> {
  const { config } = source
  const naming = namingOf(config)
  const tensors = layerTensors(source, naming, layer)
  const posts = { postAttention: naming.postAttnNorm, postMlp: naming.postMlpNorm }
  const norm = which === 'mlp' ? mlpNorm(source, naming, tensors)
    : config.postNorms ? layerNorm(source, tensors, posts[which]) : null
  if (norm === null) return null
  return {
    gain: norm.gain === null ? new Float32Array(config.D).fill(1)
      : (await readWeight(norm.gain)).map((value) => value + config.norm.gainOffset),
    bias: norm.bias === null ? null : await readWeight(norm.bias),
  }
}

function tensorOf({ tensors }: ModelTensors, name: string): WeightRef & { source: 'file' } {
  const entry = tensors.get(name)
  if (!entry) throw new Error(`The tensor ${name} is missing: openModelFolder checks that all are there`)
  return { source: 'file', entry, orientation: 'out,in' }
}

function layerTensors(source: ModelTensors, naming: Naming, layer: number): LayerTensors {
  const tensor = (name: string) => tensorOf(source, name)
  return {
    at: inLayer(naming, layer),
    tensor,
    has: (name) => source.tensors.has(name),
    linear: (module) => ({
      weight: inFile(tensor(`${module}.weight`).entry, naming.orientation),
      bias: source.tensors.has(`${module}.bias`) ? tensor(`${module}.bias`) : null,
    }),
  }
}

function normOf(source: ModelTensors, module: string): Norm {
  const { norm, biases } = source.config
  return {
    gain: norm.hasGain ? tensorOf(source, `${module}.weight`) : null,
    bias: biases.norm ? tensorOf(source, `${module}.bias`) : null,
  }
}

function layerNorm(source: ModelTensors, { at }: LayerTensors, module: string | undefined): Norm {
  if (module !== undefined) return normOf(source, at(module))
  if (!source.config.norm.hasGain) return { gain: null, bias: null }
  throw new Error(`the family ${source.config.architecture} names no tensor for one of its norms`)
}

function mlpNorm(source: ModelTensors, naming: Naming, tensors: LayerTensors): Norm | null {
  const { preNorms, sharedNorm } = source.config
  return preNorms ? layerNorm(source, tensors, sharedNorm ? naming.attnNorm : naming.mlpNorm) : null
}

async function queriesKeysValues(
  { H, K, headWidth }: ModelConfig, { qkv }: Naming, tensors: LayerTensors,
): Promise<[Linear, Linear, Linear]> {
  for (const form of qkv) {
    if ('fused' in form) {
      const module = tensors.at(form.fused)
      if (!tensors.has(`${module}.weight`)) continue
      const { weight, bias } = tensors.linear(module)
      const map = new FusedMap(weight, bias)
      const parts = fusedParts(form.layout, { H, K, headWidth })
      return [await map.take(parts.q), await map.take(parts.k), await map.take(parts.v)]
    }
    const [q, k, v] = [form.q, form.k, form.v].map(tensors.at)
    if (tensors.has(`${q}.weight`)) return [tensors.linear(q!), tensors.linear(k!), tensors.linear(v!)]
  }
  throw new Error('no form of queries, keys and values is there: openModelFolder checks that one is')
}

/** Which outputs of a fused map are queries, keys and values, head after head. */
function fusedParts(
  layout: FusedLayout, { H, K, headWidth }: Pick<ModelConfig, 'H' | 'K' | 'headWidth'>,
): Record<'q' | 'k' | 'v', OutputRange[]> {
  if (layout === 'inOrder') {
    return {
      q: [{ from: 0, count: H * headWidth }],
      k: [{ from: H * headWidth, count: K * headWidth }],
      v: [{ from: (H + K) * headWidth, count: K * headWidth }],
    }
  }
  const queries = H / K
  const byGroup = (first: number, heads: number): OutputRange[] => Array.from({ length: K }, (_, group) =>
    ({ from: (group * (queries + 2) + first) * headWidth, count: heads * headWidth }))
  return { q: byGroup(0, queries), k: byGroup(queries, 1), v: byGroup(queries + 1, 1) }
}

async function plainMaps(
  { gatedMlp }: ModelConfig, { mlp }: Naming, tensors: LayerTensors, I: number,
): Promise<Pick<MlpWeights, 'gate' | 'up' | 'down'>> {
  for (const form of mlp) {
    const down = tensors.at(form.down)
    if ('gateUp' in form) {
      const module = tensors.at(form.gateUp)
      if (!tensors.has(`${module}.weight`)) continue
      const { weight, bias } = tensors.linear(module)
      const map = new FusedMap(weight, bias)
      return {
        gate: await map.take([{ from: 0, count: I }]), up: await map.take([{ from: I, count: I }]), down: tensors.linear(down),
      }
    }
    const up = tensors.at(form.up)
    if (!tensors.has(`${up}.weight`)) continue
    const gate = gatedMlp && form.gate !== undefined ? tensors.linear(tensors.at(form.gate)) : null
    return { gate, up: tensors.linear(up), down: tensors.linear(down) }
  }
  throw new Error('no form of the MLP is there: openModelFolder checks that one is')
}

/** Gains of a norm on queries or keys. If each head has a tensor of its own, they are concatenated. */
async function headGains(
  { headWidth }: ModelConfig, tensors: LayerTensors, module: string | undefined, heads: number,
): Promise<WeightRef> {
  if (module === undefined) throw new Error('a family has norms on queries and keys without naming them')
  if (!module.includes('{h}')) return tensors.tensor(`${tensors.at(module)}.weight`)
  const gains = new Float32Array(heads * headWidth)
  for (let h = 0; h < heads; h++) {
    gains.set(await readWeight(tensors.tensor(`${tensors.at(ofHead(module, h))}.weight`)), h * headWidth)
  }
  return inMemory(gains, [heads, headWidth])
}

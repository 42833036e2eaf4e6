/**
 * Every tensor that a configuration needs, by name and shape, according to the family's naming. If a family has several
 * forms for a part of its weights, all of them are listed.
 */
import { families } from './architectures/families.ts'
import type { ExpertsForm, MlpForm, Naming, QkvForm } from './architectures/naming.ts'
import { isMixture, neuronsOf, type Experts, type ModelConfig } from './config.ts'
import { BLOCK_BYTES, BLOCK_NUMBERS, BLOCKS, SCALES } from './mxfp4.ts'

export interface WantedTensor {
  /** Without prefix, in the family's first spelling. */
  name: string
  shape: readonly number[]
  /** Whether it holds bytes of packed numbers; otherwise floats. */
  packed?: boolean
}

/** The possible forms of one part of a model: it is stored as one of these lists. */
export type Forms = readonly [readonly WantedTensor[], ...(readonly WantedTensor[])[]]

export const namingOf = (config: ModelConfig): Naming => families[config.architecture].naming(config)

/** Names of a layer's modules. */
export const inLayer = ({ layer }: Naming, number: number) => (module: string): string =>
  layer.replace('{i}', String(number)) + module

export const ofHead = (module: string, head: number): string => module.replace('{h}', String(head))
export const ofExpert = (module: string, expert: number): string => module.replace('{e}', String(expert))

export const embeddingName = ({ embedding }: Naming): string => `${embedding}.weight`
export const headName = ({ head }: Naming): string => `${head}.weight`

export function wantedTensors(config: ModelConfig): Forms[] {
  const { D, V, L } = config
  const naming = namingOf(config)
  const parts: Forms[] = [[[{ name: embeddingName(naming), shape: [V, D] }]], ...normParts(config, naming.finalNorm)]
  if (!config.tiedHead) parts.push([[{ name: headName(naming), shape: [V, D] }]])
  if (config.learnedPositions && naming.positionEmbedding !== undefined) {
    parts.push([[{ name: `${naming.positionEmbedding}.weight`, shape: [config.maxPositions, D] }]])
  }
  for (let layer = 0; layer < L; layer++) {
    const at = inLayer(naming, layer)
    parts.push(...attentionParts(config, naming, at), ...mlpParts(config, naming, layer, at))
  }
  return parts
}

type At = (module: string) => string

function attentionParts(config: ModelConfig, naming: Naming, at: At): Forms[] {
  const { D, H, headWidth, biases, qkNorm } = config
  return [
    ...(config.preNorms ? normParts(config, atOptional(at, naming.attnNorm)) : []),
    someForm(naming.qkv.map((form) => qkvTensors(config, naming, form, at))),
    [linear(naming, at(naming.output), D, H * headWidth, biases.output)],
    ...(qkNorm === null ? [] : [...qkNormParts(config, naming.qNorm, config.H, at), ...qkNormParts(config, naming.kNorm, config.K, at)]),
    ...(config.sinks && naming.sinks !== undefined ? [[[{ name: at(naming.sinks), shape: [H] }]] as Forms] : []),
    ...(config.postNorms ? normParts(config, atOptional(at, naming.postAttnNorm)) : []),
  ]
}

function mlpParts(config: ModelConfig, naming: Naming, layer: number, at: At): Forms[] {
  const { experts } = config
  const shared = config.sharedNorm || !config.preNorms
  return [
    ...(shared ? [] : normParts(config, atOptional(at, naming.mlpNorm))),
    ...(experts !== null && isMixture(config, layer)
      ? expertParts(config, naming, experts, at)
      : [someForm(naming.mlp.map((form) => mlpTensors(config, naming, form, neuronsOf(config, layer), at)))]),
    ...(config.postNorms ? normParts(config, atOptional(at, naming.postMlpNorm)) : []),
  ]
}

const atOptional = (at: At, module: string | undefined) => (module === undefined ? undefined : at(module))

/** The norm before, behind or after a sublayer; no tensors if the norms have no weights. */
function normParts({ D, norm, biases }: ModelConfig, module: string | undefined): Forms[] {
  if (module === undefined || !norm.hasGain) return []
  const bias = biases.norm ? [{ name: `${module}.bias`, shape: [D] }] : []
  return [[[{ name: `${module}.weight`, shape: [D] }, ...bias]]]
}

function qkNormParts({ qkNorm, headWidth }: ModelConfig, module: string | undefined, heads: number, at: At): Forms[] {
  if (module === undefined || qkNorm === null) return []
  if (module.includes('{h}')) {
    return [[Array.from({ length: heads }, (_, h) => ({ name: `${at(ofHead(module, h))}.weight`, shape: [headWidth] }))]]
  }
  const own = qkNorm.gainPerHead ? [heads, headWidth] : [headWidth]
  return [[[{ name: `${at(module)}.weight`, shape: qkNorm.over === 'all' ? [heads * headWidth] : own }]]]
}

function qkvTensors({ D, H, K, headWidth, biases }: ModelConfig, naming: Naming, form: QkvForm, at: At): WantedTensor[] {
  if ('fused' in form) return linear(naming, at(form.fused), (H + 2 * K) * headWidth, D, biases.qkv)
  return [
    ...linear(naming, at(form.q), H * headWidth, D, biases.qkv),
    ...linear(naming, at(form.k), K * headWidth, D, biases.qkv),
    ...linear(naming, at(form.v), K * headWidth, D, biases.qkv),
  ]
}

function mlpTensors({ D, biases }: ModelConfig, naming: Naming, form: MlpForm, I: number, at: At): WantedTensor[] {
  const inwards = 'gateUp' in form
    ? linear(naming, at(form.gateUp), 2 * I, D, biases.mlp)
    : [form.gate, form.up].flatMap((module) => (module === undefined ? [] : linear(naming, at(module), I, D, biases.mlp)))
  return [...inwards, ...linear(naming, at(form.down), D, I, biases.mlp)]
}

function expertParts(config: ModelConfig, naming: Naming, experts: Experts, at: At): Forms[] {
  const { router, forms } = naming.experts ?? { router: '', forms: [] }
  return [
    [linear({ orientation: 'out,in' }, at(router), experts.count, config.D, experts.routerBias)],
    someForm(forms.map((form) => expertTensors(config, naming, experts, form, at))),
  ]
}

function expertTensors(
  { D, biases }: ModelConfig, naming: Naming, { count, I }: Experts, form: ExpertsForm, at: At,
): WantedTensor[] {
  if (form.store === 'each') {
    return Array.from({ length: count }, (_, e) => [
      ...linear(naming, at(ofExpert(form.gate, e)), I, D, biases.mlp),
      ...linear(naming, at(ofExpert(form.up, e)), I, D, biases.mlp),
      ...linear(naming, at(ofExpert(form.down, e)), D, I, biases.mlp),
    ]).flat()
  }
  const [gateUp, down] = [at(form.gateUp), at(form.down)]
  const ownBiases = biases.mlp ? [{ name: `${gateUp}_bias`, shape: [count, 2 * I] }, { name: `${down}_bias`, shape: [count, D] }] : []
  if (form.store === 'mxfp4') {
    return [...packed(gateUp, [count, 2 * I], D), ...packed(down, [count, D], I), ...ownBiases]
  }
  const turned = form.orientation === 'in,out'
  return [
    { name: gateUp, shape: turned ? [count, D, 2 * I] : [count, 2 * I, D] },
    { name: down, shape: turned ? [count, I, D] : [count, D, I] },
    ...ownBiases,
  ]
}

/** Rows of `width` numbers in MXFP4: blocks of packed numbers, and a scale for each block. */
function packed(name: string, rows: readonly number[], width: number): WantedTensor[] {
  const blocks = Math.ceil(width / BLOCK_NUMBERS)
  return [
    { name: name + BLOCKS, shape: [...rows, blocks, BLOCK_BYTES], packed: true },
    { name: name + SCALES, shape: [...rows, blocks], packed: true },
  ]
}

function linear(
  { orientation }: Pick<Naming, 'orientation'>, module: string, outputs: number, inputs: number, bias: boolean,
): WantedTensor[] {
  return [
    { name: `${module}.weight`, shape: orientation === 'out,in' ? [outputs, inputs] : [inputs, outputs] },
    ...(bias ? [{ name: `${module}.bias`, shape: [outputs] }] : []),
  ]
}

function someForm(forms: readonly (readonly WantedTensor[])[]): Forms {
  const [first, ...others] = forms
  if (first === undefined) throw new Error('a family names no form for a part of its weights')
  return [first, ...others]
}

/**
 * The part of a configuration that goes into a model's hash: what was read, and results of arithmetic that IEEE 754 fixes
 * to the last digit. Powers, logarithms and cosines are left out, because JavaScript engines differ in them; the numbers
 * that they are computed from are in the hash.
 *
 * The form is that of the first versions. Fields that those versions did not know are left out if they have no effect. So
 * a model keeps its hash as long as it uses no newer field.
 */
import { plainDecoder, type ModelConfig } from './config.ts'
import { yarnAttentionFactor, type YarnScaling } from './rope/yarn.ts'
import type { RopeConfig } from './rope/rope.ts'

type Json = Readonly<Record<string, unknown>>

export function identifyingConfig(config: ModelConfig): Json {
  return describe(config, config.attentionScale, identifyingScaling)
}

/**
 * The configuration as earlier versions hashed it. They computed 1/√headWidth as a power, which gives the same number or
 * a neighbouring one, depending on the version of Node. They also hashed YaRN's attention factor, which takes a
 * logarithm. Empty for a configuration that they could not compute.
 */
export function formerConfigs(config: ModelConfig): Json[] {
  if (Object.keys(whatIsNew(config)).length > 0) return []
  const yarn = config.rope[0]?.scaling.type === 'yarn' ? config.rope[0].scaling : null
  const factors = yarn === null ? [0] : neighbours(yarnAttentionFactor(yarn))
  return neighbours(config.attentionScale).flatMap((scale) => factors.map((attentionFactor) =>
    describe(config, scale, (scaling) => (scaling.type === 'yarn' ? formerYarn(scaling, attentionFactor) : scaling))))
}

type DescribeScaling = (scaling: RopeConfig['scaling']) => object

function describe(config: ModelConfig, attentionScale: number, describeScaling: DescribeScaling): Json {
  const { norm, qkNorm } = config
  const describeRope = (rope: RopeConfig | null) => rope && { ...rope, scaling: describeScaling(rope.scaling) }
  return {
    architecture: config.architecture,
    D: config.D,
    H: config.H,
    K: config.K,
    headWidth: config.headWidth,
    I: config.I,
    L: config.L,
    V: config.V,
    maxPositions: formerMaxPositions(config),
    norm: { kind: norm.kind, epsilon: norm.epsilon, gainOffset: norm.gainOffset },
    activation: config.activation,
    gatedMlp: config.gatedMlp,
    rope: hasOneRope(config) ? describeRope(config.rope[0] ?? null) : config.rope.map(describeRope),
    learnedPositions: config.learnedPositions,
    parallelResidual: config.parallelResidual,
    qkNorm: qkNorm !== null,
    postNorms: config.postNorms,
    biases: config.biases,
    attentionScale,
    attentionSoftCap: config.attentionSoftCap,
    finalSoftCap: config.finalSoftCap,
    embeddingScale: config.embeddingScale,
    slidingWindow: config.slidingWindow,
    tiedHead: config.tiedHead,
    ...whatIsNew(config),
  }
}

/** The fields that the first versions did not know, if the model uses them. */
function whatIsNew(config: ModelConfig): Json {
  const { preNorms, sharedNorm, sinks, residualScale, logitScale, experts, qkNorm, norm } = config
  const plain = plainDecoder(config.L)
  const usualQkNorm = qkNorm === null || (qkNorm.kind === 'rms' && qkNorm.over === 'head' && !qkNorm.gainPerHead)
  return {
    ...(preNorms !== plain.preNorms && { preNorms }),
    ...(sharedNorm !== plain.sharedNorm && { sharedNorm }),
    ...(sinks !== plain.sinks && { sinks }),
    ...(residualScale !== plain.residualScale && { residualScale }),
    ...(logitScale !== plain.logitScale && { logitScale }),
    ...(experts !== null && { experts }),
    ...(!usualQkNorm && { qkNormKind: qkNorm }),
    ...(!norm.hasGain && { normHasGain: false }),
  }
}

const hasOneRope = ({ rope }: ModelConfig) => rope.every((each) => each === rope[0])

/** The longest sequence that earlier versions allowed. They hashed it although no number depends on it. */
function formerMaxPositions({ rope, trainedPositions }: ModelConfig): number {
  const scaling = rope[0]?.scaling
  if (scaling?.type === 'dynamic') return Math.floor(scaling.factor * trainedPositions)
  if (scaling?.type === 'yarn') return Math.max(trainedPositions, Math.floor(scaling.factor * scaling.originalMaxPositions))
  return trainedPositions
}

const identifyingScaling: DescribeScaling = (scaling) =>
  scaling.type === 'yarn' && scaling.attentionFactor !== null ? formerYarn(scaling, scaling.attentionFactor) : scaling

/** YaRN as it was described while its attention factor was stored as a computed number. */
function formerYarn(scaling: YarnScaling, attentionFactor: number): Json {
  const { mscale: _mscale, mscaleAllDim: _mscaleAllDim, ...rest } = scaling
  return { ...rest, attentionFactor }
}

/** A number and the two doubles next to it. Powers and logarithms of different engines differ by at most one double. */
function neighbours(value: number): number[] {
  const number = Float64Array.of(value)
  const bits = new BigInt64Array(number.buffer)
  return [0n, 1n, -1n].map((step) => {
    const made = Float64Array.of(0)
    new BigInt64Array(made.buffer)[0] = bits[0]! + step
    return made[0]!
  })
}

/**
 * What of a configuration goes into a model's hash: what was read, and arithmetic that IEEE 754 fixes to the last digit.
 * Powers, logarithms and cosines are left out, since engines of JavaScript differ in them: what they are made of is in.
 *
 * The form is that of the first versions, and what they did not know is left out where it has no effect. So a model keeps
 * the hash that it had, as far as it was made of nothing else.
 */
import { plainDecoder, type ModelConfig } from './config.ts'
import { yarnAttentionFactor, type YarnScaling } from './rope/yarn.ts'
import type { RopeConfig } from './rope/rope.ts'

type Json = Readonly<Record<string, unknown>>

export function identifyingConfig(config: ModelConfig): Json {
  return describe(config, config.attentionScale, identifyingScaling)
}

/**
 * The same as versions before this one had it. They took 1/√headWidth as a power, which is the same number or a
 * neighbouring one, by the version of Node; and YaRN's attention factor, which is made with a logarithm. Empty for what
 * they could not compute.
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

/** What the first versions had no word for, where a model has it. */
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

/** The length that versions before this one allowed, which they hashed though nothing is computed with it. */
function formerMaxPositions({ rope, trainedPositions }: ModelConfig): number {
  const scaling = rope[0]?.scaling
  if (scaling?.type === 'dynamic') return Math.floor(scaling.factor * trainedPositions)
  if (scaling?.type === 'yarn') return Math.max(trainedPositions, Math.floor(scaling.factor * scaling.originalMaxPositions))
  return trainedPositions
}

const identifyingScaling: DescribeScaling = (scaling) =>
  scaling.type === 'yarn' && scaling.attentionFactor !== null ? formerYarn(scaling, scaling.attentionFactor) : scaling

/** YaRN as it was described when its attention factor was a number that had been computed. */
function formerYarn(scaling: YarnScaling, attentionFactor: number): Json {
  const { mscale: _mscale, mscaleAllDim: _mscaleAllDim, ...rest } = scaling
  return { ...rest, attentionFactor }
}

/** A number and the two doubles beside it. Powers and logarithms of different engines are at most one apart. */
function neighbours(value: number): number[] {
  const number = Float64Array.of(value)
  const bits = new BigInt64Array(number.buffer)
  return [0n, 1n, -1n].map((step) => {
    const made = Float64Array.of(0)
    new BigInt64Array(made.buffer)[0] = bits[0]! + step
    return made[0]!
  })
}

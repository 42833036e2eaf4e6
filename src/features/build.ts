/**
 * From a format's description of a set to the feature set: checks shapes, reads vectors, brings rules to one form,
 * and hashes.
 */
import { isUserError, UserError } from '../errors.ts'
import { elementCount } from '../model/safetensors.ts'
import { shown } from './files/documents.ts'
import { asWeight, readVector, type StoredTensor } from './files/stored-tensor.ts'
import type { ActivationRule, SetDescription } from './description.ts'
import type { Activation, FeatureSet } from './feature-set.ts'
import { type HashedTensor, hashSet } from './hash.ts'
import { type Dimensions, decideDimensions } from './orientation.ts'
import { decoderNorms } from './row-blocks.ts'
import { formatSite, type Site } from './site.ts'
import { defaultId } from './source-id.ts'

export interface SetOptions {
  /** Replaces the id that the files suggest. */
  id?: string
  /** Replaces the site in the files; required if the files name none. */
  site?: Site
  /** The same for the site that a transcoder writes. */
  writes?: Site
  signal?: AbortSignal
}

/** Part of the hash: raised when a change of a definition in feature-set.ts changes numbers. */
const HASH_VERSION = 1

/** Throws BAD_FEATURES, UNSUPPORTED or, if a site is missing, BAD_INPUT. */
export async function buildFeatureSet(set: SetDescription, options: SetOptions = {}): Promise<FeatureSet> {
  const { signal } = options
  const sizes = decideDimensions(set)
  const { site, writes } = decideSites(set, options)
  const hash = await hashSet(set.path, rulesOf(set, sizes, site, writes), tensorsOf(set), signal)
  const decoder = await asWeight(set.decoder.tensor, sizes.decoder)
  const norms = needsNorms(set) ? await decoderNorms(decoder, sizes.F, signal) : null
  const { encoderScale, encoderBias } = await readEncoderVectors(set, sizes.F, norms)
  return {
    id: options.id ?? ownId(set, site, writes, sizes.F),
    format: set.format,
    path: set.path,
    site,
    writes,
    D: sizes.D,
    E: sizes.E,
    F: sizes.F,
    encoder: await asWeight(set.encoder.tensor, sizes.encoder),
    decoder,
    encoderScale,
    encoderBias,
    decoderScale: await readDecoderScale(set, sizes.F, norms),
    decoderBias: await vector(set, set.decoderBias, sizes.E),
    subtractsDecoderBias: set.subtractsDecoderBias,
    activation: await readActivation(set, sizes.F, norms),
    normalisation: set.normalisation,
    skip: set.skip !== null && sizes.skip !== null ? await asWeight(set.skip.tensor, sizes.skip) : null,
    hash,
    claims: set.claims,
  }
}

const ownId = (set: SetDescription, site: Site, writes: Site | null, F: number): string =>
  set.id ?? defaultId(site, writes, F)

/** The id that the set has when it is opened without one; null if it cannot be opened without further options. */
export function idOf(set: SetDescription, options: SetOptions): string | null {
  try {
    const { site, writes } = decideSites(set, options)
    return ownId(set, site, writes, decideDimensions(set).F)
  } catch (error) {
    if (isUserError(error)) return null
    throw error
  }
}

function decideSites(set: SetDescription, options: SetOptions): { site: Site; writes: Site | null } {
  const site = options.site ?? set.site
  if (site === null) throw noSite(set, 'reads', set.claims.hook, 'site')
  if (!set.transcoder) return { site, writes: null }
  const writes = options.writes ?? set.writes
  if (writes === null) throw noSite(set, 'writes', set.claims.hookOut, 'output site')
  return { site, writes }
}

const noSite = ({ path }: SetDescription, what: string, hook: string | null, option: string): UserError =>
  new UserError(
    'BAD_INPUT',
    `${path} does not say which vector it ${what}` +
      `${hook === null ? '' : ` ("${shown(hook)}" is none that is known here)`}; give the ${option}, as in 2.resid_pre.`,
  )

const needsNorms = ({ activation, rescalesByDecoderNorm }: SetDescription): boolean =>
  rescalesByDecoderNorm || (activation.kind === 'jumprelu' && activation.timesDecoderNorm)

async function readEncoderVectors(set: SetDescription, F: number, norms: Float64Array | null) {
  const { activation, rescalesByDecoderNorm } = set
  if (activation.kind === 'gated') {
    const { logScale, magnitudeBias } = activation
    const encoderScale = logScale === null ? null : (await vector(set, logScale, F)).map(Math.exp)
    return { encoderScale, encoderBias: await vector(set, magnitudeBias, F) }
  }
  const encoderBias = await vector(set, set.encoderBias, F)
  if (!rescalesByDecoderNorm || norms === null) return { encoderScale: null, encoderBias }
  return { encoderScale: Float32Array.from(norms), encoderBias: encoderBias.map((bias, f) => bias * norms[f]!) }
}

/** A feature whose decoder row is zero writes nothing, so its scale is 0 instead of a division by its norm. */
async function readDecoderScale(
  set: SetDescription,
  F: number,
  norms: Float64Array | null,
): Promise<Float32Array | null> {
  const given = set.finetuningScale === null ? null : await vector(set, set.finetuningScale, F)
  if (!set.rescalesByDecoderNorm || norms === null) return given
  return Float32Array.from(norms, (norm, f) => (norm === 0 ? 0 : (given?.[f] ?? 1) / norm))
}

async function readActivation(set: SetDescription, F: number, norms: Float64Array | null): Promise<Activation> {
  const rule = set.activation
  switch (rule.kind) {
    case 'relu':
      return { kind: 'relu' }
    case 'gated':
      return { kind: 'gated', gateBias: await vector(set, rule.gateBias, F) }
    case 'topk': {
      if (!Number.isInteger(rule.k) || rule.k < 1 || rule.k > F)
        throw bad(set, `its k is ${rule.k}; expected 1 to ${F}, the number of its features`)
      return { kind: 'topk', k: rule.k, by: rule.by, relu: rule.relu }
    }
    case 'jumprelu': {
      const given = await readThreshold(set, rule, F)
      const threshold =
        rule.timesDecoderNorm && norms !== null ? given.map((value, f) => overNorm(value, norms[f]!)) : given
      return { kind: 'jumprelu', threshold, relu: rule.relu }
    }
    default:
      return rule satisfies never
  }
}

/** pre · norm > θ as a condition on pre. A norm of 0 leaves 0 > θ, which is the same for every pre. */
const overNorm = (threshold: number, norm: number): number =>
  norm > 0 ? threshold / norm : threshold < 0 ? -Infinity : Infinity

async function readThreshold(
  set: SetDescription,
  { threshold }: ActivationRule & { kind: 'jumprelu' },
  F: number,
): Promise<Float32Array> {
  if ('value' in threshold) return new Float32Array(F).fill(threshold.value)
  const { tensor, log } = threshold
  const given =
    elementCount(tensor.shape) === 1
      ? new Float32Array(F).fill((await readVector(tensor))[0]!)
      : await vector(set, tensor, F)
  return log ? given.map(Math.exp) : given
}

/** [length]; zeros if there is no tensor. */
async function vector(set: SetDescription, tensor: StoredTensor | null, length: number): Promise<Float32Array> {
  if (tensor === null) return new Float32Array(length)
  if (elementCount(tensor.shape) !== length) {
    throw bad(set, `${tensor.name} has the shape [${tensor.shape.join(', ')}]; expected ${length} numbers`)
  }
  return readVector(tensor)
}

function tensorsOf(set: SetDescription): HashedTensor[] {
  const { activation } = set
  const gated = activation.kind === 'gated' ? activation : null
  const threshold =
    activation.kind === 'jumprelu' && 'tensor' in activation.threshold ? activation.threshold.tensor : null
  const roles: Record<string, StoredTensor | null> = {
    encoder: set.encoder.tensor,
    decoder: set.decoder.tensor,
    encoderBias: set.encoderBias,
    decoderBias: set.decoderBias,
    threshold,
    gateBias: gated?.gateBias ?? null,
    magnitudeBias: gated?.magnitudeBias ?? null,
    logScale: gated?.logScale ?? null,
    finetuningScale: set.finetuningScale,
    skip: set.skip?.tensor ?? null,
  }
  return Object.entries(roles).flatMap(([role, tensor]) => (tensor === null ? [] : [{ role, tensor }]))
}

function rulesOf(set: SetDescription, sizes: Dimensions, site: Site, writes: Site | null) {
  const { activation: rule } = set
  return {
    version: HASH_VERSION,
    site: formatSite(site),
    writes: writes && formatSite(writes),
    sizes: [sizes.D, sizes.E, sizes.F, sizes.encoder, sizes.decoder, sizes.skip],
    activation: [
      rule.kind,
      rule.kind === 'topk' ? [rule.k, rule.by, rule.relu] : null,
      rule.kind === 'jumprelu'
        ? [rule.relu, rule.timesDecoderNorm, 'value' in rule.threshold ? rule.threshold.value : rule.threshold.log]
        : null,
    ],
    normalisation: Object.entries(set.normalisation).sort(([a], [b]) => (a < b ? -1 : 1)),
    flags: [set.subtractsDecoderBias, set.rescalesByDecoderNorm],
  }
}

const bad = ({ path }: SetDescription, what: string): UserError =>
  new UserError('BAD_FEATURES', `${path} is not a usable feature set: ${what}; check that its files belong together.`)

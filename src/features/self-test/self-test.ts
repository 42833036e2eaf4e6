/**
 * Tests whether a set was read as it was trained: it has to reconstruct vectors of its model. Wrong folding and wrong
 * orientation are the commonest silent errors of the field: files open, features fire, and every number is wrong.
 *
 * The set is run on rows of its site, on other readings of its files (variants.ts), and on rows of neighbouring sites.
 * The caller collects the rows: a few hundred tokens of ordinary text, without the beginning-of-sequence token. In many
 * models its vector is a hundred times as long as the others and would dominate the measurement.
 */
import type { Claims, FeatureSet } from '../feature-set.ts'
import { formatSite, type Site } from '../site.ts'
import { type Fit, hostRunner, measureFit, type Runner } from './measure.ts'
import { type Doubt, variantsOf } from './variants.ts'

export interface SelfTestRows {
  /** [T, D]: the vectors at the set's site. */
  rows: Float32Array
  /** [T, E]: the vectors at `writes`, at the same positions; required for transcoders. */
  targets?: Float32Array
  /**
   * The same positions at other sites that the set might read (`neighbouringSites`). Sites of another width are
   * skipped.
   */
  neighbours?: readonly { site: Site; rows: Float32Array }[]
  /** The same for the site that a transcoder writes. */
  targetNeighbours?: readonly { site: Site; rows: Float32Array }[]
}

export type Verdict = 'ok' | 'flagged' | 'refused'

export interface Finding {
  about: Doubt | 'site' | 'output site' | 'nothing rebuilt' | 'nothing fires' | 'l0' | 'variance explained'
  verdict: 'flagged' | 'refused'
  /** One sentence: what was found, what was expected, what to do. */
  sentence: string
}

export interface SelfTestReport {
  verdict: Verdict
  findings: readonly Finding[]
  /** T */
  rows: number
  varianceExplained: number
  l0: number
  /**
   * Share of the features that fire in none of the rows. It is high for few rows, which does not mean that the features
   * are dead.
   */
  silent: number
  claims: Claims
  /** Variance explained under other readings and at other sites, best first. */
  compared: readonly { what: string; varianceExplained: number; l0: number }[]
}

/**
 * Another reading is reported only if it passes two tests. It leaves at most CLEARLY_BETTER of what the set's own
 * reading leaves unexplained, and it explains BETTER_BY more of the whole variance. The second test passes over sets
 * that are good and could be a little better.
 */
const CLEARLY_BETTER = 0.5
const BETTER_BY = 0.1

/**
 * The same share for neighbouring sites. Their vectors are mostly alike, so a wrong site makes a smaller difference.
 */
const BETTER_SITE = 0.75

/** Below this, the mean of the rows explains more than the set, so it cannot be what was trained. */
const HOPELESS = 0

/** Explained variance may be this much below the claim, because prompts differ from training data. More is flagged. */
const SHORTFALL = 0.15

/** The number of features per token varies with the text by some dozens of percent, not by factors. */
const L0_FACTOR = 2

/** A factor closer to 1 than this is chance, or the shrinkage that ReLU sets are known for. */
const SCALE_FACTOR = 1.5

/** Any set that fires the right features explains this much. A set of another model does not, whatever the factor. */
const GOOD_FIT = 0.7

/** The fewest rows that are enough to tell two readings apart. */
const FEWEST_ROWS = 16

/** Throws RangeError if the rows do not fit the set: too few, of another width, or without a transcoder's targets. */
export async function selfTest(
  set: FeatureSet,
  input: SelfTestRows,
  run: Runner = hostRunner,
): Promise<SelfTestReport> {
  const targets = checkRows(set, input)
  const own = await measureFit(run, set, input.rows, targets)
  const variants = await measureVariants(set, input.rows, targets, run)
  const sites = await measureSites(set, input, targets, run)
  // A wrong site also makes scale and rule look wrong, so only the explanation that fits best is reported.
  const leastAtSites = Math.min(...sites.map(({ fit }) => leaves(fit)), Infinity)
  const findings = [
    ...judgeReadings(own, variants, leastAtSites),
    ...judgeFactor(own, Math.min(leastAtSites, ...variants.map(({ fit }) => leaves(fit)))),
    ...judgeSites(set, own, sites),
    ...judgeClaims(set, own),
  ]
  if (findings.every(({ verdict, about }) => verdict !== 'refused' && about !== 'site' && about !== 'output site'))
    findings.push(...judgeAlone(own))
  const refused = findings.some(({ verdict }) => verdict === 'refused')
  return {
    verdict: refused ? 'refused' : findings.length > 0 ? 'flagged' : 'ok',
    findings,
    rows: input.rows.length / set.D,
    varianceExplained: own.varianceExplained,
    l0: own.l0,
    silent: own.silent,
    claims: set.claims,
    compared: [
      ...variants.map(({ reading, fit }) => ({ what: reading, ...fit })),
      ...sites.map(({ what, site, fit }) => ({ what: `${what} ${formatSite(site)}`, ...fit })),
    ]
      .map(({ what, varianceExplained, l0 }) => ({ what, varianceExplained, l0 }))
      .sort((a, b) => b.varianceExplained - a.varianceExplained),
  }
}

function checkRows(set: FeatureSet, { rows, targets = rows }: SelfTestRows): Float32Array {
  const T = rows.length / set.D
  if (!Number.isInteger(T) || T < FEWEST_ROWS) {
    throw new RangeError(
      `The self-test of ${set.id} got ${rows.length} numbers; expected at least ${FEWEST_ROWS} rows of ${set.D}`,
    )
  }
  if (targets.length !== T * set.E)
    throw new RangeError(
      `The self-test of ${set.id} got ${targets.length} target numbers; expected ${T} rows of ${set.E}`,
    )
  return targets
}

interface Read {
  doubt: Doubt
  reading: string
  fit: Fit
}

async function measureVariants(
  set: FeatureSet,
  rows: Float32Array,
  targets: Float32Array,
  run: Runner,
): Promise<Read[]> {
  const measured: Read[] = []
  for (const { doubt, reading, set: variant } of await variantsOf(set, meanNorm(rows, set.D))) {
    measured.push({ doubt, reading, fit: await measureFit(run, variant, rows, targets) })
  }
  return measured
}

interface Sited {
  what: 'reading' | 'writing'
  site: Site
  fit: Fit
}

async function measureSites(
  set: FeatureSet,
  input: SelfTestRows,
  targets: Float32Array,
  run: Runner,
): Promise<Sited[]> {
  const measured: Sited[] = []
  for (const { site, rows } of input.neighbours ?? []) {
    if (rows.length !== input.rows.length) continue
    measured.push({
      what: 'reading',
      site,
      fit: await measureFit(run, set, rows, set.writes === null ? rows : targets),
    })
  }
  for (const { site, rows } of input.targetNeighbours ?? []) {
    if (set.writes === null || rows.length !== targets.length) continue
    measured.push({ what: 'writing', site, fit: await measureFit(run, set, input.rows, rows) })
  }
  return measured
}

/** For each doubt, the best reading that is clearly better than the set's own. */
function judgeReadings(own: Fit, variants: readonly Read[], leastAtSites: number): Finding[] {
  const better = variants
    .filter(
      ({ fit }) =>
        leaves(fit) <= Math.min(CLEARLY_BETTER * leaves(own), leaves(own) - BETTER_BY) &&
        leaves(fit) < leastAtSites &&
        fit.varianceExplained > HOPELESS,
    )
    .sort((a, b) => b.fit.varianceExplained - a.fit.varianceExplained)
  const best = better[0]
  if (best === undefined) return []
  const fault: Record<Doubt, string> = {
    transposed: 'a matrix is transposed',
    scale: 'a scale of the inputs is not what it was in training (unfolded, or folded twice)',
    activation: 'the activation rule is not the one that was trained',
    bias: "the decoder's bias is taken off, or not, against how it was trained",
  }
  return [
    {
      about: best.doubt,
      verdict:
        own.varianceExplained < HOPELESS || best.doubt === 'transposed' || best.doubt === 'scale'
          ? 'refused'
          : 'flagged',
      sentence:
        `The set explains ${percent(own)} of the variance as its files say and ${percent(best.fit)} read ` +
        `${best.reading}: ` +
        `${fault[best.doubt]}; correct its configuration or weights.`,
    },
  ]
}

/** Finds reconstructions that are right up to a factor: a scale that was folded in on one side only. */
function judgeFactor(own: Fit, leastElsewhere: number): Finding[] {
  const left = 1 - own.explainedWithFactor
  const far = own.bestFactor >= SCALE_FACTOR || (own.bestFactor > 0 && own.bestFactor <= 1 / SCALE_FACTOR)
  if (!far || leastElsewhere <= left || left > CLEARLY_BETTER * leaves(own) || own.explainedWithFactor < GOOD_FIT)
    return []
  return [
    {
      about: 'scale',
      verdict: 'refused',
      sentence:
        `What the set rebuilds has to be multiplied by ${own.bestFactor.toPrecision(3)} to fit (${percent(own)} of ` +
        'the variance explained, ' +
        `${percentOf(own.explainedWithFactor)} with it): a scale was folded into one side only; correct its weights.`,
    },
  ]
}

function judgeSites(set: FeatureSet, own: Fit, sites: readonly Sited[]): Finding[] {
  return (['reading', 'writing'] as const).flatMap((what): Finding[] => {
    const best = sites
      .filter((each) => each.what === what)
      .sort((a, b) => b.fit.varianceExplained - a.fit.varianceExplained)[0]
    if (best === undefined || leaves(best.fit) > BETTER_SITE * leaves(own) || best.fit.varianceExplained <= HOPELESS)
      return []
    const stated = formatSite(what === 'reading' ? set.site : (set.writes ?? set.site))
    return [
      {
        about: what === 'reading' ? 'site' : 'output site',
        verdict: 'flagged',
        sentence:
          `The set explains ${percent(own)} of the variance at ${stated} and ${percent(best.fit)} at ` +
          `${formatSite(best.site)}: ` +
          'it was probably trained there; give that site, or check that the model is the one it belongs to.',
      },
    ]
  })
}

function judgeClaims({ claims, activation }: FeatureSet, own: Fit): Finding[] {
  const findings: Finding[] = []
  const { l0, varianceExplained } = claims
  if (l0 !== null && l0 > 0 && activation.kind !== 'topk' && (own.l0 > l0 * L0_FACTOR || own.l0 < l0 / L0_FACTOR)) {
    findings.push({
      about: 'l0',
      verdict: 'flagged',
      sentence:
        `${own.l0.toPrecision(3)} features fire per token and the files claim ${l0.toPrecision(3)}: the activation ` +
        'rule, ' +
        'the scale or the site may be another; compare with how it was trained.',
    })
  }
  if (varianceExplained !== null && own.varianceExplained < varianceExplained - SHORTFALL) {
    findings.push({
      about: 'variance explained',
      verdict: 'flagged',
      sentence:
        `The set explains ${percent(own)} of the variance and the files claim ${percentOf(varianceExplained)}: the ` +
        'prompts are ' +
        'unlike its training data, or it was trained on another model; compare with how it was trained.',
    })
  }
  return findings
}

/** Findings that need no comparison. */
function judgeAlone(own: Fit): Finding[] {
  if (own.l0 === 0) {
    return [
      {
        about: 'nothing fires',
        verdict: 'refused',
        sentence:
          'No feature fires at any of the rows: threshold, scale or site are ' +
          'wrong; check that the set belongs to this model.',
      },
    ]
  }
  if (own.varianceExplained >= HOPELESS) return []
  return [
    {
      about: 'nothing rebuilt',
      verdict: 'refused',
      sentence:
        `The set rebuilds the model's vectors worse than their mean does (${percent(own)} of the variance ` +
        'explained), and no other reading ' +
        'of its files does better; check that it belongs to this model and site.',
    },
  ]
}

/** The share of the variance that is left unexplained. */
const leaves = ({ varianceExplained }: Fit): number => 1 - varianceExplained

const percentOf = (share: number): string => `${(share * 100).toFixed(1)}%`
const percent = ({ varianceExplained }: Fit): string => percentOf(varianceExplained)

function meanNorm(rows: Float32Array, D: number): number {
  let total = 0
  for (let from = 0; from < rows.length; from += D) {
    let squares = 0
    for (let at = from; at < from + D; at++) squares += rows[at]! ** 2
    total += Math.sqrt(squares)
  }
  return total / (rows.length / D)
}

/**
 * Adds a feature set to the database: the set is opened, tried on vectors of its model, and stored with the result of
 * the trial. Nothing is stored of a refused set.
 */
import { hostname } from 'node:os'
import type { Passes } from '../../src/depass/passes.ts'
import type { FeatureSet } from '../../src/features/feature-set.ts'
import { decoderNorms } from '../../src/features/row-blocks.ts'
import { engineRunner } from '../../src/features/self-test/measure.ts'
import { selfTest, type SelfTestReport } from '../../src/features/self-test/self-test.ts'
import { formatSite, type Site } from '../../src/features/site.ts'
import { UserError } from '../../src/errors.ts'
import {
  addFeatureSet,
  findAddedSet,
  type FeatureSetRow,
  type Model,
  type Store,
  type StoredSetOptions,
} from '../../src/store/index.ts'
import type { Tokenizer } from '../../src/tokenizer/tokenizer.ts'
import { collectRows } from './collect-rows.ts'

export interface AddContext {
  store: Store
  model: Model
  passes: Passes
  tokenizer: Tokenizer
  /** What the set is tried on. */
  texts: readonly string[]
  /** Store a set that the self-test refuses. */
  force: boolean
  /** The options with which the set was opened. */
  options: StoredSetOptions
  origin?: string
  signal: AbortSignal
}

export type AddedSet =
  | { state: 'added'; row: FeatureSetRow; report: SelfTestReport }
  /** The model already has a set of these weights under this id; only the place of its files was stored. */
  | { state: 'known'; row: FeatureSetRow }
  | { state: 'refused'; report: SelfTestReport }

export async function addSet(set: FeatureSet, context: AddContext): Promise<AddedSet> {
  const { store, model, passes, tokenizer, texts, force, options, origin, signal } = context
  checkFits(set, model)
  const location = { host: hostname(), path: set.path, options }
  const known = await findAddedSet(store, { modelId: model.id, hash: set.hash, location })
  if (known) return { state: 'known', row: known }
  const rows = await collectRows(set, { passes, tokenizer, texts, signal })
  const report = await passes.exclusively(() => selfTest(set, rows, engineRunner(passes.compiler)))
  const forced = report.verdict === 'refused'
  if (forced && !force) return { state: 'refused', report }
  const norms = await decoderNorms(set.decoder, set.F, signal)
  const scaled = set.decoderScale === null ? norms : norms.map((norm, f) => norm * Math.abs(set.decoderScale![f]!))
  const row = await addFeatureSet(store, {
    modelId: model.id,
    set,
    decoderNorms: scaled,
    selfTest: report,
    forced,
    location,
    ...(origin !== undefined && { origin }),
  })
  return { state: 'added', row, report }
}

/** Width of the vectors at a site. */
const widthAt = ({ name }: Site, { residualWidth, heads, headWidth }: Model) =>
  name === 'z' ? heads * headWidth : residualWidth

/** Why the set cannot belong to the model; null where it can. */
export function misfitOf({ site, writes, D, E }: FeatureSet, model: Model): string | null {
  const places = [
    { site, width: D, what: 'reads' },
    ...(writes === null ? [] : [{ site: writes, width: E, what: 'writes' }]),
  ]
  for (const { site: at, width, what } of places) {
    if (at.layer >= model.layers)
      return `${what} ${formatSite(at)}, and ${model.slug} has the layers 0 to ${model.layers - 1}`
    const wanted = widthAt(at, model)
    if (width !== wanted)
      return `${what} vectors of ${width} numbers, and those at ${formatSite(at)} of ${model.slug} have ${wanted}`
  }
  return null
}

function checkFits(set: FeatureSet, model: Model): void {
  const misfit = misfitOf(set, model)
  if (misfit !== null)
    throw new UserError(
      'BAD_FEATURES',
      `The feature set ${set.id} ${misfit}; name the model it was trained on by --model.`,
    )
}

/**
 * The model that a set belongs to, if the user does not name it: the only one that it fits, or the one that its files
 * name. Refuses (BAD_INPUT, NOT_FOUND) rather than guess.
 */
export async function modelOf(store: Store, set: FeatureSet): Promise<Model> {
  const models = await store.prisma.model.findMany({ orderBy: { id: 'asc' } })
  if (models.length === 0)
    throw new UserError('NOT_FOUND', 'No model has been added; a feature set belongs to one: tributary model add DIR.')
  const fitting = models.filter((model) => misfitOf(set, model) === null)
  const claimed = set.claims.model?.split('/').at(-1)?.toLowerCase()
  const named = fitting.filter(
    ({ slug, name }) => claimed !== undefined && [slug, name].some((each) => each.toLowerCase() === claimed),
  )
  const [only] = named.length === 1 ? named : fitting
  if (only && (fitting.length === 1 || named.length === 1)) return only
  const claims = set.claims.model === null ? '' : ` (its files name ${set.claims.model})`
  if (fitting.length === 0)
    throw new UserError(
      'BAD_FEATURES',
      `The feature set ${set.id} fits no added model${claims}: it ${misfitOf(set, models[0]!)}.`,
    )
  throw new UserError(
    'BAD_INPUT',
    `The feature set ${set.id}${claims} fits several models: ${fitting.map(({ slug }) => slug).join(', ')}; name one by --model.`,
  )
}

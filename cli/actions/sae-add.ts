/** `tributary sae add`: one command from files to a set that can be asked by its id. */
import { existsSync } from 'node:fs'
import { hostname } from 'node:os'
import { resolveConfig, type Config } from '../../src/config.ts'
import { Passes } from '../../src/depass/passes.ts'
import { UserError } from '../../src/errors.ts'
import type { FoundSet } from '../../src/features/description.ts'
import type { FeatureSet } from '../../src/features/feature-set.ts'
import { listFeatureSets, openFeatureSet } from '../../src/features/open.ts'
import { isHubAddress } from '../../src/hub/address.ts'
import {
  modelPaths,
  openOptionsOf,
  requireDataset,
  requireModel,
  type Model,
  type Store,
  type StoredSetOptions,
} from '../../src/store/index.ts'
import { openTokenizer } from '../../src/tokenizer/open.ts'
import type { Tokenizer } from '../../src/tokenizer/tokenizer.ts'
import { addSet, modelOf, type AddedSet } from '../../ingest/features/add.ts'
import { ordinaryTexts, textsOfDataset } from '../../ingest/features/test-texts.ts'
import type { CliContext } from '../context.ts'
import { fetchFeatureSets } from '../hub.ts'
import { engineOptions } from '../engine.ts'
import { withStore } from '../store.ts'
import { describeSet, describeTrial } from '../terminal/feature-set.ts'

export interface AddSets {
  /** A file or folder, or `hf:org/name…` on the hub. */
  path: string
  /** A new id for the set; or, if the path has several sets, the ids of those to add. */
  ids: readonly string[]
  all: boolean
  model?: string | undefined
  site?: string | undefined
  writes?: string | undefined
  k?: number | undefined
  scale?: number | undefined
  /** A dataset whose texts the set is tried on. */
  prompts?: string | undefined
  force: boolean
}

export async function addSets(asked: AddSets, context: CliContext): Promise<void> {
  const config = resolveConfig({}, context.environment)
  const path = isHubAddress(asked.path) ? await fetchFeatureSets(asked.path, asked.all, context) : asked.path
  const options: StoredSetOptions = { site: asked.site, writes: asked.writes, k: asked.k, scale: asked.scale }
  const chosen = await chooseSets({ ...asked, path }, options, context)
  await withStore(config, async (store) => {
    const opened = new OpenModels(config, store)
    const refused: string[] = []
    try {
      for (const { path: own, id } of chosen) {
        context.signal.throwIfAborted()
        const set = await openFeatureSet(own, {
          ...openOptionsOf(options),
          ...(id !== undefined && { id }),
          signal: context.signal,
        })
        const model = asked.model === undefined ? await modelOf(store, set) : await requireModel(store, asked.model)
        const result = await addSet(set, {
          store,
          model,
          ...(await opened.get(model)),
          texts: await textsOf(store, asked.prompts),
          force: asked.force,
          options,
          signal: context.signal,
          ...(path !== asked.path && { origin: asked.path }),
        })
        report(set, model, result, context)
        if (result.state === 'refused') refused.push(set.id)
      }
    } finally {
      await opened.close()
    }
    if (refused.length > 0)
      throw new UserError(
        'BAD_FEATURES',
        `${refused.join(', ')} ${refused.length === 1 ? 'was' : 'were'} not added: see above; --force adds what is refused, and says so wherever it is shown.`,
      )
  })
}

interface Chosen {
  path: string
  /** What to call it; undefined: as its files say. */
  id: string | undefined
}

/** If there is one set, an id renames it; if there are several, ids choose among them. */
async function chooseSets(
  { path, ids, all }: AddSets,
  options: StoredSetOptions,
  context: CliContext,
): Promise<Chosen[]> {
  const found = await listFeatureSets(path, { ...openOptionsOf(options), signal: context.signal })
  const [only] = found
  if (only && found.length === 1) {
    if (ids.length > 1)
      throw new UserError('BAD_INPUT', `${path} holds one feature set, and ${ids.length} ids were given.`)
    return [{ path: only.path, id: ids[0] ?? only.id }]
  }
  if (all) return found
  if (ids.length === 0) {
    context.print(listing(found))
    throw new UserError(
      'BAD_INPUT',
      `${path} holds ${found.length} feature sets; name those to add by --id, or give --all.`,
    )
  }
  return ids.map((id) => {
    const named = found.find((each) => each.id === id)
    if (named) return named
    throw new UserError('BAD_INPUT', `${path} holds no feature set ${JSON.stringify(id)}; it has ${listed(found)}.`)
  })
}

const SHOWN = 40
const listing = (found: readonly FoundSet[]) =>
  found
    .slice(0, SHOWN)
    .map(({ id, format }) => `${id}  (${format})\n`)
    .join('') + (found.length > SHOWN ? `… and ${found.length - SHOWN} more\n` : '')
const listed = (found: readonly FoundSet[]) =>
  found
    .slice(0, 8)
    .map(({ id }) => id)
    .join(', ') + (found.length > 8 ? ` and ${found.length - 8} more` : '')

async function textsOf(store: Store, dataset: string | undefined): Promise<readonly string[]> {
  const chosen =
    dataset === undefined
      ? await store.prisma.dataset.findFirst({ orderBy: { id: 'asc' } })
      : await requireDataset(store, dataset)
  const texts = chosen === null ? [] : await textsOfDataset(store, chosen.id)
  return texts.length > 0 ? texts : ordinaryTexts
}

function report(set: FeatureSet, model: Model, result: AddedSet, context: CliContext): void {
  if (result.state === 'known')
    return context.print(
      `${set.path} holds the weights of ${model.slug}/${result.row.source}, which was added before; its files are known now.\n`,
    )
  context.print(`${model.slug}/${set.id}  ${describeSet(set)}\n${describeTrial(result.report)}`)
  if (result.state === 'added')
    context.print(`Added ${model.slug}/${set.id}${result.row.forced ? ' although it is refused (--force)' : ''}.\n`)
}

/** Models that sets are tried on: each is loaded once. */
class OpenModels {
  readonly #config: Config
  readonly #store: Store
  readonly #open = new Map<number, { passes: Passes; tokenizer: Tokenizer }>()

  constructor(config: Config, store: Store) {
    this.#config = config
    this.#store = store
  }

  async get(model: Model): Promise<{ passes: Passes; tokenizer: Tokenizer }> {
    const known = this.#open.get(model.id)
    if (known) return known
    const folders = await modelPaths(this.#store, model.id, hostname())
    for (const folder of folders.filter((each) => existsSync(each))) {
      const tokenizer = await openTokenizer(folder)
      if (tokenizer === null)
        throw new UserError(
          'BAD_MODEL',
          `The model ${model.slug} has no tokenizer.json, and a feature set is tried on texts.`,
        )
      const passes = await Passes.open(folder, engineOptions(this.#config))
      if (passes.model.folder.identity.hash === model.hash) {
        const opened = { passes, tokenizer }
        this.#open.set(model.id, opened)
        return opened
      }
      await passes.close()
    }
    throw new UserError(
      'NOT_FOUND',
      `No folder on this machine holds ${model.slug} as it was added; add it again with tributary model add DIR.`,
    )
  }

  async close(): Promise<void> {
    for (const { passes } of this.#open.values()) await passes.close()
  }
}

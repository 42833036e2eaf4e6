/** Feature sets and probes as they are named on the command line: by a path, without any database, or by the id of one in it. */
import { existsSync } from 'node:fs'
import { hostname } from 'node:os'
import { resolveConfig } from '../src/config.ts'
import type { FeatureSets, FeatureSource } from '../src/depass/partition/kind.ts'
import type { FeatureSet } from '../src/features/feature-set.ts'
import { parseSite } from '../src/features/site.ts'
import { UserError } from '../src/errors.ts'
import type { CliContext } from './context.ts'

/** Resolves names of feature sets and probes. Once a name has been resolved, its set can be found by its hash. */
export interface SetOpener extends FeatureSets {
  source(name: string): Promise<FeatureSource>
  /** A trained probe: demo/demo-languages-train/2. */
  probe(name: string): Promise<NamedProbe>
}

export function openSets(context: CliContext): SetOpener {
  const known = new Map<string, () => Promise<FeatureSet>>()
  return {
    async source(name) {
      if (existsSync(name)) {
        const { openFeatureSet } = await import('../src/features/open.ts')
        const set = await openFeatureSet(name, { signal: context.signal })
        known.set(set.hash, async () => set)
        return sourceOf(set)
      }
      if (looksLikePath(name))
        throw new UserError('NOT_FOUND', `There is no feature set ${JSON.stringify(name)}; give the path of one, or the id of an added one.`)
      const source = await addedSource(name, context)
      let opening: Promise<FeatureSet> | undefined
      known.set(source.hash, () => (opening ??= openAdded(source.hash, context)))
      return source
    },
    probe: (name) => storedProbe(name, context),
    async find(hash) {
      const open = known.get(hash)
      if (open) return open()
      throw new UserError('NOT_FOUND', `The feature set ${hash.slice(0, 12)}… was not named in this command; name it with --sae.`)
    },
  }
}

export interface NamedProbe {
  /** The layer whose input it reads. */
  layer: number
  /** [R, D]: a row for each class; with two classes only one row, for the second class. */
  weights: number[][]
}

async function storedProbe(text: string, context: CliContext): Promise<NamedProbe> {
  const [, model, name] = /^([^/]+)\/(.+)$/.exec(text) ?? []
  if (model === undefined || name === undefined)
    throw new UserError('BAD_INPUT', `${JSON.stringify(text)} is no probe; expected its model and its name, such as probe:demo/demo-languages-train/2 (tributary probe list).`)
  const [{ withStore }, { requireProbe }] = await Promise.all([import('./store.ts'), import('../src/store/probes.ts')])
  return withStore(resolveConfig({}, context.environment), (store) => requireProbe(store, model, name))
}

/** An id has one slash at most, between model and source. */
const looksLikePath = (name: string) => /^[.~/]|\\|\/.*\//.test(name)

const sourceOf = ({ hash, id, site, writes, F }: FeatureSet): FeatureSource => ({ hash, name: id, site, writes, features: F })

/** The source of an added set, as the database has it, without reading the set's files. */
async function addedSource(name: string, context: CliContext): Promise<FeatureSource> {
  const [{ withStore }, { requireFeatureSet }] = await Promise.all([import('./store.ts'), import('../src/store/feature-sets.ts')])
  const { set } = await withStore(resolveConfig({}, context.environment), (store) => requireFeatureSet(store, name))
  const { hash, source, site, writes, featureCount } = set
  return { hash, name: source, site: parseSite(site), writes: writes === null ? null : parseSite(writes), features: featureCount }
}

async function openAdded(hash: string, context: CliContext): Promise<FeatureSet> {
  const [{ withStore }, { storedSets }] = await Promise.all([import('./store.ts'), import('../src/store/open-sets.ts')])
  return withStore(resolveConfig({}, context.environment), (store) => storedSets(store, hostname()).find(hash))
}

/** `demo/saes/2-res/320` or `2-res/320`: a set and the number of one of its features. */
export async function featureNamed(text: string, sets: SetOpener): Promise<{ set: FeatureSource; index: number }> {
  const { name, index } = splitFeatureName(text, '--feature')
  return { set: await sets.source(name), index }
}

/** `what`: the flag or argument, for messages. */
export function splitFeatureName(text: string, what: string): { name: string; index: number } {
  const [, name, digits] = /^(.+)\/(\d+)$/.exec(text) ?? []
  if (name !== undefined) return { name, index: Number(digits) }
  throw new UserError('BAD_INPUT', `${what} is ${JSON.stringify(text)}; expected a set and a number, such as demo/saes/2-res/320 or 2-res/320.`)
}

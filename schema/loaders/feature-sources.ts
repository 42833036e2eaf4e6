/**
 * Feature sets and probes of a model by the names in questions. The names of many questions are looked up in one
 * statement.
 */
import { createContextCache } from '@pothos/core'
import DataLoader from 'dataloader'
import type { FeatureSource } from '../../src/depass/partition/kind.ts'
import { UserError } from '../../src/errors.ts'
import { parseSite } from '../../src/features/site.ts'
import type { Context } from '../context.ts'

interface Named {
  modelId: number
  /** feature_set.source, or probe.name */
  source: string
}

async function loadSources({ database }: Context, names: readonly Named[]): Promise<(FeatureSource | UserError)[]> {
  const rows = await database.featureSet.findMany({
    where: { modelId: { in: names.map(({ modelId }) => modelId) }, source: { in: names.map(({ source }) => source) } },
    select: { modelId: true, source: true, hash: true, site: true, writes: true, featureCount: true },
  })
  return names.map(({ modelId, source }) => {
    const row = rows.find((each) => each.modelId === modelId && each.source === source)
    if (!row) return new UserError('NOT_FOUND', `The model has no feature set ${JSON.stringify(source)}.`)
    const { hash, site, writes, featureCount: features } = row
    return { hash, name: source, site: parseSite(site), writes: writes === null ? null : parseSite(writes), features }
  })
}

export interface NamedProbe {
  /** The layer whose input it reads. */
  layer: number
  /** [R, D]: a row for each class; with two classes only one row, for the second class. */
  weights: number[][]
}

/** If several probes have the same name, the newest counts. */
async function loadProbes({ database }: Context, names: readonly Named[]): Promise<(NamedProbe | UserError)[]> {
  const found = await database.probe.findMany({
    where: { modelId: { in: names.map(({ modelId }) => modelId) }, name: { in: names.map(({ source }) => source) } },
    select: { modelId: true, name: true, layer: true, weights: true }, orderBy: { id: 'desc' },
  })
  return names.map(({ modelId, source }) => {
    const row = found.find((each) => each.modelId === modelId && each.name === source)
    if (!row) return new UserError('NOT_FOUND', `The model has no probe ${JSON.stringify(source)}.`)
    return { layer: row.layer, weights: rowsOf(row.weights) }
  })
}

const probeLoader = createContextCache(
  (context: Context) =>
    new DataLoader<Named, NamedProbe, string>((names) => loadProbes(context, names), {
      cacheKeyFn: ({ modelId, source }: Named) => `${modelId}/${source}`,
    }),
)

function rowsOf({ rows, width, data }: { rows: number; width: number; data: Uint8Array }): number[][] {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
  return Array.from({ length: rows }, (_, r) => Array.from({ length: width }, (__, d) => view.getFloat32(4 * (r * width + d), true)))
}

const featureSourceLoader = createContextCache(
  (context: Context) =>
    new DataLoader<Named, FeatureSource, string>((names) => loadSources(context, names), {
      cacheKeyFn: ({ modelId, source }: Named) => `${modelId}/${source}`,
    }),
)

/** What names of one model's feature sets and probes stand for. */
export interface Names {
  set(source: string): Promise<FeatureSource>
  probe(name: string): Promise<NamedProbe>
}

export const namesOf = (context: Context, modelId: number): Names => ({
  set: (source) => featureSourceLoader(context).load({ modelId, source }),
  probe: (source) => probeLoader(context).load({ modelId, source }),
})

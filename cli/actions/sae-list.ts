/** The feature sets that the database knows. */
import { hostname } from 'node:os'
import { resolveConfig } from '../../src/config.ts'
import { setLocations, type Store } from '../../src/store/index.ts'
import type { CliContext } from '../context.ts'
import { withStore } from '../store.ts'
import { table } from '../terminal/table.ts'

export async function listSets({ json }: { json: boolean }, context: CliContext): Promise<void> {
  const sets = await withStore(resolveConfig({}, context.environment), readSets)
  if (json) return context.print(`${JSON.stringify(sets)}\n`)
  if (sets.length === 0)
    return context.print('No feature set has been added yet; add one with tributary sae add PATH.\n')
  context.print(
    table(
      [
        'id',
        'format',
        'site',
        'features',
        'activation',
        'explains',
        'per token',
        'verdict',
        'swept over',
        'labels',
        'path',
      ],
      sets.map((set) => [
        `${set.model}/${set.source}`,
        set.format,
        set.writes === null ? set.site : `${set.site} to ${set.writes}`,
        set.features,
        set.activation,
        `${(100 * set.varianceExplained).toFixed(1)}%`,
        set.l0.toPrecision(3),
        set.forced ? 'refused, forced' : set.verdict,
        set.sweeps
          .map(({ dataset, tokens, status }) => `${dataset} (${status === 'done' ? `${tokens} tokens` : status})`)
          .join(', '),
        set.labelled,
        set.paths[0] ?? '',
      ]),
    ),
  )
}

async function readSets(store: Store) {
  const rows = await store.prisma.featureSet.findMany({
    include: {
      model: { select: { slug: true } },
      sweeps: { include: { dataset: { select: { slug: true } } }, orderBy: { id: 'asc' } },
    },
    omit: { selfTest: true },
    orderBy: [{ modelId: 'asc' }, { layer: 'asc' }, { source: 'asc' }],
  })
  return Promise.all(
    rows.map(async ({ id, model, sweeps, featureCount, ...set }) => ({
      model: model.slug,
      ...set,
      features: featureCount,
      sweeps: sweeps.map(({ dataset, tokens, status, prompts }) => ({
        dataset: dataset.slug,
        status,
        prompts,
        tokens: Number(tokens),
      })),
      labelled: await store.prisma.feature.count({ where: { setId: id, label: { not: null } } }),
      paths: (await setLocations(store, id, hostname())).map(({ path }) => path),
    })),
  )
}

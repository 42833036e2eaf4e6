/** The models that the database knows, with their folders on this machine first. */
import { hostname } from 'node:os'
import { resolveConfig } from '../../src/config.ts'
import { modelPaths } from '../../src/store/models.ts'
import type { CliContext } from '../context.ts'
import { withStore } from '../store.ts'
import { table } from '../terminal/table.ts'

export async function listModels({ json }: { json: boolean }, context: CliContext): Promise<void> {
  const models = await withStore(resolveConfig({}, context.environment), async (store) => {
    const found = await store.prisma.model.findMany({
      orderBy: { slug: 'asc' },
      select: {
        id: true,
        slug: true,
        hash: true,
        architecture: true,
        layers: true,
        residualWidth: true,
        heads: true,
        neurons: true,
        parameters: true,
        tokenizerHash: true,
      },
    })
    return Promise.all(
      found.map(async ({ id, slug, parameters, ...rest }) => ({
        id: slug,
        ...rest,
        parameters: Number(parameters),
        folders: await modelPaths(store, id, hostname()),
      })),
    )
  })
  if (json) return context.print(`${JSON.stringify(models)}\n`)
  if (models.length === 0) return context.print('No model has been added yet; add one with tributary model add DIR.\n')
  context.print(
    table(
      ['id', 'architecture', 'layers', 'width', 'heads', 'neurons', 'parameters', 'folder'],
      models.map((model) => [
        model.id,
        model.architecture,
        model.layers,
        model.residualWidth,
        model.heads,
        model.neurons,
        model.parameters,
        model.folders[0] ?? '',
      ]),
    ),
  )
}

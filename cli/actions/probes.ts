/** `tributary probe list|export`: trained probes, shown and handed on as bases and directions. */
import { resolveConfig } from '../../src/config.ts'
import { requireProbe } from '../../src/store/index.ts'
import type { CliContext } from '../context.ts'
import { withStore } from '../store.ts'
import { table } from '../terminal/table.ts'

export async function listProbes({ json }: { json: boolean }, context: CliContext): Promise<void> {
  const probes = await withStore(resolveConfig({}, context.environment), (store) => store.prisma.probe.findMany({
    select: { name: true, layer: true, labels: true, accuracy: true, tested: true, trained: true, hash: true, model: { select: { slug: true } } },
    orderBy: { id: 'asc' },
  }))
  const rows = probes.map(({ model, ...rest }) => ({ ...rest, model: model.slug }))
  if (json) return context.print(`${JSON.stringify(rows)}\n`)
  if (rows.length === 0) return context.print('There are no probes; truthfulness and language-subspace (tributary experiment) train some.\n')
  context.print(table(['probe', 'model', 'layer', 'labels', 'accuracy', 'tested', 'trained'], rows.map(({ name, model, layer, labels, accuracy, tested, trained }) =>
    [name, model, layer, labels.join(' '), { digits: accuracy.toFixed(3) }, tested, trained])))
}

/** Its weights as JSON: what --basis and --direction read. */
export async function exportProbe(name: string, { model }: { model: string }, context: CliContext): Promise<void> {
  const { weights } = await withStore(resolveConfig({}, context.environment), (store) => requireProbe(store, model, name))
  context.print(`${JSON.stringify(weights.length === 1 ? weights[0] : weights)}\n`)
}

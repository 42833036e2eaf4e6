/** Probes: classifiers of the stream at a layer, whose weights are directions and span subspaces. */
import { requireKnown } from '../known.ts'
import { builder } from '../builder.ts'
import { rootPages } from '../cost.ts'
import { totalCount } from '../paging/connection.ts'

const Probe = builder.prismaObject('Probe', {
  description: "A classifier of the last token's stream at one layer (logistic regression), trained on labelled sentences.",
  select: { id: true },
  fields: (t) => ({
    name: t.exposeString('name', { description: 'What people type: the dataset it was trained on, and its layer, `demo-languages/2`.' }),
    hash: t.exposeString('hash', { description: 'sha256 (hex) of layer, labels, weights and intercepts.' }),
    model: t.relation('model', { description: 'The model whose stream it reads.' }),
    layer: t.exposeInt('layer', { description: 'The layer whose input it reads; the number of layers for the stream before the final norm.' }),
    labels: t.exposeStringList('labels', { description: 'What its classes are called.' }),
    accuracy: t.exposeFloat('accuracy', { description: 'Share of the test sentences that it gets right.' }),
    trained: t.exposeInt('trained', { description: 'How many sentences it was trained on.' }),
    tested: t.exposeInt('tested', { description: 'How many sentences it was tested on.' }),
    trainDataset: t.relation('trainDataset', { description: 'The sentences that it was trained on.' }),
    testDataset: t.relation('testDataset', { description: 'The sentences that it was tested on.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was trained.' }),
  }),
})

const ProbeConnection = builder.connectionObject(
  { type: Probe, name: 'ProbeConnection', fields: (t) => ({ totalCount: t.int(totalCount(1)) }) },
  { name: 'ProbeEdge' },
)

builder.queryField('probes', (t) =>
  t.prismaConnection({
    type: Probe,
    description: 'Probes by name, of all models or of one. Null only with an error.',
    cursor: 'id',
    args: { model: t.arg.string({ description: 'The slug of a model; all of them when absent.' }) },
    totalCount: async (_connection, { model }, { database }) => {
      await requireKnown(database, { model })
      return database.probe.count({ where: model == null ? {} : { model: { slug: model } } })
    },
    nullable: true,
    ...rootPages,
    resolve: async (query, _root, { model }, { database }) => {
      await requireKnown(database, { model })
      return database.probe.findMany({
        ...query, where: model == null ? {} : { model: { slug: model } }, orderBy: [{ name: 'asc' }, { id: 'asc' }],
      })
    },
  }, ProbeConnection),
)

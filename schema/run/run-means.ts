/** What components and positions contributed over a run, on average. A run is one partition with one set of options. */
import { UserError } from '../../src/errors.ts'
import { type ComponentMean, componentMeans, type PositionMean, positionMeans, type TemplateMean, templateMeans } from '../../src/store/run-means.ts'
import { builder } from '../builder.ts'
import { RankBy } from '../component/rank.ts'
import { OrderDirection } from '../paging/order.ts'

/** High, because means read every contribution of the run. */
const COST = 2000
const MOST = 1000

const MeanKind = builder.enumType('MeanKind', {
  description: 'Components that are the same thing in every prompt of a run, as tokens and words are not.',
  values: {
    HEAD: { value: 'head', description: 'Attention heads.' },
    NEURON: { value: 'neuron', description: 'MLP neurons.' },
    ATTENTION: { value: 'attention', description: "Attention sublayers' outputs." },
    MLP: { value: 'mlp', description: "MLPs' outputs." },
    INSIDE: { value: 'inside', description: 'What lies inside the subspace.' },
    OUTSIDE: { value: 'outside', description: 'What lies outside the subspace.' },
    FEATURE: { value: 'feature', description: 'Features of a feature set, at whatever position they fire.' },
  },
} as const)

const common = {
  prompts: 'Prompts in which it has a contribution of its own; of many neurons and features only the largest have.',
  deviation: 'Standard deviation of the scores (of a sample); null for a single one.',
  share: "Mean of the scores divided by the target's value; null where that is always 0.",
}

const ComponentMeanType = builder.objectRef<ComponentMean>('ComponentMean').implement({
  description: 'What one component contributed over the prompts of a run.',
  fields: (t) => ({
    kind: t.expose('kind', { type: MeanKind, description: 'What it is.' }),
    layer: t.exposeInt('layer', { nullable: true, description: 'Its layer; null for what begins at the embedding.' }),
    startLayer: t.exposeInt('startLayer', { description: 'The layer at which the split was made that it belongs to.' }),
    index: t.exposeInt('componentIndex', { description: 'Its number within the layer.' }),
    label: t.exposeString('label', { description: 'What a person reads, e.g. `L3.H5`.' }),
    prompts: t.exposeInt('prompts', { description: common.prompts }),
    runPrompts: t.exposeInt('runPrompts', { description: 'Prompts of the run that have a result.' }),
    meanScore: t.exposeFloat('meanScore', { description: 'Mean of its scores.' }),
    deviation: t.exposeFloat('deviation', { nullable: true, description: common.deviation }),
    meanMagnitude: t.exposeFloat('meanMagnitude', { description: 'Mean of its |score|.' }),
    meanShare: t.exposeFloat('meanShare', { nullable: true, description: common.share }),
  }),
})

const PositionMeanType = builder.objectRef<PositionMean>('PositionMean').implement({
  description: 'What tokens contributed over the prompts of a run, by where they stand.',
  fields: (t) => ({
    tenth: t.exposeInt('tenth', {
      description: 'Tenth of the way to the token where the target is read: 0 at the first token, 9 at the end.',
    }),
    prompts: t.exposeInt('prompts', { description: 'Prompts that have a token there.' }),
    tokens: t.exposeInt('tokens', { description: 'Tokens that stand there.' }),
    meanScore: t.exposeFloat('meanScore', { description: 'Mean of their scores.' }),
    deviation: t.exposeFloat('deviation', { nullable: true, description: common.deviation }),
    meanMagnitude: t.exposeFloat('meanMagnitude', { description: 'Mean of their |score|.' }),
    meanShare: t.exposeFloat('meanShare', { nullable: true, description: common.share }),
  }),
})

builder.prismaObjectField('Run', 'componentMeans', (t) =>
  t.field({
    type: [ComponentMeanType],
    description: 'Its heads, neurons, sublayers or features, by what they contributed on average. The same as the view component_means.',
    complexity: COST,
    args: {
      kind: t.arg({ type: MeanKind, required: true, description: 'Which components.' }),
      by: t.arg({ type: RankBy, required: true, defaultValue: 'magnitude', description: 'What to rank by.' }),
      direction: t.arg({ type: OrderDirection, required: true, defaultValue: 'desc', description: 'Which end comes first.' }),
      first: t.arg.int({ required: true, defaultValue: 20, description: `How many, at most ${MOST}.` }),
    },
    select: { id: true },
    resolve: ({ id }, { kind, by, direction, first }, { database }) => {
      if (first < 1 || first > MOST) throw new UserError('TOO_LARGE', `${first} components were asked for; it can be 1 to ${MOST}.`)
      return componentMeans(database, { runId: id, kind, by, direction, first })
    },
  }),
)

builder.prismaObjectField('Run', 'positionMeans', (t) =>
  t.field({
    type: [PositionMeanType],
    description: 'Its tokens by where they stand; empty for runs that are not split by token. The same as the view position_means.',
    complexity: COST,
    select: { id: true },
    resolve: ({ id }, _args, { database }) => positionMeans(database, id),
  }),
)

const TemplateMeanType = builder.objectRef<TemplateMean>('TemplateMean').implement({
  description: 'What the tokens at one position contributed, over the prompts of a run that have as many tokens as most of them.',
  fields: (t) => ({
    position: t.exposeInt('position', { description: 'The position, from 0.' }),
    token: t.exposeString('token', { nullable: true, description: 'The text of the token; null where the prompts differ.' }),
    differentTokens: t.exposeInt('differentTokens', { description: 'How many different tokens stand there.' }),
    prompts: t.exposeInt('prompts', { description: 'Prompts of that length.' }),
    meanScore: t.exposeFloat('meanScore', { description: 'Mean of their scores.' }),
    deviation: t.exposeFloat('deviation', { nullable: true, description: common.deviation }),
    meanMagnitude: t.exposeFloat('meanMagnitude', { description: 'Mean of their |score|.' }),
    meanShare: t.exposeFloat('meanShare', { nullable: true, description: common.share }),
  }),
})

builder.prismaObjectField('Run', 'templateMeans', (t) =>
  t.field({
    type: [TemplateMeanType],
    description:
      'Its tokens position by position, over the prompts of the length that most of them have, as prompts made from one template do; empty ' +
      'for runs that are not split by token.',
    complexity: COST,
    select: { id: true },
    resolve: ({ id }, _args, { database }) => templateMeans(database, id),
  }),
)

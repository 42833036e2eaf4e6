/** Takes out a whole sublayer: what it adds to the stream, its biases included, becomes zeros or its mean. */
import { z } from 'zod'
import { modules } from '../../depass/partition/module.ts'
import { editAt, indexSchema, replacementOf, replacing, requireLayerOf, requirePositions, type ChangeKindOf } from './kind.ts'

const schema = z.strictObject({
  kind: z.literal('module'),
  layer: indexSchema,
  module: z.enum(modules),
  ...replacing,
})
export type ModuleChange = z.infer<typeof schema>

export const moduleKind: ChangeKindOf<ModuleChange> = {
  schema,
  description: 'sublayers',
  vectorField: null,
  check({ layer, positions }, model, position) {
    requireLayerOf(layer, model)
    requirePositions(positions, position)
  },
  needs: async () => [],
  async alter({ layer, module, to, positions }, context) {
    const site = { layer, name: module === 'attention' ? 'attn_out' : 'mlp_out' } as const
    const mean = await replacementOf(to, { site }, context)
    return { edits: [editAt(site, positions, (out) => void (mean === null ? out.fill(0) : out.set(mean)))] }
  },
  takes: ({ layer, module, positions }) =>
    positions === undefined ? { partition: { by: 'module', layer, module }, includes: ({ kind }) => kind === module } : null,
}

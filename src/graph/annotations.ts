/** What people save with a graph: nodes they pinned, groups of nodes (supernodes), and their own names for nodes. */
import { z } from 'zod'
import { UserError } from '../errors.ts'
import { unknownNode } from './unknown-node.ts'

const MAX_TEXT = 1000
const MAX_ENTRIES = 5000

const id = z.string().min(1).max(300)
// A database can hold neither U+0000 nor half of a surrogate pair.
const text = z.string().max(MAX_TEXT).regex(/^[^\0\p{Surrogate}]*$/u, 'it holds a character that is none')

export const annotationsSchema = z.strictObject({
  pinned: z.array(id).max(MAX_ENTRIES),
  supernodes: z.array(z.strictObject({ label: text, nodes: z.array(id).min(1).max(MAX_ENTRIES) })).max(MAX_ENTRIES),
  labels: z.array(z.strictObject({ node: id, text })).max(MAX_ENTRIES),
})
export type Annotations = z.infer<typeof annotationsSchema>

export const noAnnotations: Annotations = { pinned: [], supernodes: [], labels: [] }

/** Refuses (BAD_INPUT) annotations that name nodes outside the graph, or one node in two groups. */
export function checkAnnotations(annotations: unknown, ids: ReadonlySet<string>): Annotations {
  const parsed = annotationsSchema.safeParse(annotations)
  if (!parsed.success) {
    const { path, message } = parsed.error.issues[0]!
    throw new UserError('BAD_INPUT', `${path.join('.') || 'What is to be saved'} is not as expected: ${message}.`)
  }
  const { pinned, supernodes, labels } = parsed.data
  const grouped = supernodes.flatMap(({ nodes }) => nodes)
  for (const node of [...pinned, ...grouped, ...labels.map((label) => label.node)])
    if (!ids.has(node)) throw unknownNode('BAD_INPUT', node, [...ids][0])
  const twice = grouped.find((node, at) => grouped.indexOf(node) !== at)
  if (twice !== undefined) throw new UserError('BAD_INPUT', `The node ${twice} is in two supernodes; it can be in one.`)
  return parsed.data
}

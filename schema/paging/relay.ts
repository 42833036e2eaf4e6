import { refusedAlone } from '../argument-check.ts'

/** Words and costs of what Relay adds to every connection. */
const free = { complexity: { field: 0, multiplier: 1 } }

export const relayOptions = {
  nodeTypeOptions: { description: 'Anything that can be fetched again by its global id.' },
  nodeQueryOptions: {
    description: 'One object by its global id; null when there is none.',
    args: { id: { description: 'The global id.' } },
  },
  nodesQueryOptions: {
    description: 'Objects by their global ids, in the order asked; null where there is none, and with an error where an id is none. Null as a whole only with an error.',
    nullable: { list: true, items: true },
    args: { ids: { description: 'The global ids.', ...refusedAlone } },
    // Each id is also charged as an argument; this is the cost of the fields of each node.
    complexity: ({ ids }: { ids: readonly unknown[] }) => ({ field: 1, multiplier: ids.length }),
  },
  idFieldOptions: { description: 'Global id: fetches this object again through `node`.' },
  pageInfoTypeOptions: { description: 'Where a page lies in its connection.' },
  hasNextPageFieldOptions: { description: 'Whether more follows this page.' },
  hasPreviousPageFieldOptions: { description: 'Whether anything lies before this page.' },
  startCursorFieldOptions: { description: 'Cursor of the first edge, for `before`; null on an empty page.' },
  endCursorFieldOptions: { description: 'Cursor of the last edge, for `after`; null on an empty page.' },
  firstArgOptions: { description: 'How many, from the start (or after `after`).' },
  lastArgOptions: { description: 'How many, from the end (or before `before`).' },
  afterArgOptions: { description: 'Only what follows the edge with this cursor.' },
  beforeArgOptions: { description: 'Only what precedes the edge with this cursor.' },
  defaultConnectionTypeOptions: { description: 'One page of a list.' },
  defaultEdgeTypeOptions: { description: 'One place in a list.' },
  pageInfoFieldOptions: { description: 'Where this page lies in the list.', complexity: 0 },
  // The connection itself has counted its rows; its wrappers must not count them again.
  edgesFieldOptions: { description: 'The places of this page, each with its cursor.', ...free },
  // Costs as much as the nodes of edges.
  nodesOnConnection: {
    description: 'What stands at the places of this page.',
    complexity: { field: 1, multiplier: 1 },
  },
  nodeFieldOptions: { description: 'What stands at this place.' },
  cursorFieldOptions: { description: 'This place, for `after` and `before`.' },
  edgeCursorType: 'String',
  pageInfoCursorType: 'String',
  cursorType: 'String',
} as const

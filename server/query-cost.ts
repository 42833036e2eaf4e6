/**
 * What an operation costs, counted before it runs. Each field costs what its `complexity` says (schema/), times the
 * number of rows above it, plus what its arguments make the database look at. Only the chosen operation is counted,
 * without what `@skip` and `@include` leave out.
 */
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  getArgumentValues,
  getDirectiveValues,
  getNamedType,
  getNullableType,
  getVariableValues,
  type GraphQLField,
  GraphQLIncludeDirective,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLSchema,
  GraphQLSkipDirective,
  isInputObjectType,
  isInterfaceType,
  isListType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql'
import { z } from 'zod'
import { UserError } from '../src/errors.ts'

export interface Cost {
  /** Levels of nesting. */
  depth: number
  cost: number
}

/**
 * `complexity` of a field, as a function of its arguments: its own cost, and the factor for the cost of everything
 * below it.
 */
const fieldCost = z.object({ field: z.number(), multiplier: z.number().optional() })
/** What an input's own extension says (`entries` in schema/cost.ts). */
const entriesSchema = z.object({ cost: z.number(), most: z.number().nullable() })

/** Default for a list: each entry is a value that rows are compared with. */
const ENTRIES = { cost: 1, most: 1000 }
/** The text of a search is compared letter by letter, so long text costs more. */
const CHARACTERS_PER_ROW = 100

/** Throws a GraphQLError if variables do not fit, and a UserError if a list is too long. */
export function costOf(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Record<string, unknown>,
): Cost {
  const read = getVariableValues(schema, operation.variableDefinitions ?? [], variables)
  if (read.errors?.[0]) throw read.errors[0]
  const root = schema.getRootType(operation.operation)
  if (!root) return { depth: 0, cost: 0 }
  const { depth, cost } = new Counter(schema, document, read.coerced ?? {}).selections(root, operation.selectionSet)
  return { depth, cost: Math.ceil(cost) }
}

class Counter {
  readonly #schema: GraphQLSchema
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>
  readonly #variables: Record<string, unknown>
  /** A fragment may be spread in many places; it is counted once for each type. */
  readonly #known = new Map<SelectionSetNode, Map<GraphQLNamedType, Cost>>()

  constructor(schema: GraphQLSchema, document: DocumentNode, variables: Record<string, unknown>) {
    this.#schema = schema
    this.#variables = variables
    this.#fragments = new Map(
      document.definitions.flatMap((each) => (each.kind === Kind.FRAGMENT_DEFINITION ? [[each.name.value, each]] : [])),
    )
  }

  selections(type: GraphQLNamedType, selectionSet: SelectionSetNode): Cost {
    const known = this.#known.get(selectionSet)?.get(type)
    if (known) return known
    const sum: Cost = { depth: 0, cost: 0 }
    for (const selection of selectionSet.selections) {
      if (!this.#runs(selection)) continue
      const { depth, cost } = this.#selection(type, selection)
      sum.depth = Math.max(sum.depth, depth)
      sum.cost += cost
    }
    const byType = this.#known.get(selectionSet) ?? new Map<GraphQLNamedType, Cost>()
    this.#known.set(selectionSet, byType.set(type, sum))
    return sum
  }

  #selection(type: GraphQLNamedType, selection: SelectionNode): Cost {
    if (selection.kind === Kind.FIELD) return this.#field(type, selection)
    const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? this.#fragments.get(selection.name.value) : selection
    if (!fragment) return { depth: 0, cost: 0 }
    const condition = fragment.typeCondition && this.#schema.getType(fragment.typeCondition.name.value)
    return this.selections(condition ?? type, fragment.selectionSet)
  }

  #field(type: GraphQLNamedType, node: FieldNode): Cost {
    const field = isObjectType(type) || isInterfaceType(type) ? type.getFields()[node.name.value] : undefined
    // __typename and introspection, which read nothing.
    if (!field) return { depth: 1, cost: 0 }
    const values = this.#arguments(field, node)
    const { field: own, multiplier = 1 } = priceOf(field, values)
    const below = node.selectionSet ? this.selections(getNamedType(field.type), node.selectionSet) : { depth: 0, cost: 0 }
    return { depth: below.depth + 1, cost: own + costOfArguments(field, values) + below.cost * Math.max(0, multiplier) }
  }

  /**
   * null if the arguments do not fit. GraphQL then refuses this field when it runs, and the other fields are not
   * affected.
   */
  #arguments(field: GraphQLField<unknown, unknown>, node: FieldNode): Record<string, unknown> | null {
    if (field.args.length === 0) return {}
    try {
      return getArgumentValues(field, node, this.#variables)
    } catch {
      return null
    }
  }

  #runs(selection: SelectionNode): boolean {
    if (!selection.directives?.length) return true
    if (getDirectiveValues(GraphQLSkipDirective, selection, this.#variables)?.['if'] === true) return false
    return getDirectiveValues(GraphQLIncludeDirective, selection, this.#variables)?.['if'] !== false
  }
}

function priceOf(field: GraphQLField<unknown, unknown>, values: Record<string, unknown> | null): z.infer<typeof fieldCost> {
  const stated: unknown = field.extensions['complexity']
  const price: unknown = typeof stated === 'function' ? (values === null ? 0 : stated(values, undefined, field)) : stated
  return typeof price === 'number' ? { field: price } : fieldCost.parse(price)
}

function costOfArguments(field: GraphQLField<unknown, unknown>, values: Record<string, unknown> | null): number {
  if (values === null) return 0
  return field.args.reduce((sum, { name, type, extensions }) => sum + costOfValue(type, values[name], extensions, name), 0)
}

function costOfValue(type: GraphQLInputType, value: unknown, extensions: object, name: string): number {
  if (value === null || value === undefined) return 0
  const entries = entriesSchema.safeParse(Reflect.get(extensions, 'entries')).data ?? ENTRIES
  const inner = getNullableType(type)
  if (isListType(inner)) {
    if (!Array.isArray(value)) return 0
    if (entries.most !== null && value.length > entries.most) {
      throw new UserError('TOO_LARGE', `${name} has ${value.length} entries, and the limit is ${entries.most}; ask in parts.`)
    }
    const nested = value.reduce<number>((sum, each) => sum + costOfValue(inner.ofType, each, extensions, name), 0)
    return isListType(getNullableType(inner.ofType)) ? nested : nested + value.length * entries.cost
  }
  if (isInputObjectType(inner)) {
    return Object.values(inner.getFields()).reduce(
      (sum, field) => sum + costOfValue(field.type, Reflect.get(Object(value), field.name), field.extensions, field.name),
      0,
    )
  }
  return typeof value === 'string' && entries.cost > 0 ? Math.floor(value.length / CHARACTERS_PER_ROW) : 0
}

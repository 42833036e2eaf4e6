/** A query as text that runs as it is: the values of its variables become their defaults. */
import type { DocumentNode, OperationDefinitionNode } from 'graphql'
import { Kind, parseValue, print, visit } from 'graphql'

/** Fields of inputs whose values are enums: GraphQL writes these without quotes. */
const ENUMS = new Set(['rule', 'mode', 'module', 'by', 'edges', 'direction', 'kind', 'partition', 'status', 'per', 'align'])

function literal(value: unknown, name = ''): string {
  if (Array.isArray(value)) return `[${value.map((each) => literal(each, name)).join(', ')}]`
  if (value !== null && typeof value === 'object') {
    const fields = Object.entries(value).filter(([, each]) => each !== undefined)
    return `{ ${fields.map(([key, each]) => `${key}: ${literal(each, key)}`).join(', ')} }`
  }
  return typeof value === 'string' && ENUMS.has(name) ? value : JSON.stringify(value ?? null)
}

type Variables = Readonly<Record<string, unknown>>

export const queryText = (document: DocumentNode, variables: Variables): string => `${print(filled(document, variables)).trim()}\n`

/**
 * The same question about several things in one operation, which runs as it is: its fields and the variables that differ are
 * numbered.
 */
export function queryTexts(document: DocumentNode, each: readonly Variables[]): string {
  const differ = new Set(each.flatMap(Object.keys).filter((name) => new Set(each.map((variables) => literal(variables[name], name))).size > 1))
  const copies = each.map((variables, at) => numbered(operationOf(filled(document, variables)), at + 1, differ))
  const [first] = copies
  if (!first) throw new Error('no question is to be written')
  const definitions = new Map(copies.flatMap(({ variableDefinitions = [] }) => variableDefinitions.map((one) => [one.variable.name.value, one] as const)))
  const operation: OperationDefinitionNode = {
    ...first, variableDefinitions: [...definitions.values()],
    selectionSet: { ...first.selectionSet, selections: copies.flatMap(({ selectionSet }) => selectionSet.selections) },
  }
  const fragments = document.definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION)
  return `${print({ kind: Kind.DOCUMENT, definitions: [operation, ...fragments] }).trim()}\n`
}

function operationOf({ definitions }: DocumentNode): OperationDefinitionNode {
  const operation = definitions.find((each) => each.kind === Kind.OPERATION_DEFINITION)
  if (!operation) throw new Error('a document of fragments alone asks nothing')
  return operation
}

/** Fragments are shared by all copies, so a variable that differs must not be used in one. */
function numbered(operation: OperationDefinitionNode, number: number, differ: ReadonlySet<string>): OperationDefinitionNode {
  const { selectionSet, ...renamed } = visit(operation, {
    [Kind.VARIABLE]: (variable) =>
      differ.has(variable.name.value) ? { ...variable, name: { ...variable.name, value: `${variable.name.value}${number}` } } : undefined,
  })
  const selections = selectionSet.selections.map((one) =>
    one.kind === Kind.FIELD ? { ...one, alias: { kind: Kind.NAME, value: `${(one.alias ?? one.name).value}${number}` } as const } : one)
  return { ...renamed, selectionSet: { ...selectionSet, selections } }
}

function filled(document: DocumentNode, variables: Variables): DocumentNode {
  return visit(document, {
    [Kind.VARIABLE_DEFINITION]: (definition) => {
      const name = definition.variable.name.value
      const value = variables[name]
      return value === undefined ? undefined : { ...definition, defaultValue: parseValue(literal(value, name)) }
    },
  })
}

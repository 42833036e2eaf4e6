/** A query as text that runs as it is: the values of its variables become their defaults. */
import type { DocumentNode } from 'graphql'
import { Kind, parseValue, print, visit } from 'graphql'

/** Fields of inputs whose values are enums: GraphQL writes these without quotes. */
const ENUMS = new Set(['rule', 'mode', 'module', 'by', 'edges', 'direction', 'kind', 'partition', 'status'])

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

/** The same question about several things, as operations with numbered names. A client runs one of them by its name. */
export function queryTexts(document: DocumentNode, each: readonly Variables[]): string {
  const operations = each.flatMap((variables, at) =>
    visit(filled(document, variables), {
      [Kind.OPERATION_DEFINITION]: (definition) => ({ ...definition, name: { kind: Kind.NAME, value: `${definition.name?.value ?? 'Query'}${at + 1}` } }),
    }).definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION))
  const fragments = document.definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION)
  return `${print({ kind: Kind.DOCUMENT, definitions: [...operations, ...fragments] }).trim()}\n`
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

/** A query as text that runs as it stands: its variables become their own defaults. */
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

export function queryText(document: DocumentNode, variables: Readonly<Record<string, unknown>>): string {
  const filled = visit(document, {
    [Kind.VARIABLE_DEFINITION]: (definition) => {
      const name = definition.variable.name.value
      const value = variables[name]
      return value === undefined ? undefined : { ...definition, defaultValue: parseValue(literal(value, name)) }
    },
  })
  return `${print(filled).trim()}\n`
}

/** Values that GraphQL has no type for. `@specifiedBy` tells tools which text says what they look like. */
import { GraphQLError, Kind } from 'graphql'
import { builder } from './builder.ts'

/** RFC 3339, section 5.6. A date alone does not match, nor do words that JavaScript would take for a date. */
const DATE_TIME = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/

function parseDate(value: unknown): Date {
  const date = typeof value === 'string' && DATE_TIME.test(value) ? new Date(value) : null
  if (!date || Number.isNaN(date.getTime())) {
    throw new GraphQLError(`Expected an ISO 8601 date and time such as 2025-01-31T09:30:00Z, got ${JSON.stringify(value)}.`)
  }
  return date
}

builder.scalarType('DateTime', {
  description: 'A moment in ISO 8601, in UTC, e.g. `2025-01-31T09:30:00.000Z`.',
  specifiedByURL: 'https://www.rfc-editor.org/rfc/rfc3339',
  serialize: (date) => date.toISOString(),
  parseValue: parseDate,
  parseLiteral: (node) => parseDate(node.kind === Kind.STRING ? node.value : null),
})

builder.scalarType('JSON', {
  description: 'Any JSON value: fields of source files, kept as they were.',
  specifiedByURL: 'https://www.rfc-editor.org/rfc/rfc8259',
  serialize: (value) => value,
  parseValue: (value) => value,
})

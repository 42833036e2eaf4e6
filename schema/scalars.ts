import { GraphQLError, Kind } from 'graphql'
import { builder } from './builder.ts'

const invalid = (value: unknown) => new GraphQLError(`Expected an ISO 8601 date and time, got ${String(value)}.`)

function parseDate(value: unknown): Date {
  const date = typeof value === 'string' ? new Date(value) : null
  if (!date || Number.isNaN(date.getTime())) throw invalid(value)
  return date
}

builder.scalarType('DateTime', {
  description: 'A moment in ISO 8601, in UTC, e.g. `2025-01-31T09:30:00.000Z`.',
  serialize: (date) => date.toISOString(),
  parseValue: parseDate,
  parseLiteral: (node) => parseDate(node.kind === Kind.STRING ? node.value : null),
})

builder.scalarType('JSON', {
  description: 'Any JSON value: fields of source files, kept as they were.',
  serialize: (value) => value,
  parseValue: (value) => value,
})

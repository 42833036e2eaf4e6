/** The schema as a whole: what is committed is what is served, and nothing in it is left unexplained. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  type GraphQLNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  isSpecifiedScalarType,
} from 'graphql'
import { describe, expect, it } from 'vitest'
import { schema } from '../../schema/index.ts'
import { printSchema } from '../../schema/print.ts'

const committed = join(import.meta.dirname, '../../schema/schema.graphql')

function undescribed(type: GraphQLNamedType): string[] {
  const missing: string[] = type.description ? [] : [type.name]
  const look = (name: string, description: string | null | undefined) => {
    if (!description) missing.push(`${type.name}.${name}`)
  }
  if (isEnumType(type)) for (const value of type.getValues()) look(value.name, value.description)
  if (isInputObjectType(type)) for (const field of Object.values(type.getFields())) look(field.name, field.description)
  if (isObjectType(type) || isInterfaceType(type)) {
    for (const field of Object.values(type.getFields())) {
      look(field.name, field.description)
      for (const argument of field.args) look(`${field.name}(${argument.name})`, argument.description)
    }
  }
  return missing
}

describe('the schema', () => {
  it('is the one in schema/schema.graphql (else run: npm run schema:write)', () => {
    expect(printSchema()).toBe(readFileSync(committed, 'utf8'))
  })

  it('describes every type, field, argument and value', () => {
    const types = Object.values(schema.getTypeMap())
    const own = types.filter((type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type))
    expect(own.length).toBeGreaterThan(50)
    expect(own.flatMap(undescribed)).toEqual([])
  })

  it('says when a field that may be null is null', () => {
    const types = Object.values(schema.getTypeMap()).filter((type) => isObjectType(type) && !isIntrospectionType(type))
    const silent = types.flatMap((type) =>
      isObjectType(type)
        ? Object.values(type.getFields())
            .filter((field) => !String(field.type).endsWith('!') && !/\bnull\b/i.test(field.description ?? ''))
            .map((field) => `${type.name}.${field.name}`)
        : [],
    )
    expect(silent).toEqual([])
  })
})

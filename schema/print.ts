/** The schema as people and code generators read it: `schema/schema.graphql` and `possible-types.json` hold these texts. */
import { isAbstractType, lexicographicSortSchema, printSchema as print } from 'graphql'
import { schema } from './index.ts'

export const printSchema = (): string => `${print(lexicographicSortSchema(schema))}\n`

/** Which types each interface stands for, as Apollo Client's cache wants to be told (`possibleTypes`). */
export function printPossibleTypes(): string {
  const sorted = lexicographicSortSchema(schema)
  const abstract = Object.values(sorted.getTypeMap()).filter(isAbstractType)
  const possible = abstract.map((type) => [type.name, sorted.getPossibleTypes(type).map(({ name }) => name)])
  return `${JSON.stringify(Object.fromEntries(possible), null, 2)}\n`
}

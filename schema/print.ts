/** The schema as people and code generators read it: `schema/schema.graphql` holds this text. */
import { lexicographicSortSchema, printSchema as print } from 'graphql'
import { schema } from './index.ts'

export const printSchema = (): string => `${print(lexicographicSortSchema(schema))}\n`

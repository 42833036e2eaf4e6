/** The one schema builder; every noun's file adds its types to it. Prisma turns selections into joins. */
import SchemaBuilder from '@pothos/core'
import ComplexityPlugin from '@pothos/plugin-complexity'
import DataloaderPlugin from '@pothos/plugin-dataloader'
import PrismaPlugin from '@pothos/plugin-prisma'
import RelayPlugin from '@pothos/plugin-relay'
import ZodPlugin from '@pothos/plugin-zod'
import type PrismaTypes from '../prisma/generated/pothos.ts'
import { getDatamodel } from '../prisma/generated/pothos.ts'
import type { ConnectionTotals } from './paging/connection.ts'
import type { Context } from './context.ts'
import { DEFAULT_PAGE, LARGEST_PAGE, ownCost } from './cost.ts'
import { describeZodError } from './input-error.ts'
import { relayOptions } from './paging/relay.ts'

interface SchemaTypes {
  Context: Context
  PrismaTypes: PrismaTypes
  /** A field is null only where its description says when. */
  DefaultFieldNullability: false
  Connection: ConnectionTotals
  Scalars: {
    DateTime: { Input: Date; Output: Date }
    JSON: { Input: unknown; Output: unknown }
  }
}

export const builder = new SchemaBuilder<SchemaTypes>({
  plugins: [ComplexityPlugin, ZodPlugin, RelayPlugin, PrismaPlugin, DataloaderPlugin],
  defaultFieldNullability: false,
  prisma: {
    client: (context) => context.database,
    dmmf: getDatamodel(),
    // An error, because a field that ignores the selection it is given would silently read everything below it again.
    onUnusedQuery: 'error',
    filterConnectionTotalCount: true,
    defaultConnectionSize: DEFAULT_PAGE,
    maxConnectionSize: LARGEST_PAGE,
  },
  relay: relayOptions,
  // The server compares the sum with its limit before anything runs (costLimit.ts), hence no `limit` here.
  complexity: { fieldComplexity: (_args, _context, field) => ownCost(field.type) },
  zod: { validationError: describeZodError },
})

builder.queryType({ description: 'What can be read. Reading `attribute` computes what is not stored yet.' })
builder.mutationType({ description: 'What can be changed: attributions can be asked for without waiting.' })

import type { MigrationList, SchemaEngine } from '@prisma/schema-engine-wasm'

/** @param datamodels pairs of path and text of Prisma schema files */
export function openSchemaEngine(
  url: string,
  datamodels?: [string, string][],
): Promise<{ engine: SchemaEngine; close(): Promise<void> }>
export function readMigrations(baseDir: string): MigrationList

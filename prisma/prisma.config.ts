/** What the Prisma command line reads; the programs of this project read `DATABASE_URL` themselves. */
import path from 'node:path'
import { defineConfig } from 'prisma/config'

export default defineConfig({
  schema: path.join(import.meta.dirname, 'schema.prisma'),
  migrations: { path: path.join(import.meta.dirname, 'migrations') },
  // `generate` and `validate` need no database, but the command line insists on an address.
  datasource: { url: process.env['DATABASE_URL'] ?? 'postgresql://localhost/none' },
})

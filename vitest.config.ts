import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

/**
 * Files of these folders take turns in a process that keeps its modules: apart, each reads the server, the schema and Prisma
 * anew (24 files of GraphQL: 99 s of the processor's time apart, 31 s together). No module of theirs remembers anything that a
 * test could see.
 */
const TOGETHER = new Set(['cli', 'export', 'graphql', 'ingest', 'lookups', 'server', 'store', 'sweeps', 'workers'])

const folders = readdirSync(join(import.meta.dirname, 'test'), { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []))
const filesOf = (names: readonly string[]) => names.map((name) => `test/${name}/**/*.test.{ts,tsx}`)

export default defineConfig({
  // graphql has a CommonJS and an ESM copy; libraries get the first from Node, and our modules must not get the second.
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    globalSetup: ['test/database-server.ts'],
    projects: [
      { extends: true, test: { name: 'together', include: filesOf([...TOGETHER]), isolate: false } },
      // Without `exclude`, which would replace what the command line leaves out.
      { extends: true, test: { name: 'apart', include: ['test/*.test.ts', ...filesOf(folders.filter((name) => !TOGETHER.has(name)))] } },
    ],
    // Each test file that computes starts its own thread pool, and many wait for processes: three files at a time suit two cores.
    maxWorkers: 3,
    // These end what hangs; nothing is measured by them. A busy machine with two cores must not be taken for a hang.
    testTimeout: 240_000,
    hookTimeout: 240_000,
    expect: { poll: { timeout: 120_000, interval: 50 } },
  },
})

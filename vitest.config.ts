import { defineConfig } from 'vitest/config'

export default defineConfig({
  // graphql has a CommonJS and an ESM copy; libraries get the first from Node, and our modules must not get the second.
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    globalSetup: ['test/database-server.ts'],
    include: ['test/**/*.test.ts'],
    // Each test file that computes starts its own thread pool; two files at a time suit a small machine.
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
})

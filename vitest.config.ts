import { defineConfig } from 'vitest/config'

export default defineConfig({
  // graphql has a CommonJS and an ESM copy; libraries get the first from Node, and our modules must not get the second.
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    globalSetup: ['test/database-server.ts'],
    include: ['test/**/*.test.{ts,tsx}'],
    // Each test file that computes starts its own thread pool, and many wait for processes: three files at a time suit two cores.
    maxWorkers: 3,
    // These end what hangs; nothing is measured by them. A busy machine with two cores must not be taken for a hang.
    testTimeout: 240_000,
    hookTimeout: 240_000,
    expect: { poll: { timeout: 120_000, interval: 50 } },
  },
})

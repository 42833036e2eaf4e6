#!/usr/bin/env node
// Benchmarks, apart from the tests: `npm run bench` for the pass, `npm run bench -- WORDS` for cases whose name has one,
// `npm run bench -- store` for the store, the queue and GraphQL.
import { register } from 'tsx/esm/api'

register()
await import(process.argv[2] === 'store' ? '../test/bench/store.ts' : '../test/bench/sweep.ts')

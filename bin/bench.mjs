#!/usr/bin/env node
// Benchmarks, apart from the tests: `npm run bench` for the pass, `npm run bench -- WORDS` for cases whose name has one.
import { register } from 'tsx/esm/api'

register()
await import('../test/bench/sweep.ts')

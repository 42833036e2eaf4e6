import { expect, it } from 'vitest'
import { openEngine } from '../../src/tensor/open.ts'
import { goldenSuite } from './suite.ts'

// .ci/tfjs-node.sh sets it: then it is an error when something slower stands in for the native library.
const native = process.env['TRIBUTARY_REQUIRE_TFJS_NODE'] !== undefined

it.runIf(native)('runs on the native library of TensorFlow', async () => {
  const engine = await openEngine('tfjs', { device: 'cpu', threads: 1 })
  expect(engine.id).toBe('tfjs-node-float32')
  await engine.close()
})

// Without the native library not stories260k: it passes too; its reference mode is compared between the engines on random
// models, in a tenth of the time.
goldenSuite({ engine: 'tfjs' }, native ? undefined : ['qwen2-random', 'gpt2-random'])

#!/usr/bin/env node
// Reference values and bench on a graphics card: `node bin/gpu-check.mjs --devices webgpu,cuda`. Apart from the product, like
// bin/bench.mjs: see test/bench/gpu-check.ts.
import { register } from 'tsx/esm/api'

const check = '../test/bench/gpu-check.ts'

// Matrix products in full float32, as in bin/tributary.mjs.
process.env.NVIDIA_TF32_OVERRIDE ??= '0'
register()
await import(check)

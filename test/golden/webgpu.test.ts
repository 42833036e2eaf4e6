import { describe, vi } from 'vitest'
import { webgpuEngine } from '../tensor/engines.ts'
import { goldenSuite } from './suite.ts'

const { absent, title } = await webgpuEngine()

// A software adapter compiles each shader for a tenth of a second to seconds.
vi.setConfig({ testTimeout: 300_000 })

// Not stories260k: it passes too, but its five layers take a software adapter six minutes.
describe.skipIf(absent !== null)(title, () =>
  goldenSuite({ engine: 'onnx', device: 'webgpu' }, ['qwen2-random', 'gpt2-random']))

/** The engines that are tested, those that this machine has. */
import { findBackend } from '../../src/tensor/tfjs/backend.ts'
import { TfjsEngine } from '../../src/tensor/tfjs/engine.ts'
import type { Engine } from '../../src/tensor/engine.ts'
import { openEngine } from '../../src/tensor/open.ts'
import { messageOf } from '../../src/tensor/failure.ts'
import { float32 } from '../../src/tensor/ops.ts'
import { real } from '../../src/tensor/program.ts'

interface TestedEngine {
  name: string
  open: () => Promise<Engine>
  /** Why it is skipped; null where it runs. */
  absent: string | null
}

const threads = 1

export const cpuEngines: readonly TestedEngine[] = [
  { name: 'onnx on cpu', open: () => openEngine('onnx', { device: 'cpu', threads }), absent: null },
  { name: 'tfjs on wasm', open: async () => new TfjsEngine(await findBackend('cpu', 'wasm')), absent: null },
  { name: 'tfjs on cpu', open: async () => new TfjsEngine(await findBackend('cpu', 'cpu')), absent: null },
]

const openWebgpu = () => openEngine('onnx', { device: 'webgpu', threads })

/**
 * Skipped, and said so, where there is no adapter; `.ci/webgpu.sh` brings one and sets TRIBUTARY_REQUIRE_WEBGPU, which
 * forbids that. `title` names the tests.
 */
export async function webgpuEngine(): Promise<TestedEngine & { title: string }> {
  const name = 'onnx on webgpu'
  const absent = process.env.TRIBUTARY_REQUIRE_WEBGPU ? null : await refusal()
  const title = absent === null ? name : `${name} (skipped; source .ci/webgpu.sh for a software adapter: ${absent})`
  if (absent !== null) console.warn(title)
  return { name, open: openWebgpu, absent, title }
}

async function refusal(): Promise<string | null> {
  try {
    const executable = await (await openWebgpu()).compile({
      name: 'probe', inputs: { a: real('R') }, outputs: { b: 1 }, weights: {},
      prepare: () => ({}), run: (ops, { a }) => ({ b: ops.add(a!, a!) }),
    })
    await executable.run({ a: float32(Float32Array.of(1), [1]) })
    await executable.dispose()
    return null
  } catch (error) {
    return messageOf(error)
  }
}

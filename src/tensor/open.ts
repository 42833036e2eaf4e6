/** Engines by name. Each is loaded only when requested, because it brings a large native library. */
import type { Engine, EngineOptions } from './engine.ts'

export type EngineName = 'onnx' | 'tfjs'

export async function openEngine(name: EngineName, options: EngineOptions): Promise<Engine> {
  switch (name) {
    case 'onnx': {
      const { OnnxEngine } = await import('./onnx/engine.ts')
      return new OnnxEngine(options)
    }
    case 'tfjs': {
      const [{ findBackend }, { TfjsEngine }] = await Promise.all([import('./tfjs/backend.ts'), import('./tfjs/engine.ts')])
      return new TfjsEngine(await findBackend(options.device))
    }
  }
}

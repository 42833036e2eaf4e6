/** Engines by name. Loaded when asked for, since each brings a large native library. */
import { UserError } from '../errors.ts'
import type { Engine, EngineOptions } from './engine.ts'

export const engineNames = ['onnx', 'tfjs'] as const
export type EngineName = (typeof engineNames)[number]

export async function openEngine(name: EngineName, options: EngineOptions): Promise<Engine> {
  switch (name) {
    case 'onnx': {
      const { OnnxEngine } = await import('./onnx/engine.ts')
      return new OnnxEngine(options)
    }
    case 'tfjs':
      throw new UserError('UNSUPPORTED', "The engine 'tfjs' is not part of this version; use --engine onnx.")
  }
}

/** Where programs run. */
import type { HostTensor } from './ops.ts'
import type { Program } from './program.ts'

export type Device = 'cpu' | 'webgpu' | 'cuda'

export interface EngineOptions {
  device: Device
  /** Threads of one matrix product; 0 leaves it to the engine. */
  threads: number
}

export interface Executable {
  /**
   * Outputs by name. An output given in `into` is written into that tensor (its shape must fit), and that tensor is
   * returned.
   */
  run(
    inputs: Readonly<Record<string, HostTensor>>,
    into?: Readonly<Record<string, HostTensor>>,
  ): Promise<Record<string, HostTensor>>
  dispose(): Promise<void>
}

export interface Engine {
  /**
   * e.g. `onnx-cpu-float32`. Numbers are reproducible only within one engine, so the id is part of every result's
   * key.
   */
  readonly id: string
  /** Whether the engine maps files. A program that takes its weights as they are stored then compiles at once. */
  readonly mapsWeights: boolean
  compile(program: Program): Promise<Executable>
  close(): Promise<void>
}

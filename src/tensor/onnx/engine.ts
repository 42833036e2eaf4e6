/**
 * The onnx engine: programs become ONNX graphs, run by onnxruntime. Weights are external data of the graph that point
 * into the model's own files, so nothing is converted and one copy is kept.
 */
import './no-telemetry.ts'
import * as ort from 'onnxruntime-node'
import { UserError } from '../../errors.ts'
import type { Device, Engine, EngineOptions, Executable } from '../engine.ts'
import { engineFailed, firstLine, messageOf } from '../failure.ts'
import type { Program } from '../program.ts'
import { OnnxExecutable, type Session } from './executable.ts'
import { withLocations } from './locations.ts'
import { encodeModel } from './proto.ts'
import { traceProgram } from './trace.ts'

type Options = ort.InferenceSession.SessionOptions

/** Makes a session from a model file's bytes; tests replace it. */
type CreateSession = (model: Uint8Array, options: Options) => Promise<Session>

/** What a user can do when a device does not answer. */
const deviceAdvice: Record<Device, string> = {
  cpu: 'reinstall the package onnxruntime-node for this platform',
  webgpu:
    'install a graphics driver with Vulkan and its loader (Linux: the package libvulkan1 and the driver of the card), ' +
    'Metal (macOS) or Direct3D 12 (Windows), or use --device cpu',
  cuda:
    'install CUDA 12 or 13 with cuDNN 9 and the CUDA libraries of onnxruntime-node ' +
    '(ONNXRUNTIME_NODE_INSTALL=cuda12 npm rebuild onnxruntime-node --ignore-scripts=false), or use --device cpu',
}

/** Reasons that onnxruntime wraps in the names of its source files. */
const knownReasons: readonly [RegExp, string][] = [
  [/Failed to get a WebGPU adapter/, 'no graphics adapter was found'],
  [/Failed to load shared library|libonnxruntime_providers/, "onnxruntime's library for it is not installed"],
]

export class OnnxEngine implements Engine {
  readonly id: string
  readonly mapsWeights: boolean
  private readonly options: EngineOptions
  private readonly createSession: CreateSession
  private readonly executables = new Set<OnnxExecutable>()
  /** The device has answered once. */
  private started = false

  constructor(options: EngineOptions, createSession: CreateSession = (model, o) => ort.InferenceSession.create(model, o)) {
    this.options = options
    this.createSession = createSession
    this.id = `onnx-${options.device}-float32`
    this.mapsWeights = options.device === 'cpu'
  }

  async compile(program: Program): Promise<Executable> {
    const create = () => this.session(program)
    const executable = new OnnxExecutable(await create(), program, create, {
      failed: () => this.recover(),
      disposed: (one) => this.executables.delete(one),
    })
    this.executables.add(executable)
    return executable
  }

  async close() {}

  private async session(program: Program): Promise<Session> {
    const { device } = this.options
    const { folder, relocated } = withLocations(program)
    const model = encodeModel(traceProgram(relocated))
    try {
      const session = await this.createSession(model, this.sessionOptions(program, folder))
      this.started = true
      return session
    } catch (error) {
      if (this.started) throw engineFailed(program.name, error)
      // On the processor nothing can be missing, so a graph that is refused there is a defect.
      if (device === 'cpu') throw error
      throw new UserError(
        'ENGINE_UNAVAILABLE',
        `The device '${device}' did not start (${reasonOf(error)}): ${deviceAdvice[device]}.`,
        { cause: error },
      )
    }
  }

  /**
   * After a failure on a GPU, its memory (and perhaps the device) is in an unknown state that all sessions share. So
   * all sessions are released, and the next run of each program makes a new one. A failure on the processor changes
   * nothing.
   */
  private async recover(): Promise<void> {
    if (this.options.device === 'cpu') return
    await Promise.all([...this.executables].map((executable) => executable.reset()))
  }

  private sessionOptions({ takesWeightsAsStored = false }: Program, folder: string | null): Options {
    const { device, threads } = this.options
    const isMapped = takesWeightsAsStored && this.mapsWeights
    return {
      executionProviders: [device],
      graphOptimizationLevel: 'all',
      intraOpNumThreads: threads,
      executionMode: 'sequential',
      // Errors come back as exceptions, so they need not be printed as well.
      logSeverityLevel: 4,
      // An arena per session would hold every session's peak at once; malloc returns the memory for all sessions to
      // use.
      enableCpuMemArena: false,
      extra: {
        session: {
          // Pools of idle sessions that spin fight for the cores (12 layers: 84 against 161 GFLOP/s).
          intra_op: { allow_spinning: '0' },
          ...(folder === null ? {} : { model_external_initializers_file_folder_path: folder }),
          // Packing a copy of every weight takes as long as many products.
          ...(isMapped ? { disable_prepacking: '1' } : {}),
        },
        // Transposed matrices would be folded into copies. Without folding, the product itself runs along the other
        // axis.
        ...(isMapped ? { optimization: { disable_specified_optimizers: 'ConstantFolding' } } : {}),
      },
    }
  }
}

function reasonOf(error: unknown): string {
  const said = messageOf(error)
  return knownReasons.find(([pattern]) => pattern.test(said))?.[1] ?? firstLine(said)
}

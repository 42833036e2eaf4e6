/**
 * The onnx engine: programs become ONNX graphs, run by onnxruntime. Weights are external data of the graph that point
 * into the model's own files, so nothing is converted and one copy is kept.
 */
import path from 'node:path'
import * as ort from 'onnxruntime-node'
import { UserError } from '../../errors.ts'
import { checkInputs, checkInto } from '../check-inputs.ts'
import type { Device, Engine, EngineOptions, Executable } from '../engine.ts'
import { engineFailed, messageOf } from '../failure.ts'
import type { HostTensor } from '../ops.ts'
import type { Program } from '../program.ts'
import { encodeModel } from './proto.ts'
import { traceProgram } from './trace.ts'

type Options = ort.InferenceSession.SessionOptions

/** What a user can do when a device does not answer. */
const deviceAdvice: Record<Device, string> = {
  cpu: 'reinstall the package onnxruntime-node for this platform',
  webgpu: 'install a graphics driver with Vulkan (Linux), Metal (macOS) or Direct3D 12 (Windows), or use --device cpu',
  cuda:
    'install CUDA 12 or 13 with cuDNN 9 and the CUDA libraries of onnxruntime-node ' +
    '(npm rebuild onnxruntime-node --onnxruntime-node-install=cuda12), or use --device cpu',
}

class OnnxExecutable implements Executable {
  private readonly session: ort.InferenceSession
  private readonly program: Program
  constructor(session: ort.InferenceSession, program: Program) {
    this.session = session
    this.program = program
  }

  async run(inputs: Readonly<Record<string, HostTensor>>, into: Readonly<Record<string, HostTensor>> = {}) {
    checkInputs(this.program, inputs)
    checkInto(this.program, into)
    const fetches: Record<string, ort.Tensor | null> = {}
    for (const name of this.session.outputNames) {
      const given = into[name]
      fetches[name] = given === undefined ? null : toOrt(given)
    }
    const feeds = Object.fromEntries(Object.entries(inputs).map(([name, tensor]) => [name, toOrt(tensor)]))
    const results = await this.session.run(feeds, fetches).catch((error: unknown) => {
      throw engineFailed(this.program.name, error)
    })
    return Object.fromEntries(Object.entries(results).map(([name, tensor]) => [name, into[name] ?? fromOrt(tensor)]))
  }

  async dispose() {
    await this.session.release()
  }
}

export class OnnxEngine implements Engine {
  readonly id: string
  private readonly options: EngineOptions
  constructor(options: EngineOptions) {
    this.options = options
    this.id = `onnx-${options.device}-float32`
  }

  async compile(program: Program): Promise<Executable> {
    const { folder, relocated } = withLocations(program)
    const model = encodeModel(traceProgram(relocated))
    try {
      return new OnnxExecutable(await ort.InferenceSession.create(model, this.sessionOptions(folder)), program)
    } catch (error) {
      const { device } = this.options
      if (device === 'cpu') throw error
      throw new UserError(
        'ENGINE_UNAVAILABLE',
        `the device '${device}' did not start (${messageOf(error)}): ${deviceAdvice[device]}`,
        { cause: error },
      )
    }
  }

  async close() {}

  private sessionOptions(folder: string | null): Options {
    const { device, threads } = this.options
    return {
      executionProviders: [device],
      graphOptimizationLevel: 'all',
      intraOpNumThreads: threads,
      executionMode: 'sequential',
      // What goes wrong comes back as an exception; it need not be printed as well.
      logSeverityLevel: 4,
      // One arena a session would hold every session's peak at once; malloc gives the memory back to all of them.
      enableCpuMemArena: false,
      extra: {
        session: {
          // Pools of idle sessions that spin fight for the cores (12 layers: 84 against 161 GFLOP/s).
          intra_op: { allow_spinning: '0' },
          ...(folder === null ? {} : { model_external_initializers_file_folder_path: folder }),
        },
      },
    }
  }
}

const toOrt = ({ data, shape }: HostTensor): ort.Tensor =>
  data instanceof Float32Array ? new ort.Tensor('float32', data, shape) : new ort.Tensor('int32', data, shape)

function fromOrt(tensor: ort.Tensor): HostTensor {
  const { data } = tensor
  if (data instanceof Float32Array || data instanceof Int32Array) return { data, shape: tensor.dims }
  throw new Error(`onnxruntime gave a tensor of type ${tensor.type} where float32 or int32 was traced`)
}

/**
 * onnxruntime takes external data by a path relative to one folder: the deepest one that holds all files of the program.
 */
function withLocations(program: Program): { folder: string | null; relocated: Program } {
  const files = Object.values(program.weights).flatMap((w) => (w.kind === 'file' ? [w.file] : []))
  const [first] = files
  if (first === undefined) return { folder: null, relocated: program }
  let folder = path.dirname(first)
  while (!files.every((file) => file.startsWith(folder + path.sep))) folder = path.dirname(folder)
  const weights = Object.fromEntries(
    Object.entries(program.weights).map(([name, weight]) => [
      name,
      weight.kind === 'file' ? { ...weight, file: path.relative(folder, weight.file) } : weight,
    ]),
  )
  return { folder, relocated: { ...program, weights } }
}

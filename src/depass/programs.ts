/**
 * The compiled programs of a model's layers: made when first needed, kept while there is memory for their weights. A model
 * that does not fit streams through, layer by layer.
 *
 * A single question to a large model should not wait until all weights are folded (transposed and packed). So programs
 * first take the weights as they are stored (WeightForm in src/model/fold.ts). They do so until enough rows have gone
 * through for folding to have paid. At that point at most twice the cheapest possible time has been spent, whatever is
 * asked later. Then programs are folded when they are next needed, a few in each sweep, so that no answer takes much
 * longer than the others.
 */
import type { FeatureSet } from '../features/feature-set.ts'
import { decoderProductsProgram, encodeProgram, type EncodeOutput } from '../features/program.ts'
import { neuronsOf } from '../model/config.ts'
import { loadAttention, loadMlp, loadRouter, type LoadedModel } from '../model/loaded.ts'
import { readWeight, weightShape, type Linear } from '../model/weight-ref.ts'
import type { WeightForm } from '../model/fold.ts'
import type { Engine, Executable } from '../tensor/engine.ts'
import { attentionProgram, type AttentionVariant } from './attention/program.ts'
import { attentionBackward, type AttentionBackward } from './backward/attention.ts'
import { mlpBackward, routerBackward, type RowsBackward } from './backward/mlp.ts'
import { mlpProgram, type MlpVariant } from './mlp/program.ts'
import { routerProgram } from './mlp/router.ts'
import { float32, SMALLEST_NORMAL } from '../tensor/ops.ts'
import type { Program } from '../tensor/program.ts'
import { unembedProgram } from './unembed.ts'

/** The down projection of one layer's MLP, or of one expert. */
export interface DownProjection {
  /** [I, D] */
  rows: Float32Array
  /** [D]; null where it has none. */
  bias: Float32Array | null
}

/** A buffer that is overwritten on every use, for callers who do not keep its numbers. */
export function reused(): (length: number) => Float32Array {
  let room = new Float32Array(0)
  return (length) => (room.length >= length ? room : (room = new Float32Array(length)))
}

/** Rows that a feature set encodes at once: bounds what the engine holds besides the activations. */
const ROWS_PER_ENCODING = 128

/** Folding the weights of a layer takes as long as this many rows through it, and makes every row about a tenth cheaper. */
const FOLDING_ROWS = 3_300

/** Rows through a layer after which folding its weights has paid. */
const FOLDING_PAYS_AFTER_ROWS = 32_768

/** The share of a sweep's time that folding may add to it. */
const FOLDING_SHARE = 0.5

/** Models up to this size are folded at once: nobody would notice the time. */
const SMALL_MODEL_BYTES = 32 * 2 ** 20

interface Compiled {
  executable: Promise<Executable>
  form: WeightForm
  /** Memory of this process. */
  bytes: number
}

/** Makes a program in the given form. */
type ProgramIn = (form: WeightForm) => Promise<Program>

export class LayerPrograms {
  readonly model: LoadedModel
  private readonly engine: Engine
  private readonly weightLimitBytes: number
  private readonly compiled = new Map<string, Compiled>()
  private readonly deadNeurons = new Map<string, Promise<boolean>>()

  /** Rows after which weights are folded; 0 where they always are. */
  private foldingPaysAfter: number
  /** Rows that have gone through the layers, those of the current sweep included. */
  private rows = 0
  /** Weights that may still be folded in this sweep, in bytes. */
  private allowance = Infinity

  constructor(model: LoadedModel, engine: Engine, weightLimitBytes: number, foldingPaysAfter?: number) {
    this.model = model
    this.engine = engine
    this.weightLimitBytes = weightLimitBytes
    const isSmall = weightBytes(model) <= SMALL_MODEL_BYTES
    this.foldingPaysAfter = !engine.mapsWeights ? 0 : foldingPaysAfter ?? (isSmall ? 0 : FOLDING_PAYS_AFTER_ROWS)
  }

  /**
   * For work so large that folding always pays. The two forms round differently, so a caller that needs the same numbers in
   * every process calls this first.
   */
  foldAtOnce(): void {
    this.foldingPaysAfter = 0
    this.allowance = Infinity
  }

  /**
   * Called before a sweep with the number of rows that it will carry through the layers. Refuses (BAD_MODEL) files that
   * changed.
   */
  async expect(rows: number): Promise<void> {
    // Weights in stored form are read from the files during the sweep.
    if (this.foldingPaysAfter > 0) await this.model.requireUnchanged()
    // If a model streams through, programs folded for an earlier sweep are gone when they are needed again.
    const streams = weightBytes(this.model) > this.weightLimitBytes
    this.rows = streams ? rows : this.rows + rows
    const share = (FOLDING_SHARE * rows) / FOLDING_ROWS
    // At least one program is folded, however small the sweeps are.
    this.allowance = this.foldingPaysAfter === 0 ? Infinity : Math.max(1, share * weightBytes(this.model))
  }

  /** The form in which programs of layers take their weights now. */
  private get form(): WeightForm {
    return this.rows >= this.foldingPaysAfter ? 'folded' : 'stored'
  }

  attention(layer: number, variant: AttentionVariant): Promise<Executable> {
    const { config } = this.model
    const { D, H, K, headWidth } = config
    const bytes = 4 * D * headWidth * (2 * H + 2 * K)
    return this.compileLayer(`attention ${layer} ${JSON.stringify(variant)}`, bytes, async (form) =>
      attentionProgram(config, layer, await loadAttention(this.model, layer), variant, form))
  }

  /** The program of the layer's plain MLP, or of one of its experts. */
  mlp(layer: number, variant: MlpVariant, expert: number | null = null): Promise<Executable> {
    const { config } = this.model
    const I = expert === null ? neuronsOf(config, layer) : config.experts!.I
    const bytes = 4 * config.D * I * (config.gatedMlp ? 3 : 2)
    return this.compileLayer(`mlp ${layer} ${expert} ${JSON.stringify(variant)}`, bytes, async (form) =>
      mlpProgram(config, await loadMlp(this.model, layer, expert), variant, form))
  }

  /** Rows x [X, D] to the logits [X, E] of a mixture's router. */
  router(layer: number): Promise<Executable> {
    const { config } = this.model
    const bytes = 4 * config.D * (config.experts?.count ?? 0)
    return this.compile(`router ${layer}`, bytes, 'folded', async () => routerProgram(config, loadRouter(this.model, layer)))
  }

  /** Backward through a layer's attention. */
  attentionBackward(layer: number, variant: AttentionBackward): Promise<Executable> {
    const { config } = this.model
    const { D, H, K, headWidth } = config
    const bytes = 4 * D * headWidth * (2 * H + 2 * K)
    return this.compile(`attention backward ${layer} ${JSON.stringify(variant)}`, bytes, 'folded', async () =>
      attentionBackward(config, layer, await loadAttention(this.model, layer), variant))
  }

  /** Backward through a layer's plain MLP, or one of its experts. */
  mlpBackward(layer: number, variant: RowsBackward, expert: number | null = null): Promise<Executable> {
    const { config } = this.model
    const I = expert === null ? neuronsOf(config, layer) : config.experts!.I
    const bytes = 4 * config.D * I * (config.gatedMlp ? 3 : 2)
    return this.compile(`mlp backward ${layer} ${expert} ${JSON.stringify(variant)}`, bytes, 'folded', async () =>
      mlpBackward(config, await loadMlp(this.model, layer, expert), variant))
  }

  /** Backward through a mixture's router. */
  routerBackward(layer: number, variant: RowsBackward): Promise<Executable> {
    const { config } = this.model
    const bytes = 4 * config.D * (config.experts?.count ?? 0)
    return this.compile(`router backward ${layer} ${JSON.stringify(variant)}`, bytes, 'folded', async () =>
      routerBackward(config, loadRouter(this.model, layer), variant))
  }

  /** Rows [P, D], normed, to logits [P, V] without the final soft cap. */
  unembed(): Promise<Executable> {
    const { config, globals } = this.model
    const form = this.foldingPaysAfter === 0 ? 'folded' : 'stored'
    return this.compile('unembed', 4 * config.D * config.V, form, async () => unembedProgram(config, globals.head, form))
  }

  /** Rows x [T, D] at the set's site → activations [T, F]. */
  async encode(set: FeatureSet, x: Float32Array, T: number): Promise<Float32Array> {
    const executable = await this.encoder(set, 'activations')
    const activations = new Float32Array(T * set.F)
    for (let from = 0; from < T; from += ROWS_PER_ENCODING) {
      const rows = Math.min(ROWS_PER_ENCODING, T - from)
      const view = float32(x.subarray(from * set.D, (from + rows) * set.D), [rows, set.D])
      const into = float32(activations.subarray(from * set.F, (from + rows) * set.F), [rows, set.F])
      await executable.run({ x: view }, { activations: into })
    }
    return activations
  }

  /** The same, in blocks of rows and in order: `visit` finds [rows, F] at the start of the array that `room` gave. */
  async eachEncoded<B extends Float32Array>(
    set: FeatureSet, x: Float32Array, output: EncodeOutput, visit: (values: B, rows: number) => void, room: (length: number) => B | Promise<B>,
  ): Promise<void> {
    const executable = await this.encoder(set, output)
    const T = x.length / set.D
    const most = Math.min(ROWS_PER_ENCODING, T)
    for (let from = 0; from < T; from += most) {
      const rows = Math.min(most, T - from)
      const buffer = await room(most * set.F)
      const view = float32(x.subarray(from * set.D, (from + rows) * set.D), [rows, set.D])
      await executable.run({ x: view }, { [output]: float32(buffer.subarray(0, rows * set.F), [rows, set.F]) })
      visit(buffer, rows)
    }
  }

  /** Vectors [R, E] → their products with every row of the set's decoder [R, F]. */
  async decoderProducts(set: FeatureSet, vectors: Float32Array): Promise<Float32Array> {
    const executable = await this.compile(`decoder products ${set.hash}`, 4 * set.E * set.F, 'folded', async () => decoderProductsProgram(set))
    const { products } = await executable.run({ vectors: float32(vectors, [vectors.length / set.E, set.E]) })
    return products!.data as Float32Array
  }

  private encoder(set: FeatureSet, output: EncodeOutput): Promise<Executable> {
    return this.compile(`features ${set.hash} ${output}`, 4 * set.D * set.F, 'folded', async () => encodeProgram(set, [output]))
  }

  /** Does some neuron have only zeros for its gate weights? Such a neuron can be active only if the MLP has biases. */
  hasDeadNeurons(layer: number, expert: number | null = null): Promise<boolean> {
    const { config } = this.model
    if (!config.biases.mlp) return Promise.resolve(false)
    const key = `${layer} ${expert}`
    let found = this.deadNeurons.get(key)
    if (found === undefined) {
      found = loadMlp(this.model, layer, expert).then(({ gate, up }) => someOutputIsZero(gate ?? up))
      this.deadNeurons.set(key, found)
    }
    return found
  }

  /** The down projection by neuron, [I, D], for splits of the MLP's output; in a mixture, that of one expert. */
  async downProjection(layer: number, expert: number | null): Promise<DownProjection> {
    const { down } = await loadMlp(this.model, layer, expert)
    const [rows = 0, columns = 0] = weightShape(down.weight)
    const values = await readWeight(down.weight)
    return {
      rows: down.weight.orientation === 'in,out' ? values : transpose(values, rows, columns),
      bias: down.bias === null ? null : await readWeight(down.bias),
    }
  }

  /** The output projection by head and head width, [H·dh, D], for edits of its input. */
  async outputProjection(layer: number): Promise<Float32Array> {
    const { output } = await loadAttention(this.model, layer)
    const { D, H, headWidth } = this.model.config
    const values = await readWeight(output.weight)
    return output.weight.orientation === 'in,out' ? values : transpose(values, D, H * headWidth)
  }

  async close(): Promise<void> {
    const all = [...this.compiled.values()]
    this.compiled.clear()
    for (const { executable } of all) await executable.then((e) => e.dispose(), () => undefined)
  }

  /** Compiles a program in the form that fits now: folded only while the sweep's allowance lasts. */
  private compileLayer(key: string, bytes: number, program: ProgramIn): Promise<Executable> {
    const mayFold = this.form === 'folded' && this.allowance > 0
    if (mayFold && this.compiled.get(key)?.form !== 'folded') this.allowance -= bytes
    return this.compile(key, bytes, mayFold ? 'folded' : 'stored', program)
  }

  /** `bytes` is the size of the folded weights. */
  private async compile(key: string, bytes: number, form: WeightForm, program: ProgramIn): Promise<Executable> {
    const found = this.compiled.get(key)
    if (found !== undefined) {
      this.compiled.delete(key)
      if (found.form === form || found.form === 'folded') {
        // Keeps the map in order of last use.
        this.compiled.set(key, found)
        return found.executable
      }
      await found.executable.then((e) => e.dispose(), () => undefined)
    }
    const compiled: Compiled = {
      form,
      bytes: 0,
      executable: program(form).then(async (made) => {
        // Stored weights are pages of the file, which the system takes back when it needs memory.
        const held = form === 'folded' ? bytes : bytesInMemory(made)
        await this.makeRoom(held)
        compiled.bytes = held
        return this.engine.compile(made)
      }),
    }
    this.compiled.set(key, compiled)
    compiled.executable.catch(() => this.compiled.delete(key))
    return compiled.executable
  }

  /** Frees the programs used longest ago. Only one sweep runs at a time, so none of them is running. */
  private async makeRoom(bytes: number): Promise<void> {
    let held = [...this.compiled.values()].reduce((sum, entry) => sum + entry.bytes, 0)
    for (const [key, entry] of this.compiled) {
      if (held + bytes <= this.weightLimitBytes) return
      if (entry.bytes === 0) continue
      this.compiled.delete(key)
      held -= entry.bytes
      await entry.executable.then((e) => e.dispose(), () => undefined)
    }
  }
}

/** Bytes of all weights in float32, which is their folded size. */
const weightBytes = ({ folder }: LoadedModel) => 4 * folder.identity.parameters

/** Bytes of weights that were cut out of others, or unpacked. The rest are pages of files. */
const bytesInMemory = ({ weights }: Program) =>
  Object.values(weights).reduce((sum, weight) => sum + (weight.kind === 'data' ? weight.data.byteLength : 0), 0)

/** [rows, columns] → [columns, rows] */
function transpose(values: Float32Array, rows: number, columns: number): Float32Array {
  const turned = new Float32Array(values.length)
  for (let r = 0; r < rows; r++) for (let c = 0; c < columns; c++) turned[c * rows + r] = values[r * columns + c]!
  return turned
}

async function someOutputIsZero({ weight }: Linear): Promise<boolean> {
  const values = await readWeight(weight)
  const [a = 0, b = 0] = weightShape(weight)
  const [outputs, inputs] = weight.orientation === 'out,in' ? [a, b] : [b, a]
  const step = weight.orientation === 'out,in' ? 1 : outputs
  for (let k = 0; k < outputs; k++) {
    const start = weight.orientation === 'out,in' ? k * inputs : k
    let zero = true
    for (let d = 0; d < inputs && zero; d++) zero = Math.abs(values[start + d * step]!) < SMALLEST_NORMAL
    if (zero) return true
  }
  return false
}

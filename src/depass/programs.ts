/**
 * The compiled programs of a model's layers: made when first needed, kept while there is memory for their weights. A model
 * that does not fit streams through, layer by layer.
 */
import { loadLayer, type LoadedModel } from '../model/loaded.ts'
import { readWeight, type LayerWeights, type Linear } from '../model/weights.ts'
import type { Engine, Executable } from '../tensor/engine.ts'
import { attentionProgram, type AttentionVariant } from './attention.ts'
import { mlpProgram, type MlpVariant } from './mlp.ts'
import type { DownProjection } from './splitRows.ts'
import { SMALLEST_NORMAL } from '../tensor/ops.ts'
import { unembedProgram } from './unembed.ts'

export class LayerPrograms {
  readonly model: LoadedModel
  private readonly engine: Engine
  private readonly weightLimitBytes: number
  private readonly compiled = new Map<string, { executable: Promise<Executable>; bytes: number }>()
  private readonly deadNeurons = new Map<number, Promise<boolean>>()

  constructor(model: LoadedModel, engine: Engine, weightLimitBytes: number) {
    this.model = model
    this.engine = engine
    this.weightLimitBytes = weightLimitBytes
  }

  attention(layer: number, variant: AttentionVariant): Promise<Executable> {
    const { config } = this.model
    const { D, H, K, headWidth } = config
    const bytes = 4 * D * headWidth * (2 * H + 2 * K)
    return this.compile(`attention ${layer} ${JSON.stringify(variant)}`, bytes, async () =>
      attentionProgram(config, await loadLayer(this.model, layer), variant))
  }

  mlp(layer: number, variant: MlpVariant): Promise<Executable> {
    const { config } = this.model
    const bytes = 4 * config.D * config.I * (config.gatedMlp ? 3 : 2)
    return this.compile(`mlp ${layer} ${JSON.stringify(variant)}`, bytes, async () =>
      mlpProgram(config, await loadLayer(this.model, layer), variant))
  }

  /** Rows [P, D], normed, to logits [P, V] without the final soft cap. */
  unembed(): Promise<Executable> {
    const { config, globals } = this.model
    return this.compile('unembed', 4 * config.D * config.V, async () => unembedProgram(config, globals.head))
  }

  /** Does some neuron of the layer have nothing but zeros for its gate? Matters only where it can still be active. */
  hasDeadNeurons(layer: number): Promise<boolean> {
    const { config } = this.model
    if (!config.biases.mlp) return Promise.resolve(false)
    let found = this.deadNeurons.get(layer)
    if (found === undefined) {
      found = loadLayer(this.model, layer).then(({ gate, up }) => someOutputIsZero(gate ?? up))
      this.deadNeurons.set(layer, found)
    }
    return found
  }

  /** The down projection by neuron, [I, D], for splits of its output. */
  async downProjection(layer: number): Promise<DownProjection> {
    const { down }: LayerWeights = await loadLayer(this.model, layer)
    const { D, I } = this.model.config
    const values = await readWeight(down.weight)
    return {
      rows: down.weight.orientation === 'in,out' ? values : transpose(values, D, I),
      bias: down.bias === null ? null : await readWeight(down.bias),
    }
  }

  async close(): Promise<void> {
    const all = [...this.compiled.values()]
    this.compiled.clear()
    for (const { executable } of all) await executable.then((e) => e.dispose(), () => undefined)
  }

  private async compile(
    key: string, bytes: number, program: () => Promise<Parameters<Engine['compile']>[0]>,
  ): Promise<Executable> {
    const found = this.compiled.get(key)
    if (found !== undefined) {
      // Keeps the map in order of last use.
      this.compiled.delete(key)
      this.compiled.set(key, found)
      return found.executable
    }
    await this.makeRoom(bytes)
    const executable = program().then((p) => this.engine.compile(p))
    this.compiled.set(key, { executable, bytes })
    executable.catch(() => this.compiled.delete(key))
    return executable
  }

  /** Frees the programs used longest ago. One sweep runs at a time, so none of them is running. */
  private async makeRoom(bytes: number): Promise<void> {
    let held = [...this.compiled.values()].reduce((sum, entry) => sum + entry.bytes, 0)
    for (const [key, entry] of this.compiled) {
      if (held + bytes <= this.weightLimitBytes) return
      this.compiled.delete(key)
      held -= entry.bytes
      await entry.executable.then((e) => e.dispose(), () => undefined)
    }
  }
}

/** [rows, columns] → [columns, rows] */
function transpose(values: Float32Array, rows: number, columns: number): Float32Array {
  const turned = new Float32Array(values.length)
  for (let r = 0; r < rows; r++) for (let c = 0; c < columns; c++) turned[c * rows + r] = values[r * columns + c]!
  return turned
}

async function someOutputIsZero({ weight }: Linear): Promise<boolean> {
  const values = await readWeight(weight)
  const [a, b] = weight.source === 'data' ? weight.shape : weight.entry.shape
  const [outputs, inputs] = weight.orientation === 'out,in' ? [a!, b!] : [b!, a!]
  const step = weight.orientation === 'out,in' ? 1 : outputs
  for (let k = 0; k < outputs; k++) {
    const start = weight.orientation === 'out,in' ? k * inputs : k
    let zero = true
    for (let d = 0; d < inputs && zero; d++) zero = Math.abs(values[start + d * step]!) < SMALLEST_NORMAL
    if (zero) return true
  }
  return false
}

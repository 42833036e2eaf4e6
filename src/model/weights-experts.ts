/** One expert's MLP, from the various forms in which files store the experts of a layer. */
import type { ExpertsForm, Naming } from './architectures/naming.ts'
import type { Experts, ModelConfig } from './config.ts'
import { everySecond, FusedMap, type OutputRange } from './fused-map.ts'
import { BLOCKS, dequantize, SCALES } from './mxfp4.ts'
import { readTensorBytes } from './safetensors-read.ts'
import { firstAxisEntry, inFile, inMemory, type Linear, type WeightRef } from './weight-ref.ts'
import { ofExpert } from './weights-names.ts'

export interface GatedMaps {
  gate: Linear
  up: Linear
  down: Linear
}

/** The tensors of a layer, by the names that a form gives them. */
export interface LayerTensors {
  at: (module: string) => string
  /** A module's weight and bias. */
  linear(module: string): Linear
  /** A tensor's weight reference; the orientation is 'out,in'. */
  tensor(name: string): WeightRef & { source: 'file' }
  has(name: string): boolean
}

/** One expert's maps. Reads into memory those that cannot stay in the file. */
export async function expertMaps(
  { biases }: ModelConfig, { experts: named }: Naming, { I }: Experts, tensors: LayerTensors, expert: number,
): Promise<GatedMaps> {
  const form = named?.forms.find((each) => tensors.has(tensors.at(firstTensor(each))))
  if (form === undefined) throw new Error('no form of the experts is there: openModelFolder checks that one is')
  if (form.store === 'each') {
    const map = (module: string) => tensors.linear(tensors.at(ofExpert(module, expert)))
    return { gate: map(form.gate), up: map(form.up), down: map(form.down) }
  }
  const own = (name: string) => firstAxisEntry(tensors.tensor(tensors.at(name)).entry, expert)
  const bias = (name: string) => (biases.mlp ? inFile(own(`${name}_bias`)) : null)
  const weight = async (name: string): Promise<WeightRef> => {
    if (form.store === 'stacked') return inFile(own(name), form.orientation)
    const [blocks, scales] = [own(name + BLOCKS), own(name + SCALES)]
    const [rows = 0] = scales.shape
    const values = dequantize(await readTensorBytes(blocks), await readTensorBytes(scales), name)
    return inMemory(values, [rows, values.length / rows])
  }
  const fused = new FusedMap(await weight(form.gateUp), bias(form.gateUp))
  const part = (which: 0 | 1): OutputRange[] =>
    form.interleaved ? everySecond(which, I) : [{ from: which * I, count: I }]
  return {
    gate: await fused.take(part(0)),
    up: await fused.take(part(1)),
    down: { weight: await weight(form.down), bias: bias(form.down) },
  }
}

function firstTensor(form: ExpertsForm): string {
  switch (form.store) {
    case 'each':
      return `${ofExpert(form.gate, 0)}.weight`
    case 'stacked':
      return form.gateUp
    case 'mxfp4':
      return form.gateUp + BLOCKS
  }
}

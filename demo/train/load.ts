/** A saved demo model as the vector that the programs take. */
import { join } from 'node:path'
import { readTensorAsFloat32 } from '../../src/model/safetensors-read.ts'
import { openSafetensors } from '../../src/model/safetensors.ts'
import type { ModelConfig } from '../../src/model/config.ts'
import { countOf, parametersOf, sizeOf } from './shape.ts'
import { transposed } from './save.ts'

/** [P] */
export async function loadVector(folder: string, config: ModelConfig): Promise<Float32Array> {
  const entries = new Map((await openSafetensors(join(folder, 'model.safetensors'))).map((entry) => [entry.name, entry]))
  const parameters = parametersOf(config)
  const vector = new Float32Array(countOf(parameters))
  let at = 0
  for (const parameter of parameters) {
    const entry = entries.get(parameter.name)
    if (entry === undefined) throw new Error(`${folder} has no tensor ${parameter.name}`)
    const data = await readTensorAsFloat32(entry)
    const [inputs, outputs] = parameter.shape
    vector.set(parameter.keepsOrder || inputs === undefined || outputs === undefined ? data : transposed(data, outputs, inputs), at)
    at += sizeOf(parameter)
  }
  return vector
}

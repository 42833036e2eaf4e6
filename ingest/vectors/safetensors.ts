/** A .safetensors file with one tensor in it. */
import { UserError } from '../../src/errors.ts'
import { openSafetensors } from '../../src/model/safetensors.ts'
import { readTensorAsFloat32 } from '../../src/model/safetensors-read.ts'
import { rowsAndWidth, toRows } from './matrix.ts'

export async function readSafetensorsMatrix(path: string): Promise<number[][]> {
  const [entry, ...more] = await openSafetensors(path)
  if (!entry || more.length > 0) {
    const names = [entry, ...more].flatMap((each) => (each ? [each.name] : [])).slice(0, 5).join(', ')
    throw new UserError('BAD_INPUT', `${path} holds ${entry ? more.length + 1 : 0} tensors (${names}); expected exactly one.`)
  }
  const { rows, width } = rowsAndWidth(entry.shape, path)
  return toRows(await readTensorAsFloat32(entry), rows, width)
}

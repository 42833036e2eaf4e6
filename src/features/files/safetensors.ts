/** Safetensors files of feature sets. */
import { isUserError, UserError } from '../../errors.ts'
import { openSafetensors } from '../../model/safetensors.ts'
import { inFile, type StoredTensor } from './stored-tensor.ts'

/** Every tensor by name; only the header is read. */
export async function openTensors(path: string): Promise<Map<string, StoredTensor>> {
  try {
    return new Map((await openSafetensors(path)).map((entry) => [entry.name, inFile(entry)]))
  } catch (error) {
    // The same message with another code, because the file is not a model.
    if (isUserError(error) && error.code === 'BAD_MODEL')
      throw new UserError('BAD_FEATURES', error.message, { cause: error })
    throw error
  }
}

/**
 * Names of features, sets and explanations, for people and in global ids: `demo/2-res`, `demo/2-res/17`. Slugs of
 * models and ids of sources contain no slash.
 */
import { UserError } from '../../src/errors.ts'
import type { SetName, SetRow } from '../loaders/features.ts'

export interface FeatureName extends SetName {
  index: number
}

export const setIdOf = ({ source, model }: Pick<SetRow, 'source' | 'model'>): string => `${model.slug}/${source}`

const LARGEST_INDEX = 2 ** 31 - 1

/** Reads a set's name; text that is none becomes a name that nothing has. */
export function readSetId(id: string): SetName {
  const [model = '', source = ''] = id.split('/')
  return { model, source }
}

/** Reads `model/source/index`; null if the text is none. */
export function readFeatureId(id: string): FeatureName | null {
  const [, model = '', source = '', digits = ''] = /^([^/]+)\/([^/]+)\/(\d{1,10})$/.exec(id) ?? []
  const index = Number(digits)
  return digits === '' || index > LARGEST_INDEX ? null : { model, source, index }
}

/** Refuses what is no name of a feature. */
export function readFeatureName(name: string): FeatureName {
  const read = readFeatureId(name)
  if (read) return read
  throw new UserError('BAD_INPUT', `${JSON.stringify(name.slice(0, 100))} is no feature; name it as model/source/index, like demo/2-res/17.`)
}

/** Of an explanation: `model/source/key`, the key being the hash of what it says. */
export function readExplanationId(id: string): SetName & { key: string } {
  const [model = '', source = '', key = ''] = id.split('/')
  return { model, source, key }
}

/**
 * Which axis of a matrix belongs to the features. Names of tensors are no reliable sign, because libraries transpose
 * when they load and people transpose when they convert. Shapes are reliable if the two axes differ. If they do not,
 * the format's names decide, and the self-test says whether they were right.
 */
import { UserError } from '../errors.ts'
import { elementCount } from '../model/safetensors.ts'
import type { Orientation } from '../model/weight-ref.ts'
import type { NamedMatrix, SetDescription } from './description.ts'
import type { StoredTensor } from './files/stored-tensor.ts'

export interface Dimensions {
  D: number
  E: number
  F: number
  /** 'out,in' is [F, D]. */
  encoder: Orientation
  /** 'out,in' is [E, F]. */
  decoder: Orientation
  /** 'out,in' is [E, D]; null without a skip. */
  skip: Orientation | null
}

/** More features than any set has, but few enough for vectors of this length to fit in memory. */
const MAX_FEATURES = 1 << 24

/** Throws BAD_FEATURES if the shapes do not fit one another, or what the files state. */
export function decideDimensions(set: SetDescription): Dimensions {
  const { encoder, decoder, stated } = set
  const F = countFeatures(set)
  const [encoderAxes, decoderAxes] = [matrixOf(set, encoder), matrixOf(set, decoder)]
  const encoderOrientation =
    orient(set, encoder, encoderAxes, F, encoder.named === 'out,in' ? 0 : 1) === 0 ? 'out,in' : 'in,out'
  const decoderOrientation =
    orient(set, decoder, decoderAxes, F, decoder.named === 'in,out' ? 0 : 1) === 0 ? 'in,out' : 'out,in'
  const D = encoderAxes[encoderOrientation === 'out,in' ? 1 : 0]
  const E = decoderAxes[decoderOrientation === 'in,out' ? 1 : 0]
  if (!set.transcoder && D !== E) {
    throw bad(
      set,
      `its encoder reads vectors of ${D} numbers and its decoder writes ${E}, which only a transcoder does`,
    )
  }
  for (const [what, said, found] of [
    ['d_in', stated.D, D],
    ['d_sae', stated.F, F],
    ['d_out', stated.E, E],
  ] as const) {
    if (said !== null && said !== found)
      throw bad(set, `its configuration states ${what} ${said} and its tensors have ${found}`)
  }
  return { D, E, F, encoder: encoderOrientation, decoder: decoderOrientation, skip: orientSkip(set, D, E) }
}

/** The number of features, from a tensor that has one number for each of them. */
function countFeatures(set: SetDescription): number {
  const { activation, encoder } = set
  const vectors: StoredTensor[] = [set.encoderBias, set.finetuningScale].filter((each) => each !== null)
  if (activation.kind === 'gated') vectors.push(activation.gateBias, activation.magnitudeBias)
  if (activation.kind === 'jumprelu' && 'tensor' in activation.threshold) vectors.push(activation.threshold.tensor)
  const vector = vectors.find(({ shape }) => elementCount(shape) > 1)
  const named = encoder.tensor.shape[encoder.named === 'out,in' ? 0 : 1] ?? 0
  const F = vector === undefined ? (set.stated.F ?? named) : elementCount(vector.shape)
  if (F < 1 || F > MAX_FEATURES) throw bad(set, `it has ${F} features; expected 1 to ${MAX_FEATURES}`)
  return F
}

/** The axis of the features: the one with F entries, or `byName` if both have F. */
function orient(
  set: SetDescription,
  { tensor }: NamedMatrix,
  axes: readonly [number, number],
  F: number,
  byName: 0 | 1,
): 0 | 1 {
  const [first, second] = axes
  if (first === F && second === F) return byName
  if (first === F) return 0
  if (second === F) return 1
  throw bad(
    set,
    `${tensor.name} has the shape [${axes.join(', ')}]; expected one side of ${F}, the number of its features`,
  )
}

function orientSkip(set: SetDescription, D: number, E: number): Orientation | null {
  if (set.skip === null) return null
  const [first, second] = matrixOf(set, set.skip)
  if (first === E && second === D && (D !== E || set.skip.named === 'out,in')) return 'out,in'
  if (first === D && second === E) return 'in,out'
  throw bad(set, `${set.skip.tensor.name} has the shape [${first}, ${second}]; expected ${E} by ${D}`)
}

function matrixOf(set: SetDescription, { tensor }: NamedMatrix): readonly [number, number] {
  const [first, second] = tensor.shape
  if (tensor.shape.length !== 2 || first === undefined || second === undefined || first < 1 || second < 1) {
    throw bad(set, `${tensor.name} has the shape [${tensor.shape.join(', ')}]; expected a matrix`)
  }
  return [first, second]
}

const bad = ({ path }: SetDescription, what: string): UserError =>
  new UserError('BAD_FEATURES', `${path} is not a usable feature set: ${what}; check that its files belong together.`)

/**
 * The list of targets: everything that can be attributed, by name. A kind is one file beside this one and one line in
 * each of the two tables here; if a line is missing, the program does not compile.
 */
import { z } from 'zod'
import type { ModelIdentity } from '../../model/identity.ts'
import type { Site } from '../../features/site.ts'
import { answerKind, type AnswerTarget } from './answer.ts'
import { directionKind, type DirectionTarget } from './direction.ts'
import { featureTargetKind, type FeatureTarget } from './feature.ts'
import type { Projection, ReadContext, TargetContext, TargetKindOf, TargetQuestion, TargetSequence } from './kind.ts'
import { logitKind, type LogitTarget } from './logit.ts'
import { logitDifferenceKind, type LogitDifferenceTarget } from './logit-difference.ts'

interface Targets {
  logit: LogitTarget
  logitDifference: LogitDifferenceTarget
  direction: DirectionTarget
  feature: FeatureTarget
  answer: AnswerTarget
}
export type TargetKind = keyof Targets
export type Target = Targets[TargetKind]

const targetKindTable: { readonly [K in TargetKind]: TargetKindOf<Targets[K]> } = {
  logit: logitKind,
  logitDifference: logitDifferenceKind,
  direction: directionKind,
  feature: featureTargetKind,
  answer: answerKind,
}

/** The enums of GraphQL and SQL are tested against this list. */
export const targetKinds = Object.keys(targetKindTable) as TargetKind[]

/** What is attributed: complete, no defaults left. */
export const targetSchema: z.ZodType<Target> = z.union(
  targetKinds.map((kind) => targetKindTable[kind].schema as z.ZodType<Target>),
)

// In a table of functions over a union, only `type` says that a target belongs to its own kind.
const kindOf = <T extends Target>({ type }: T) => targetKindTable[type] as unknown as TargetKindOf<T>

/** From words to a target. Refuses (BAD_INPUT) words that have no valid meaning. */
export async function resolveTarget(question: TargetQuestion, context: TargetContext): Promise<Target> {
  for (const kind of targetKinds) {
    const target = await targetKindTable[kind].resolve(question, context)
    if (target !== null) return target
  }
  throw new Error('no kind of target claims the question')
}

/** Refuses (BAD_INPUT) a target that does not fit the model, or the sequence. */
export const checkTarget = (target: Target, model: ModelIdentity, sequence: TargetSequence): void =>
  kindOf(target).check(target, model, sequence)

/** Where the stream is read; the input of layer L is the stream before the final norm. */
export const siteOf = (target: Target, L: number): Site => kindOf(target).site(target, L)

/** A target that is read at one position, and that position. */
export interface TargetPart {
  target: Target
  position: number
}

/** The parts whose sum is the target, by position; the target itself if it is read at one position. */
export function partsOf(target: Target, position: number): readonly TargetPart[] {
  const kind = kindOf(target)
  if ('read' in kind) return [{ target, position }]
  return kind.tokens(target, position).map(({ tokenId, position: at }) => ({ target: { type: 'logit', tokenId }, position: at }))
}

/** Reads a target that is read at one position. */
export function readTarget(target: Target, context: ReadContext): Promise<Projection> {
  const kind = kindOf(target)
  if ('read' in kind) return kind.read(target, context)
  throw new Error(`a target of the type ${target.type} is read part by part`)
}

export const isTargetKind = (name: unknown): name is TargetKind => targetKinds.some((kind) => kind === name)

export const targetVectorField = ({ type }: Pick<Target, 'type'>): string | null => targetKindTable[type].vectorField

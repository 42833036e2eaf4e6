/**
 * The flags that say what an intervention changes, in one table: for `intervene`, and for `ingest --intervene`, which
 * has them as one word.
 */
import { type Command, Option, type OptionValues } from '@commander-js/extra-typings'
import { z } from 'zod'
import { UserError } from '../../src/errors.ts'
import type { Intervene } from '../../ingest/run/options.ts'
import type { ChangesQuestion } from '../../src/interventions/resolve.ts'
import { featureNamed, type SetOpener } from '../feature-sets.ts'
import { decimal, layerList, moduleList, positionList, wholeNumber } from '../flags.ts'

export const ways = ['remove', 'mask'] as const

export function withChangeOptions<A extends unknown[], O extends OptionValues, G extends OptionValues>(command: Command<A, O, G>) {
  return command
    .option('--remove <list>', 'cut these positions out of the prompt: 1,3-5,-2', (text) => positionList('--remove', text))
    .option('--mask <list>', 'leave these positions where they are, and let no other attend to them', (text) => positionList('--mask', text))
    .option('--heads <list>', 'take heads out: 2.5,3.1 (layer and head)', (text) => layerList('--heads', text, 'heads'))
    .option('--cut-neurons <list>', 'take neurons out: 1.120,1.121', (text) => layerList('--cut-neurons', text, 'neurons'))
    .option('--modules <list>', 'take sublayers out: 2.mlp,3.attention', (text) => moduleList('--modules', text))
    .option('--ablate <set/number...>', 'take features of a set out: demo/saes/2-res/320')
    .option('--steer <file|set/number>', 'add a direction (.json, .npy, .safetensors), or what a feature adds')
    .option('--factor <x>', 'with --steer: multiplies the direction as it is (default: 1)', (text) => decimal('--factor', text))
    .option('--steer-layer <n>', 'with --steer FILE: the layer at whose input it is added', (text) => wholeNumber('--steer-layer', text, { least: 0 }))
    .option('--top <k>', 'take out the k components with the highest scores, of the split that --by says', (text) => wholeNumber('--top', text, { least: 1 }))
    .option('--bottom <k>', 'take out the k components with the lowest scores', (text) => wholeNumber('--bottom', text, { least: 1 }))
    .addOption(new Option('--how <way>', 'with --top and --bottom: how positions are taken out (default: remove)').choices(ways))
    .option('--mean <dataset>', 'put the mean over a dataset (an id, or a file) in the place of what is taken out, instead of nothing')
    .option('--at <list>', 'change parts of the model at these positions only (default: everywhere)', (text) => positionList('--at', text))
}

type None = Record<never, never>
export type ChangeFlags = ReturnType<ReturnType<typeof withChangeOptions<[], None, None>>['opts']>

/**
 * Turns the flags into changes and reads the files that they name. The caller handles parts that are chosen by score.
 */
export async function readChangeFlags(flags: ChangeFlags, sets: SetOpener): Promise<Omit<ChangesQuestion, 'choose' | 'to'>> {
  const { remove, mask, heads, cutNeurons, modules, ablate, steer, factor, steerLayer, at } = flags
  if (steer === undefined && (factor !== undefined || steerLayer !== undefined))
    throw new UserError('BAD_INPUT', '--factor and --steer-layer say how a direction is added; give one with --steer.')
  const features = []
  for (const name of ablate ?? []) features.push(await featureNamed(name, sets))
  return {
    ...(remove && { remove }),
    ...(mask && { mask }),
    ...(heads && { heads: heads.map(({ layer, index }) => ({ layer, head: index })) }),
    ...(cutNeurons && { neurons: cutNeurons.map(({ layer, index }) => ({ layer, neuron: index })) }),
    ...(modules && { modules }),
    ...(features.length > 0 && { features }),
    ...(at && { at }),
    ...(steer !== undefined && { steer: await readSteer(steer, steerLayer, factor ?? 1, sets) }),
  }
}

async function readSteer(name: string, layer: number | undefined, factor: number, sets: SetOpener) {
  if (/\/\d+$/.test(name)) {
    if (layer !== undefined)
      throw new UserError('BAD_INPUT', 'A feature is added where its set writes; leave --steer-layer out.')
    return { feature: await featureNamed(name, sets), factor }
  }
  if (layer === undefined) throw new UserError('BAD_INPUT', '--steer names a file; give the layer at whose input it is added with --steer-layer N.')
  const { readVector } = await import('../../ingest/vectors/read.ts')
  return { direction: await readVector(name), layer, factor }
}

/** What follows the word of `ingest --intervene`. */
export interface InterveneFlags {
  intervene?: string | undefined
  how?: (typeof ways)[number] | undefined
  mean?: string | undefined
  factor?: number | undefined
  steerLayer?: number | undefined
  at?: number[] | undefined
}

/** The words of `ingest --intervene`, with the equivalent flags of `intervene`. */
export const interveneWords = {
  top: '--top', bottom: '--bottom', heads: '--heads', neurons: '--cut-neurons', modules: '--modules', remove: '--remove', mask: '--mask',
  features: '--ablate', steer: '--steer',
} as const
const interveneWordSchema = z.enum(Object.keys(interveneWords) as [keyof typeof interveneWords, ...(keyof typeof interveneWords)[]])

/** `top:5`, `heads:2.5,3.1`, `steer:demo/2-res/320` …: the change in every pass of an ingest. */
export async function readIntervene({ intervene: text, how, mean, factor, steerLayer, at }: InterveneFlags, sets: SetOpener): Promise<Intervene | null> {
  if (text === undefined) {
    if ([how, mean, factor, steerLayer, at].every((flag) => flag === undefined)) return null
    throw new UserError(
      'BAD_INPUT', '--how, --mean, --factor, --steer-layer and --at say how something is changed; say what with --intervene, such as --intervene top:5.')
  }
  const [, said = '', list = ''] = /^([a-z]+):(.+)$/.exec(text) ?? []
  const word = interveneWordSchema.safeParse(said).data
  if (word === undefined)
    throw new UserError(
      'BAD_INPUT',
      `--intervene is ${JSON.stringify(text.slice(0, 60))}; expected ${Object.keys(interveneWords).map((each) => `${each}:…`).join(', ')}, such as top:5.`,
    )
  if (how !== undefined && word !== 'top' && word !== 'bottom')
    throw new UserError('BAD_INPUT', '--how says how chosen positions are taken out; it belongs to --intervene top:K and bottom:K.')
  if (word === 'steer') return { steer: await readSteer(list, steerLayer, factor ?? 1, sets), ...(at && { at }) }
  if (factor !== undefined || steerLayer !== undefined)
    throw new UserError('BAD_INPUT', '--factor and --steer-layer say how a direction is added; they belong to --intervene steer:….')
  return { ...(await takenOut(word, list, how, sets)), ...(at && { at }) }
}

async function takenOut(
  word: Exclude<keyof typeof interveneWords, 'steer'>, list: string, how: (typeof ways)[number] | undefined, sets: SetOpener,
): Promise<Intervene> {
  const flag = `--intervene ${word}`
  switch (word) {
    case 'top':
    case 'bottom':
      return { choose: { order: word, count: wholeNumber(flag, list, { least: 1 }), ...(how && { how }) } }
    case 'heads':
      return { heads: layerList(flag, list, 'heads').map(({ layer, index }) => ({ layer, head: index })) }
    case 'neurons':
      return { neurons: layerList(flag, list, 'neurons').map(({ layer, index }) => ({ layer, neuron: index })) }
    case 'modules':
      return { modules: moduleList(flag, list) }
    case 'remove':
    case 'mask':
      return { [word]: positionList(flag, list) }
    case 'features': {
      const features: NonNullable<Intervene['features']> = []
      for (const name of list.split(',')) features.push(await featureNamed(name, sets))
      return { features }
    }
    default:
      throw word satisfies never
  }
}

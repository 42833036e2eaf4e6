/**
 * The flags that say what is asked of a prompt. `attribute` and `ingest` share this table, so that both can ask the
 * same questions.
 */
import { type Command, Option, type OptionValues } from '@commander-js/extra-typings'
import { type NamedGroups, parseNamedGroups } from '../../src/depass/partition/groups-named.ts'
import { partitionKinds, partitionKindTable, type PartitionKind } from '../../src/depass/partition/kinds.ts'
import { modules } from '../../src/depass/partition/module.ts'
import { DEFAULT_FEATURES } from '../../src/depass/partition/feature.ts'
import { DEFAULT_TEMPERATURE, modes, rules } from '../../src/depass/rule.ts'
import { UserError } from '../../src/errors.ts'
import type { DatasetQuestion } from '../../ingest/run/options.ts'
import { featureNamed, type SetOpener } from '../feature-sets.ts'
import { decimal, layerOrAll, rangeList, wholeNumber, yesOrNo } from '../flags.ts'

const DEFAULT_KIND: PartitionKind = 'token'
const kindsWithWords = partitionKinds.map((kind) => `${kind} (${partitionKindTable[kind].description})`).join(', ')

/** `targets`: what may stand after --target, --minus and --sae, and what --target is by default. */
interface Targets {
  target: string
  minus: string
  sae?: string
}

/** `targets`: and what may stand after --answer. */
export function withQuestionOptions<A extends unknown[], O extends OptionValues, G extends OptionValues>(
  command: Command<A, O, G>, targets: Targets & { answer: string },
) {
  return withRuleOptions(withTargetOptions(withPartitionOptions(command, targets), targets).option('--answer <text>', targets.answer))
    .option('--decode <k>', 'also the k tokens that each component speaks for most', (text) => wholeNumber('--decode', text, { least: 1 }))
}

/** What the components are. */
export function withPartitionOptions<A extends unknown[], O extends OptionValues, G extends OptionValues>(
  command: Command<A, O, G>, { sae }: { sae?: string } = {},
) {
  return command
    .addOption(new Option('--by <what>', `what the components are: ${kindsWithWords}`).choices(partitionKinds).default(DEFAULT_KIND))
    .option('--groups <groups>', 'with --by group: words, sentences, roles (of a chat) or JSON (default: words)', groupsOf)
    .option('--layer <n|all>', 'where the split is made (default: the embedding; all layers for heads and modules)', layer)
    .option('--neurons <list>', 'with --by neuron: the neurons to split out, 1,2,5-9 (default: all of the layer)', neurons)
    .addOption(new Option('--module <name>', 'with --by module (default: attention)').choices(modules))
    .option('--basis <file>', 'with --by subspace: vectors that span it (.json, .npy, .safetensors), or probe:MODEL/NAME')
    .option('--sae <set...>', sae ?? 'with --by feature: the feature set, by its path or the id of an added one')
    .option('--features <n>', `with --by feature: how many of the strongest are split out; with --only, of the places where these fire (default: ${DEFAULT_FEATURES}; with --per feature all of --only)`, features)
    .option('--only <list>', `with --by feature: only these features, 1,2,5-9, at the ${DEFAULT_FEATURES} places where they fire most strongly (--features takes more)`, only)
    .addOption(new Option('--per <unit>', 'with --by feature: one component a position, or one a feature (default: position)').choices(units))
}

/** What is attributed, or looked at. */
export function withTargetOptions<A extends unknown[], O extends OptionValues, G extends OptionValues>(
  command: Command<A, O, G>, targets: Targets,
) {
  return command
    .option('--target <token>', targets.target)
    .option('--minus <token>', targets.minus)
    .option('--feature <set/number>', 'the pre-activation of a feature instead of a logit: demo/saes/2-res/320')
    .option('--direction <file>', 'the projection on a vector (.json, .npy, .safetensors, or probe:MODEL/NAME) instead of a logit')
    .option('--at-layer <n>', 'with --direction: the layer whose input is read (default: before the final norm)', atLayer)
    .option('--position <p>', 'where the target is read (default: the last token)', position)
}

/** How it is computed. */
export function withRuleOptions<A extends unknown[], O extends OptionValues, G extends OptionValues>(command: Command<A, O, G>) {
  return command
    .addOption(new Option('--mode <mode>', "the method as corrected, or as in the authors' code").choices(modes).default(modes[0]))
    .option(
      '--exclude-first <true|false>',
      'give the first token no share of MLPs (default: true where the tokenizer adds it, but for the rules linear-weighted and taylor)',
      (text) => yesOrNo('--exclude-first', text),
    )
    .addOption(new Option('--rule <rule>', 'how MLP outputs are shared').choices(rules).default(rules[0]))
    .option('--temperature <t>', `of the softmax rule (default: ${DEFAULT_TEMPERATURE})`, temperature)
}

/** What stands after --groups. */
export const groupsOf = (text: string): 'words' | 'sentences' | 'roles' | NamedGroups =>
  text === 'words' || text === 'sentences' || text === 'roles' ? text : parseNamedGroups(text)
const layer = (text: string) => layerOrAll('--layer', text)
const neurons = (text: string) => rangeList('--neurons', text)
const atLayer = (text: string) => wholeNumber('--at-layer', text, { least: 0 })
const features = (text: string) => wholeNumber('--features', text, { least: 1 })
const only = (text: string) => rangeList('--only', text)
const units = ['position', 'feature'] as const
const position = (text: string) => wholeNumber('--position', text)
const temperature = (text: string) => decimal('--temperature', text)

type None = Record<never, never>
type QuestionFlags = ReturnType<ReturnType<typeof withQuestionOptions<[], None, None>>['opts']>
type PartitionFlags = ReturnType<ReturnType<typeof withPartitionOptions<[], None, None>>['opts']>
type TargetFlags = ReturnType<ReturnType<typeof withTargetOptions<[], None, None>>['opts']>

function onlySet([set = '', ...more]: readonly string[]): string {
  if (more.length > 0) throw new UserError('BAD_INPUT', `--sae names ${more.length + 1} feature sets; a split has the features of one.`)
  return set
}

/** Turns the flags into a question and reads the files that they name. Errors are reported before a model is loaded. */
export async function readQuestionFlags(flags: QuestionFlags, sets: SetOpener): Promise<DatasetQuestion> {
  const { mode, excludeFirst, rule, temperature, decode, answer, ...rest } = flags
  return {
    ...(await readPartitionFlags(rest, sets)),
    ...(await readTargetFlags(rest, sets)),
    mode,
    rule,
    ...(answer !== undefined && { answer }),
    ...(excludeFirst !== undefined && { excludeFirst }),
    ...(temperature !== undefined && { temperature }),
    ...(decode !== undefined && { decode }),
  }
}

export async function readPartitionFlags(flags: PartitionFlags, sets: SetOpener) {
  const { by, groups, layer, neurons, module, basis, sae, features: count, only: named, per } = flags
  const chosen = named ?? count
  const spanned = basis === undefined ? null : await basisNamed(basis, sets)
  const splitAt = layer ?? spanned?.layer
  return {
    by,
    ...(groups !== undefined && { groups }),
    ...(splitAt !== undefined && { layer: splitAt }),
    ...(neurons !== undefined && { neurons }),
    ...(module !== undefined && { module }),
    ...(per !== undefined && { per }),
    ...(spanned && { basis: spanned.weights }),
    ...(sae !== undefined && { sae: await sets.source(onlySet(sae)) }),
    ...(chosen !== undefined && { features: chosen }),
    ...(named !== undefined && count !== undefined && { budget: count }),
  }
}

const PROBE = 'probe:'

/** A file, or a trained probe by its name. If no layer is given, a probe is split and read at its own layer. */
async function basisNamed(text: string, sets: SetOpener): Promise<{ weights: number[][]; layer?: number }> {
  if (text.startsWith(PROBE)) return sets.probe(text.slice(PROBE.length))
  const { readMatrix } = await import('../../ingest/vectors/read.ts')
  return { weights: await readMatrix(text) }
}

async function directionNamed(text: string, sets: SetOpener): Promise<{ vector: number[]; layer?: number }> {
  const { readVector } = await import('../../ingest/vectors/read.ts')
  if (!text.startsWith(PROBE)) return { vector: await readVector(text) }
  const { layer, weights: [vector = [], ...more] } = await sets.probe(text.slice(PROBE.length))
  if (more.length === 0) return { layer, vector }
  throw new UserError('BAD_INPUT', `${text} has ${more.length + 1} directions, one for each class; a direction is one. As a subspace it is --basis ${text}.`)
}

export async function readTargetFlags(flags: TargetFlags, sets: SetOpener) {
  const { target, minus, feature, direction, atLayer: readAt, position } = flags
  if (readAt !== undefined && direction === undefined)
    throw new UserError('BAD_INPUT', '--at-layer says where a direction is read; give one with --direction FILE.')
  const read = direction === undefined ? null : await directionNamed(direction, sets)
  return {
    ...(target !== undefined && { target }),
    ...(minus !== undefined && { minus }),
    ...(position !== undefined && { position }),
    ...(feature !== undefined && { feature: await featureNamed(feature, sets) }),
    ...(read && { direction: { layer: readAt ?? read.layer ?? null, vector: read.vector } }),
  }
}

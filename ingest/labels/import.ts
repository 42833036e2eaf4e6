/**
 * Imports labels into the database, as explanations of features. Files are read twice, so that broken lines are
 * reported before anything is stored. Labels are stored page by page, each only once, so an interrupted import can
 * simply be begun again.
 */
import { basename } from 'node:path'
import { UserError } from '../../src/errors.ts'
import {
  findFeatureSet,
  importExplanations,
  type FeatureSetRow,
  type NewExplanation,
  type Store,
} from '../../src/store/index.ts'
import { describeBroken, type BrokenRecord } from '../datasets/record.ts'
import { labelFiles } from './files.ts'
import { readLabels, type Label } from './read.ts'

export interface ImportLabels {
  /** A file, or a folder of them. */
  path: string
  /** The set that is labelled; null: the one that each line names. */
  set: FeatureSetRow | null
  /** The author for lines that name none; null: the file's name. */
  author: string | null
  skipBroken: boolean
  signal: AbortSignal
  onProgress(done: { file: number; files: number; labels: number }): void
}

export interface ImportedLabels {
  files: number
  read: number
  added: number
  /** Labels that were known before, and now have a score. */
  scored: number
  /** Lines without a description. */
  empty: number
  /** Lines of sources that are no added set, by source. */
  elsewhere: ReadonlyMap<string, number>
  broken: { count: number; shown: readonly string[] }
}

/** How many broken lines are reported one by one. */
const SHOWN = 5

export async function importLabels(store: Store, options: ImportLabels): Promise<ImportedLabels> {
  const files = await labelFiles(options.path)
  const sets = new SetsOfLines(store, options.set)
  const found = await inspect(files, sets, options)
  const { broken, elsewhere } = found
  if (broken.count > 0 && !options.skipBroken)
    throw new UserError(
      'BAD_DATASET',
      `${broken.count} lines cannot be used and nothing was taken: ${broken.shown[0]}; repair them, or take the others with --skip-broken.`,
    )
  if (found.labels === 0) throw new UserError('BAD_DATASET', nothingFound(options.path, elsewhere, found.empty))
  let [read, added, scored] = [0, 0, 0]
  for (const [at, file] of files.entries()) {
    for await (const page of readLabels(file)) {
      options.signal.throwIfAborted()
      for (const [setId, explanations] of await sets.grouped(page.labels, authorOf(options, file))) {
        const stored = await importExplanations(store, setId, explanations)
        read += explanations.length
        added += stored.added
        scored += stored.scored
      }
      options.onProgress({ file: at + 1, files: files.length, labels: read })
    }
  }
  return { files: files.length, read, added, scored, empty: found.empty, elsewhere, broken }
}

/** Without what only says how the file is written: explanations.jsonl.gz → explanations. */
const authorOf = ({ author }: ImportLabels, file: string): string =>
  author ??
  basename(file)
    .replace(/\.gz$/i, '')
    .replace(/(?<=.)\.[^.]*$/, '')
    .replace(/-?\d+$/, '')

async function inspect(files: readonly string[], sets: SetsOfLines, { signal }: ImportLabels) {
  const elsewhere = new Map<string, number>()
  const shown: string[] = []
  let [labels, empty, count] = [0, 0, 0]
  const tell = (file: string, broken: BrokenRecord) => {
    count += 1
    if (shown.length < SHOWN) shown.push(`${basename(file)}: ${describeBroken(broken)}`)
  }
  for (const file of files) {
    let line = 0
    for await (const page of readLabels(file)) {
      signal.throwIfAborted()
      empty += page.empty
      for (const broken of page.broken) tell(file, broken)
      for (const label of page.labels) {
        line += 1
        const set = await sets.of(label)
        if (set === null) {
          const name = `${label.model ?? '?'}/${label.source ?? '?'}`
          elsewhere.set(name, (elsewhere.get(name) ?? 0) + 1)
        } else if (label.index >= set.featureCount) {
          tell(file, {
            record: line,
            line: null,
            reason: `is of feature ${label.index}, and ${set.source} has the features 0 to ${set.featureCount - 1}`,
          })
        } else labels += 1
      }
    }
  }
  return { labels, empty, elsewhere, broken: { count, shown } }
}

function nothingFound(path: string, elsewhere: ReadonlyMap<string, number>, empty: number): string {
  const named = [...elsewhere.keys()].slice(0, SHOWN)
  if (named.includes('?/?')) return `The lines of ${path} do not name their set; name it with --sae.`
  if (named.length > 0)
    return `${path} has labels of ${named.join(', ')}, and no such set was added; add it, or name the set that is meant with --sae.`
  return `${path} has no labels${empty > 0 ? `: none of its ${empty} lines has a description` : ''}.`
}

/** Finds the set that a line belongs to. */
class SetsOfLines {
  readonly #store: Store
  readonly #only: FeatureSetRow | null
  /** What the lines call the only set. */
  #named: string | null = null
  readonly #known = new Map<string, Promise<FeatureSetRow | null>>()

  constructor(store: Store, only: FeatureSetRow | null) {
    this.#store = store
    this.#only = only
  }

  /** Null if the line belongs to a set that is not meant, or is not in the database. */
  async of({ model, source }: Label): Promise<FeatureSetRow | null> {
    if (this.#only === null) return source === null ? null : this.#find(model, source)
    if (source === null) return this.#only
    // A set may have another name here than in its labels. But a file of many sets also has labels of other sets.
    this.#named ??= source
    return source === this.#named || source === this.#only.source ? this.#only : null
  }

  async grouped(labels: readonly Label[], author: string): Promise<Map<number, NewExplanation[]>> {
    const groups = new Map<number, NewExplanation[]>()
    for (const label of labels) {
      const set = await this.of(label)
      if (set === null || label.index >= set.featureCount) continue
      const group = groups.get(set.id) ?? []
      groups.set(set.id, group)
      const { index, description, method, explainer, score, scoreMethod } = label
      group.push({ index, description, author: label.author ?? author, method, explainer, score, scoreMethod })
    }
    return groups
  }

  #find(model: string | null, source: string): Promise<FeatureSetRow | null> {
    const name = `${model ?? ''}/${source}`
    const known = this.#known.get(name) ?? this.#look(model, source)
    this.#known.set(name, known)
    return known
  }

  /**
   * A model may have another name here (gpt2 for gpt2-small). Then the source alone decides, if only one set has it.
   */
  async #look(model: string | null, source: string): Promise<FeatureSetRow | null> {
    const exact = model === null ? null : await findFeatureSet(this.#store, source, model)
    if (exact !== null) return exact.set
    const found = await this.#store.prisma.featureSet.findMany({ where: { source }, take: 2 })
    return found.length === 1 ? found[0]! : null
  }
}

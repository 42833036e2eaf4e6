/**
 * The vectors that a feature set is tried on. A plain pass over a few texts gives those of the sites that it reads and
 * writes, and, at the same positions, those of neighbouring sites, from which it may have been taken by mistake.
 */
import type { Passage } from '../../src/depass/passage.ts'
import type { Passes } from '../../src/depass/passes.ts'
import type { FeatureSet } from '../../src/features/feature-set.ts'
import type { SelfTestRows } from '../../src/features/self-test/self-test.ts'
import { neighbouringSites, sameSite, type Site } from '../../src/features/site.ts'
import { UserError } from '../../src/errors.ts'
import type { Tokenizer } from '../../src/tokenizer/tokenizer.ts'

/** Tokens that are tried. The figures of a set differ by a percent or two from one such sample to another. */
const ROWS = 512
/** The beginning of a text is enough. */
const LONGEST = 128
/** A few dozen rows cannot tell two readings apart. */
const FEWEST = 32

export interface RowsContext {
  passes: Passes
  tokenizer: Tokenizer
  texts: readonly string[]
  signal?: AbortSignal
}

/** Special tokens are left out, because in many models their vectors are a hundred times as long as all others. */
export async function collectRows(
  set: FeatureSet,
  { passes, tokenizer, texts, signal }: RowsContext,
): Promise<SelfTestRows> {
  const { L, parallelResidual } = passes.model.config
  const exists = (site: Site) => !(parallelResidual && site.name === 'resid_mid')
  const near = (site: Site) => neighbouringSites(site, L).filter(exists)
  const neighbours = near(set.site)
  const targetNeighbours = set.writes === null ? [] : near(set.writes)
  const sites = distinct([set.site, ...neighbours, ...(set.writes === null ? [] : [set.writes]), ...targetNeighbours])
  const passages = await passagesOf({ passes, tokenizer, texts }, sites)
  const results = await passes.run(passages, { ...(signal && { signal }) })
  const rowsAt = (site: Site): Float32Array => {
    const index = sites.findIndex((each) => sameSite(each, site))
    return concatenate(results.map(({ reads }) => reads[index]!.x))
  }
  const at = (site: Site) => ({ site, rows: rowsAt(site) })
  return {
    rows: rowsAt(set.site),
    neighbours: neighbours.map(at),
    ...(set.writes !== null && { targets: rowsAt(set.writes), targetNeighbours: targetNeighbours.map(at) }),
  }
}

function distinct(sites: readonly Site[]): Site[] {
  const found: Site[] = []
  for (const site of sites) if (!found.some((each) => sameSite(each, site))) found.push(site)
  return found
}

async function passagesOf({ passes, tokenizer, texts }: RowsContext, sites: readonly Site[]): Promise<Passage[]> {
  const longest = Math.min(LONGEST, passes.model.folder.identity.maxPositions)
  const passages: Passage[] = []
  let rows = 0
  for (const text of texts) {
    const tokens = (await tokenizer.encode(text)).slice(0, longest)
    const positions = [...tokens.keys()].filter((at) => tokens[at]!.start !== null).slice(0, ROWS - rows)
    if (positions.length === 0) continue
    const tokenIds = tokens.slice(0, positions.at(-1)! + 1).map(({ id }) => id)
    passages.push({ tokenIds, splits: [], reads: sites.map((site) => ({ site, positions })) })
    rows += positions.length
    if (rows >= ROWS) break
  }
  if (rows >= FEWEST) return passages
  throw new UserError(
    'BAD_DATASET',
    `The texts have ${rows} tokens; a feature set is tried on at least ${FEWEST}. Name a dataset with more text by --prompts.`,
  )
}

function concatenate(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

/** What commands take from the Hugging Face hub: a model's folder, a dataset's file, feature sets. */
import { join } from 'node:path'
import { selectDatasetFile } from '../ingest/datasets/hub-files.ts'
import { selectFeatureFiles } from '../ingest/features/hub-files.ts'
import { selectModelFiles } from '../ingest/models/hub-files.ts'
import { UserError } from '../src/errors.ts'
import { describeAddress, parseHubAddress, type HubAddress } from '../src/hub/address.ts'
import type { CliContext } from './context.ts'

/** The folder of `hf:org/name…` in the cache, with all that a model folder needs. */
export async function fetchModelFolder(text: string, context: CliContext): Promise<{ dir: string; name: string }> {
  const address = ofKind('model', text)
  const select = (paths: readonly string[]) => selectModelFiles(paths, address.path, describeAddress(address))
  const { dir } = await fetchSelected(address, select, context)
  return { dir: address.path === null ? dir : join(dir, address.path), name: lastName(address) }
}

/** The file of `hf:datasets/org/name…` in the cache, and what to call the dataset. */
export async function fetchDatasetFile(text: string, context: CliContext): Promise<{ path: string; title: string }> {
  const address = ofKind('dataset', text)
  const name = describeAddress({ ...address, path: null })
  const { dir, files } = await fetchSelected(
    address,
    (paths) => [selectDatasetFile(paths, address.path, name)],
    context,
  )
  return { path: join(dir, files[0] ?? ''), title: lastName({ ...address, path: null }) }
}

/** The folder or file of a feature set in the cache; with `all`, the folder that holds every set of the address. */
export async function fetchFeatureSets(text: string, all: boolean, context: CliContext): Promise<string> {
  const address = ofKind('model', text)
  let chosen = ''
  const select = (paths: readonly string[]) => {
    const { files, path } = selectFeatureFiles(paths, { path: address.path, all, name: describeAddress(address) })
    chosen = path
    return files
  }
  const { dir } = await fetchSelected(address, select, context)
  return join(dir, chosen)
}

function ofKind(kind: HubAddress['kind'], text: string): HubAddress {
  const address = parseHubAddress(text)
  if (address.kind === kind) return address
  const meant = describeAddress({ ...address, kind })
  throw new UserError('BAD_INPUT', `${text} is a ${address.kind} on the hub, and a ${kind} is wanted; is ${meant} meant?`)
}

const lastName = ({ repo, path }: HubAddress): string => (path ?? repo).split('/').at(-1) ?? repo

async function fetchSelected(
  address: HubAddress,
  select: (paths: readonly string[]) => readonly string[],
  context: CliContext,
) {
  const [{ fetchFromHub }, { readHubSettings }, { startDownloadProgress }] = await Promise.all([
    import('../src/hub/fetch.ts'),
    import('../src/hub/settings.ts'),
    import('./terminal/download-progress.ts'),
  ])
  const settings = await readHubSettings(context.environment)
  const progress = startDownloadProgress(describeAddress(address), {
    terminal: context.saysToTerminal ? process.stderr : null,
    say: (text) => context.say(text),
  })
  try {
    return await fetchFromHub(address, {
      settings,
      signal: context.signal,
      select,
      onProgress: (state) => progress.update(state),
      say: (sentence) => context.say(`${sentence}\n`),
    })
  } finally {
    progress.stop()
  }
}

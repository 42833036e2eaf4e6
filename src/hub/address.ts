/**
 * Addresses on the Hugging Face hub: `hf:org/name`, `hf:org/name@revision`, `hf:org/name/a/folder`, and
 * `hf:datasets/org/name…` for datasets. Names without an organisation (`hf:gpt2`) are from the hub's first years.
 */
import { UserError } from '../errors.ts'

export interface HubAddress {
  kind: 'model' | 'dataset'
  /** `org/name`, or `name`. */
  repo: string
  /** A branch, tag, commit or `refs/…`. */
  revision: string
  /** A file or folder in the repository; null for the whole repository. */
  path: string | null
}

const PREFIX = 'hf:'
const DATASETS = 'datasets/'
export const DEFAULT_REVISION = 'main'

export const isHubAddress = (text: string): boolean => text.startsWith(PREFIX)

/** The address as a user types it. */
export const describeAddress = ({ kind, repo, revision, path }: HubAddress): string =>
  PREFIX +
  (kind === 'dataset' ? DATASETS : '') +
  repo +
  (revision === DEFAULT_REVISION ? '' : `@${revision}`) +
  (path === null ? '' : `/${path}`)

/** A branch or tag has no slash here, except these names of the hub. */
const REVISION = /^@(refs\/(?:convert\/[\w-]+|pr\/\d+)|[^/@]+)/
const NAME = /^[A-Za-z0-9][\w.-]{0,95}$/

/**
 * Refuses (UserError) anything that cannot be a name on the hub, so that it never becomes part of an address or a
 * path.
 */
export function parseHubAddress(text: string): HubAddress {
  const kind = text.startsWith(PREFIX + DATASETS) ? 'dataset' : 'model'
  const rest = text.slice(kind === 'dataset' ? PREFIX.length + DATASETS.length : PREFIX.length)
  const [, repo = '', behind = ''] = /^([^/@]*(?:\/[^/@]+)?)(.*)$/s.exec(rest) ?? []
  const revision = REVISION.exec(behind)?.[1]
  const path = behind.slice(revision === undefined ? 0 : revision.length + 1)
  const names = repo.split('/')
  // `hf:org/` is incomplete.
  const isHalf = names.length === 1 && path !== ''
  if (
    isHalf ||
    !names.every((name) => NAME.test(name) && !/--|\.\./.test(name)) ||
    (path !== '' && !path.startsWith('/'))
  )
    throw new UserError('BAD_INPUT', `${JSON.stringify(text)} names nothing on the hub; expected ${FORM[kind]}.`)
  if (path !== '' && path !== '/') checkPath(path.slice(1), text)
  return {
    kind,
    repo,
    revision: revision ?? DEFAULT_REVISION,
    path: path === '' || path === '/' ? null : path.slice(1),
  }
}

const FORM = {
  model: 'hf:org/name, perhaps with @revision and /folder behind it',
  dataset: 'hf:datasets/org/name, perhaps with @revision and /file behind it',
} as const

/** Paths come from people and from servers, and become paths on this disk, so they are checked. */
export function isSafePath(path: string): boolean {
  const parts = path.split('/')
  const isPlain = (part: string) => part !== '' && part !== '.' && part !== '..' && !/[\\:\0]/.test(part)
  return path.length < 1024 && parts.every(isPlain)
}

function checkPath(path: string, text: string): void {
  if (isSafePath(path)) return
  throw new UserError(
    'BAD_INPUT',
    `${JSON.stringify(text)} leads out of its repository; expected a path inside it, without "..".`,
  )
}

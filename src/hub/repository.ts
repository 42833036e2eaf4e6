/** What the hub says about a repository: the commit of a revision, and the files of a commit. */
import { datasetInfo, listFiles, modelInfo } from '@huggingface/hub'
import { z } from 'zod'
import { UserError } from '../errors.ts'
import { describeAddress, isSafePath, type HubAddress } from './address.ts'
import { HubRefusal, HubUnreachable, type HubRequests } from './request.ts'

export interface HubFile {
  path: string
  bytes: number
  /**
   * Its name among the blobs, and the digest that its bytes are checked against: sha256 (64 digits) for large files,
   * git's sha1 (40 digits) for small ones.
   */
  etag: string
}

const commitSchema = z.object({ sha: z.string().regex(/^[0-9a-f]{40}$/) })

/** The current commit of the revision. */
export async function resolveCommit(address: HubAddress, requests: HubRequests): Promise<string> {
  const { settings, fetch } = requests
  const asked = {
    name: address.repo,
    revision: address.revision,
    additionalFields: ['sha' as const],
    hubUrl: settings.endpoint,
    fetch,
    ...(settings.token !== null && { accessToken: settings.token }),
  }
  return explaining(address, requests, async () => {
    const answer = address.kind === 'model' ? await modelInfo(asked) : await datasetInfo(asked)
    const found = commitSchema.safeParse(answer)
    if (found.success) return found.data.sha
    throw strange(address, 'no commit')
  })
}

const digest = z.string().regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/)
const fileSchema = z
  .object({
    type: z.literal('file'),
    path: z.string().refine(isSafePath),
    size: z.int().nonnegative(),
    oid: digest,
    lfs: z.object({ oid: digest, size: z.int().nonnegative() }).optional(),
  })
  .transform(({ path, size, oid, lfs }): HubFile => ({ path, bytes: lfs?.size ?? size, etag: lfs?.oid ?? oid }))

const MOST_FILES = 100_000

/** All files of a commit. Refuses (UserError) names that lead out of the repository, and invalid digests. */
export async function listHubFiles(address: HubAddress, commit: string, requests: HubRequests): Promise<HubFile[]> {
  const { settings, fetch } = requests
  return explaining(address, requests, async () => {
    const files: HubFile[] = []
    const entries = listFiles({
      repo: { type: address.kind, name: address.repo },
      revision: commit,
      recursive: true,
      hubUrl: settings.endpoint,
      fetch,
      ...(settings.token !== null && { accessToken: settings.token }),
    })
    for await (const entry of entries) {
      if (entry.type !== 'file') continue
      const file = fileSchema.safeParse(entry)
      if (!file.success)
        throw strange(address, `a file ${JSON.stringify(String(entry.path).slice(0, 100))} that cannot be`)
      files.push(file.data)
      if (files.length > MOST_FILES)
        throw new UserError('TOO_LARGE', `${describeAddress(address)} has more than ${MOST_FILES} files.`)
    }
    return files
  })
}

/** The address of a file's bytes. */
export function fileUrl({ kind, repo }: HubAddress, commit: string, path: string, endpoint: string): string {
  const inside = path.split('/').map(encodeURIComponent).join('/')
  return `${endpoint}/${kind === 'dataset' ? 'datasets/' : ''}${repo}/resolve/${commit}/${inside}`
}

/** Turns refusals of the hub into sentences that say what to do. Other errors are passed on. */
export async function explaining<T>(
  address: HubAddress,
  { settings }: HubRequests,
  action: () => Promise<T>,
): Promise<T> {
  try {
    return await action()
  } catch (error) {
    if (error instanceof HubRefusal) throw explain(error, address, settings.token !== null)
    // The connection was cut off in the middle of an answer.
    if (error instanceof TypeError && 'cause' in error)
      throw new HubUnreachable('it broke off in the middle of an answer', { cause: error })
    // The answer is not JSON, or not in the form that the library expects.
    if (error instanceof SyntaxError || error instanceof TypeError)
      throw strange(address, 'an answer that cannot be read', error)
    throw error
  }
}

const strange = (address: HubAddress, what: string, cause?: unknown) =>
  new UserError('BAD_INPUT', `The hub gave ${what} for ${describeAddress(address)}; is HF_ENDPOINT a hub?`, { cause })

function explain({ status, reason, hubMessage }: HubRefusal, address: HubAddress, hasToken: boolean): UserError {
  const name = describeAddress({ ...address, path: null })
  if (status === 401 || status === 403) {
    const isGated = reason === 'GatedRepo' || /gated|restricted|authorized list/i.test(hubMessage)
    const advice = isGated
      ? 'accept its terms on its page on the hub, and set HF_TOKEN to a token of yours'
      : hasToken
        ? 'is its name right, and may the token of HF_TOKEN read it?'
        : 'is its name right? If it is private, set HF_TOKEN to a token that may read it'
    const code = status === 401 ? 'UNAUTHENTICATED' : 'FORBIDDEN'
    return new UserError(code, `The hub does not give ${name} to ${hasToken ? 'this token' : 'everyone'}: ${advice}.`)
  }
  if (status === 404) {
    if (reason === 'RevisionNotFound' || /revision|invalid rev/i.test(hubMessage))
      return new UserError(
        'NOT_FOUND',
        `${describeAddress({ ...address, revision: 'main', path: null })} has no revision ` +
          `${JSON.stringify(address.revision)}; expected a branch, a tag or a commit.`,
      )
    return new UserError('NOT_FOUND', `There is no ${address.kind} ${name} on the hub; is its name right?`)
  }
  if (status === 429)
    return new UserError(
      'RATE_LIMITED',
      `The hub refuses more requests for now; try ${name} again in some minutes${hasToken ? '' : ', or set HF_TOKEN'}.`,
    )
  return new UserError(
    'BAD_INPUT',
    `The hub refuses ${name} (status ${status}${hubMessage === '' ? '' : `: ${hubMessage.slice(0, 200)}`}).`,
  )
}

/** What a broken or hostile feature set is refused with, and folders to break. */
import { cpSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { UserError, type UserErrorCode } from '../../src/errors.ts'
import { openFeatureSet, type OpenOptions } from '../../src/features/open.ts'
import { temporaryFolder } from '../model/safetensors-files.ts'
import { featuresFolder } from './fixtures.ts'

/** What a refusal says, in one sentence. */
export async function refusal(path: string, options?: OpenOptions): Promise<{ code: UserErrorCode; message: string }> {
  const error: unknown = await openFeatureSet(path, options).then(
    () => null,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof UserError)) throw new Error(`${path} was not refused with a UserError`, { cause: error })
  expect(error.message).toMatch(/^\S[^\n]*\.$/)
  return { code: error.code, message: error.message }
}

export const expectRefusal = async (path: string, code: UserErrorCode, message: RegExp | string, options?: OpenOptions) => {
  const found = await refusal(path, options)
  expect(found.message).toMatch(message)
  expect(found.code).toBe(code)
}

/** A copy of a fixture's folder, to break. */
export function copyOf(name: string): string {
  const copy = join(temporaryFolder(), name)
  cpSync(join(featuresFolder, name), copy, { recursive: true })
  return copy
}

export function folderWith(files: Record<string, string | Uint8Array>): string {
  const dir = temporaryFolder()
  for (const [name, content] of Object.entries(files)) writeFileSync(join(dir, name), content)
  return dir
}

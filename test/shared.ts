/**
 * Real models, reference values and benchmark files that are too large for this repository. They lie in `../shared`
 * beside the checkout, or where TRIBUTARY_SHARED says; without them the tests that need them are skipped.
 */
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'

const root = resolve(process.env.TRIBUTARY_SHARED ?? join(import.meta.dirname, '../../shared'))

export const sharedPath = (...parts: string[]): string => join(root, ...parts)
export const hasShared = existsSync(root)
export const reason = `${root} is absent (set TRIBUTARY_SHARED to the folder that holds the shared models and data)`

import { expect, it } from 'vitest'
import { keysNote } from '../../../cli/actions/start/keys-note.ts'

it('says what needs an API key, and nothing where nothing does', () => {
  expect(keysNote({ needsKeys: false }, { publicReads: true })).toBeNull()
  expect(keysNote({ needsKeys: false }, { publicReads: false })).toBeNull()
  expect(keysNote({ needsKeys: true }, { publicReads: true })).toBe(
    'Computing and writing need an API key: tributary key create.',
  )
  expect(keysNote({ needsKeys: true }, { publicReads: false })).toBe(
    'Reading, computing and writing need an API key: tributary key create.',
  )
})

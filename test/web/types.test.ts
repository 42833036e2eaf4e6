/** The types of the explorer's queries are those of the schema as it is. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { generateTypes } from '../../web/make-types.ts'

it('the generated types are up to date (else run: npm run web:types)', async () => {
  const file = join(import.meta.dirname, '../../web/src/api/generated.ts')
  expect(readFileSync(file, 'utf8')).toBe(await generateTypes())
})

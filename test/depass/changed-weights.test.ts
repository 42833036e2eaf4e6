import { cpSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { attributeRequests } from '../../src/attribution/attributor.ts'
import { openAttributor } from '../../src/attribution/open.ts'
import { request } from '../invariants/requests.ts'

it('weights that are written over while a model is open are refused, not taken for the old ones', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'tributary-changed-'))
  cpSync(join(import.meta.dirname, '../fixtures/models/qwen2-random'), dir, { recursive: true })
  const attributor = await openAttributor(dir, { threads: 1, foldingPaysAfter: Infinity })
  try {
    const asked = request({ partition: { by: 'token' } })
    const [before] = await attributeRequests(attributor, [asked])
    expect(before!.completenessError).toBeLessThan(1e-5)
    const file = join(dir, 'model.safetensors')
    writeFileSync(file, readFileSync(file))
    utimesSync(file, new Date(), new Date(Date.now() + 5_000))
    await expect(attributeRequests(attributor, [asked])).rejects.toMatchObject({
      code: 'BAD_MODEL', message: expect.stringContaining('were written since they were opened'),
    })
  } finally {
    await attributor.close()
    rmSync(dir, { recursive: true })
  }
})

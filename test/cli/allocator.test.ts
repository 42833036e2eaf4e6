import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { allocatorVariables, hasGlibc, withoutAllocatorVariables } from '../../cli/allocator.mjs'

const glibc = () => true
const OURS = {
  MALLOC_MMAP_THRESHOLD_: '1073741824', MALLOC_TRIM_THRESHOLD_: '8589934592', GLIBC_TUNABLES: 'glibc.malloc.hugetlb=1',
}

describe('the settings of the C allocator', () => {
  it('are given to a process that computes, beside other tunables that are set', () => {
    expect(allocatorVariables({}, glibc)).toEqual(OURS)
    expect(allocatorVariables({ GLIBC_TUNABLES: 'glibc.rtld.nns=8' }, glibc))
      .toEqual({ ...OURS, GLIBC_TUNABLES: 'glibc.rtld.nns=8:glibc.malloc.hugetlb=1' })
  })

  it.each([
    ['TRIBUTARY_ALLOCATOR', 'system'],
    ['MALLOC_MMAP_THRESHOLD_', '131072'],
    ['MALLOC_TRIM_THRESHOLD_', '131072'],
    ['MALLOC_MMAP_MAX_', '0'],
    ['MALLOC_TOP_PAD_', '1'],
    ['GLIBC_TUNABLES', 'glibc.malloc.arena_max=2'],
  ])('are left alone with %s=%s', (name, value) => {
    expect(allocatorVariables({ [name]: value }, glibc)).toBeNull()
  })

  it('are not given twice, nor where the C library is another', () => {
    expect(allocatorVariables(OURS, glibc)).toBeNull()
    expect(allocatorVariables({}, () => false)).toBeNull()
  })

  it('do not reach what the process itself starts', () => {
    const environment: Record<string, string | undefined> = { ...OURS, PATH: '/bin', GLIBC_TUNABLES: 'glibc.rtld.nns=8:glibc.malloc.hugetlb=1' }
    withoutAllocatorVariables(environment)
    expect(environment).toEqual({ PATH: '/bin', GLIBC_TUNABLES: 'glibc.rtld.nns=8' })
    const theirs = { MALLOC_MMAP_THRESHOLD_: '131072', MALLOC_TRIM_THRESHOLD_: '131072' }
    const untouched = { ...theirs }
    withoutAllocatorVariables(untouched)
    expect(untouched).toEqual(theirs)
  })

  const faults = (environment: Record<string, string>) => {
    const script = 'const c = () => process.resourceUsage().minorPageFault; require("zlib").gzipSync(Buffer.alloc(1));' +
      'const b = c(); for (let i = 0; i < 20; i++) Buffer.alloc(64 << 20).fill(1); global.gc(); console.log(c() - b)'
    const { stdout } = spawnSync(process.execPath, ['--expose-gc', '-e', script], { env: { PATH: process.env.PATH, ...environment }, encoding: 'utf8' })
    return Number(stdout)
  }
  it.skipIf(!hasGlibc())('spare a process most page faults of large blocks (skipped where there is no glibc)', () => {
    expect(faults(allocatorVariables({}, glibc)!)).toBeLessThan(faults({}) / 2)
  })
})

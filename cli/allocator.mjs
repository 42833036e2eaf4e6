/**
 * How the C library of a process that computes keeps memory. glibc maps every block over 32 MiB anew and gives it back when
 * it is freed, so that each call of an engine has the system clear its pages again: hundreds of thousands of faults a
 * pass. It reads its settings once, before a program starts, so they can only be given to a process by its parent.
 *
 * Plain JavaScript, since bin/tributary.mjs needs it before TypeScript can be read.
 */

/** Blocks up to 1 GiB are kept on the heap, of which 8 GiB may lie free before the system gets some back. */
const VARIABLES = { MALLOC_MMAP_THRESHOLD_: String(2 ** 30), MALLOC_TRIM_THRESHOLD_: String(2 ** 33) }

/** The heap asks for pages of 2 MiB, where the system gives them to those who ask ("madvise"). */
const TUNABLE = 'glibc.malloc.hugetlb=1'

/** Whoever has set one of these knows better. */
const OTHERS = ['MALLOC_MMAP_THRESHOLD_', 'MALLOC_TRIM_THRESHOLD_', 'MALLOC_MMAP_MAX_', 'MALLOC_TOP_PAD_']

/** Whether this is Linux with glibc: musl and the allocators of other systems have no such settings. */
export function hasGlibc() {
  if (process.platform !== 'linux') return false
  // Looking for the network's interfaces would take longer than everything else in the report.
  process.report.excludeNetwork = true
  return typeof process.report.getReport().header?.glibcVersionRuntime === 'string'
}

/** The variables that a process which computes should be started with besides; null where nothing is to be done. */
export function allocatorVariables(environment, onGlibc = hasGlibc) {
  if (environment.TRIBUTARY_ALLOCATOR === 'system' || !onGlibc()) return null
  const tunables = (environment.GLIBC_TUNABLES ?? '').split(':').filter((each) => each !== '')
  if (OTHERS.some((name) => environment[name]) || tunables.some((each) => each.startsWith('glibc.malloc.'))) return null
  return { ...VARIABLES, GLIBC_TUNABLES: [...tunables, TUNABLE].join(':') }
}

/**
 * Takes the variables out of an environment where they are as `allocatorVariables` gives them: they have done their work
 * in this process, and a database that it starts must not keep memory in the same way.
 */
export function withoutAllocatorVariables(environment) {
  if (Object.entries(VARIABLES).some(([name, value]) => environment[name] !== value)) return
  for (const name of Object.keys(VARIABLES)) delete environment[name]
  const others = (environment.GLIBC_TUNABLES ?? '').split(':').filter((each) => each !== '' && each !== TUNABLE)
  if (others.length === 0) delete environment.GLIBC_TUNABLES
  else environment.GLIBC_TUNABLES = others.join(':')
}

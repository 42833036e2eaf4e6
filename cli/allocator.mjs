/**
 * How the C library of a process that computes keeps memory. By default glibc maps every block over 32 MiB anew and
 * gives it back when it is freed. Each call of an engine then makes the system clear its pages again: hundreds of
 * thousands of page faults a pass. glibc reads its settings once, before a program starts, so only a parent can give
 * them to a process.
 *
 * Plain JavaScript, since bin/tributary.mjs needs it before TypeScript can be read.
 */

/** Blocks up to 1 GiB are kept on the heap, of which 8 GiB may lie free before the system gets some back. */
const VARIABLES = { MALLOC_MMAP_THRESHOLD_: String(2 ** 30), MALLOC_TRIM_THRESHOLD_: String(2 ** 33) }

/** The heap asks for pages of 2 MiB, where the system gives them to those who ask ("madvise"). */
const TUNABLE = 'glibc.malloc.hugetlb=1'

/** If one of these is set already, the user's setting is kept. */
const OTHERS = ['MALLOC_MMAP_THRESHOLD_', 'MALLOC_TRIM_THRESHOLD_', 'MALLOC_MMAP_MAX_', 'MALLOC_TOP_PAD_']

/** Whether this is Linux with glibc: musl and the allocators of other systems have no such settings. */
export function hasGlibc() {
  if (process.platform !== 'linux') return false
  // Looking for the network's interfaces would take longer than everything else in the report.
  process.report.excludeNetwork = true
  return typeof process.report.getReport().header?.glibcVersionRuntime === 'string'
}

/** The variables to add to the environment of a process that computes; null if nothing is to be added. */
export function allocatorVariables(environment, onGlibc = hasGlibc) {
  if (environment.TRIBUTARY_ALLOCATOR === 'system' || !onGlibc()) return null
  const tunables = (environment.GLIBC_TUNABLES ?? '').split(':').filter((each) => each !== '')
  if (OTHERS.some((name) => environment[name]) || tunables.some((each) => each.startsWith('glibc.malloc.'))) return null
  return { ...VARIABLES, GLIBC_TUNABLES: [...tunables, TUNABLE].join(':') }
}

/**
 * Removes the variables that `allocatorVariables` gave from an environment. They have taken effect in this process, and
 * a database that it starts must not keep memory in the same way.
 */
export function withoutAllocatorVariables(environment) {
  if (Object.entries(VARIABLES).some(([name, value]) => environment[name] !== value)) return
  for (const name of Object.keys(VARIABLES)) delete environment[name]
  const others = (environment.GLIBC_TUNABLES ?? '').split(':').filter((each) => each !== '' && each !== TUNABLE)
  if (others.length === 0) delete environment.GLIBC_TUNABLES
  else environment.GLIBC_TUNABLES = others.join(':')
}

/**
 * The WebAssembly backend does not check what its allocator returns. Out of memory (4 GiB at most), it goes on at
 * address 0 and overwrites itself. So the allocator is made to throw instead.
 */
interface Allocator {
  _malloc(bytes: number): number
}

export function guardAllocations(backend: object): void {
  const memory = 'wasm' in backend ? backend.wasm : null
  if (!hasAllocator(memory) || guarded.has(memory)) return
  guarded.add(memory)
  const allocate = memory._malloc.bind(memory)
  memory._malloc = (bytes) => {
    const address = allocate(bytes)
    if (address === 0 && bytes > 0) {
      throw new Error(`out of memory: ${bytes} bytes more do not fit into the 4 GiB that WebAssembly can have`)
    }
    return address
  }
}

const guarded = new WeakSet<Allocator>()

const hasAllocator = (memory: unknown): memory is Allocator =>
  typeof memory === 'object' && memory !== null && '_malloc' in memory && typeof memory._malloc === 'function'

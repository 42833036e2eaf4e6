/** A connection that a key has opened may stay for days. So the key is looked up again from time to time. */

/** Calls `ended` once, when `holds` says no. Returns a function that stops the watching. */
export function watchKey(holds: () => Promise<boolean>, intervalMs: number, ended: () => void): () => void {
  let stopped = false
  let timer = setTimeout(look, intervalMs)
  async function look() {
    // While the database does not answer, the key counts as good: nobody knows better, and there is nothing to follow.
    const good = await holds().catch(() => true)
    if (stopped) return
    if (good) timer = setTimeout(look, intervalMs)
    else ended()
  }
  return () => {
    stopped = true
    clearTimeout(timer)
  }
}

/** A key opens a connection once, and the connection may stay for days: whether the key is still good is asked again. */

/** Calls `ended` once, when `holds` says no. Gives what stops it. */
export function watchKey(holds: () => Promise<boolean>, intervalMs: number, ended: () => void): () => void {
  let stopped = false
  let timer = setTimeout(look, intervalMs)
  async function look() {
    // While the database does not answer, nobody knows; and there is nothing to be followed then.
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

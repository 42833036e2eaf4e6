/** Streams of events that a subscriber can leave at any moment, and whose errors are the field's own. */

/**
 * An error that is thrown between two events would end the whole connection. As an event it belongs to this field
 * alone.
 */
export type Event<T> = { value: T } | { failure: unknown }

async function* withFailure<T>(values: AsyncIterable<T>): AsyncGenerator<Event<T>> {
  try {
    for await (const value of values) yield { value }
  } catch (failure) {
    yield { failure }
  }
}

/**
 * A waiting generator handles `return` only when it yields again. So a subscriber that leaves has to wake it, or it
 * would wait on.
 */
export function leavable<T>(follow: (signal: AbortSignal) => AsyncIterable<T>, signal: AbortSignal): AsyncIterableIterator<Event<T>> {
  const left = new AbortController()
  const events = withFailure(follow(AbortSignal.any([signal, left.signal])))
  const leave = () => {
    left.abort()
    return events.return(undefined)
  }
  return { next: () => events.next(), return: leave, throw: leave, [Symbol.asyncIterator]() { return this } }
}

export function valueOf<T>(event: Event<T>): T {
  if ('failure' in event) throw event.failure
  return event.value
}

/** What one request may cost. Every refusal names its cost and the limit it was over. */
export interface ServerLimits {
  /** Nesting of selections. A connection takes three levels (field, edges, node), so five nouns deep is about 18. */
  depth: number
  /** Rows and computations a query may ask for (each field states its own in `schema/`), counted before it runs. */
  cost: number
  /** Tokens (words and signs) of the query document; keeps the parser's work small. */
  documentTokens: number
  bodyBytes: number
  /** A graph's file that is uploaded, unpacked. */
  graphFileBytes: number
  /** Longest a request may take in all, waiting for attributions included. */
  requestTimeoutMs: number
  /** Longest that one SQL statement of a request may take. */
  statementTimeoutMs: number
  /** Longest that the headers and body of a request may take to arrive. */
  receiveTimeoutMs: number
  /** Per API key, or per address without one, once keys are needed at all; counted by each server process. */
  requestsPerMinute: number
  /** The same for the sum of costs. */
  costPerMinute: number
  /** The same for requests under way at once; one that waits for an attribution is under way. */
  concurrentRequests: number
  /**
   * How often the key of an open WebSocket is looked up again. The socket is closed at most this long after the key
   * ended.
   */
  keyCheckMs: number
}

export const DEFAULT_LIMITS: ServerLimits = {
  depth: 20,
  cost: 20_000,
  documentTokens: 5_000,
  bodyBytes: 1024 * 1024,
  graphFileBytes: 64 * 1024 * 1024,
  requestTimeoutMs: 150_000,
  statementTimeoutMs: 20_000,
  receiveTimeoutMs: 30_000,
  requestsPerMinute: 600,
  costPerMinute: 200_000,
  concurrentRequests: 16,
  keyCheckMs: 10_000,
}

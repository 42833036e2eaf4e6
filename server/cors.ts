/** Which other sites' pages may ask this server from a browser. None may, unless the settings name them. */
import cors from 'cors'
import type { RequestHandler } from 'express'

const DAY_SECONDS = 86_400

export const crossOrigin = (allowedOrigins: readonly string[]): RequestHandler =>
  cors({
    origin: [...allowedOrigins],
    methods: ['GET', 'POST'],
    allowedHeaders: [
      'content-type',
      'authorization',
      'x-api-key',
      'x-request-id',
      // Headers of Apollo's clients: who they are, and that a preflight was made.
      'apollo-require-preflight',
      'x-apollo-operation-name',
      'apollographql-client-name',
      'apollographql-client-version',
    ],
    exposedHeaders: ['x-request-id', 'retry-after'],
    // Callers send their keys themselves; the server uses no cookies.
    credentials: false,
    maxAge: DAY_SECONDS,
  })

/** Which other sites' pages may ask this server from a browser: none, unless the settings name them. */
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
      // What Apollo's clients send along: who they are, and that a preflight was made.
      'apollo-require-preflight',
      'x-apollo-operation-name',
      'apollographql-client-name',
      'apollographql-client-version',
    ],
    exposedHeaders: ['x-request-id', 'retry-after'],
    // Keys are sent by those who hold them; nothing here rests on cookies.
    credentials: false,
    maxAge: DAY_SECONDS,
  })

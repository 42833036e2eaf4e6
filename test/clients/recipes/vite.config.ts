import { defineConfig } from 'vite'

export default defineConfig({
  server: {
    proxy: {
      // `ws` for subscriptions. No `changeOrigin`: the server compares a page's origin with the name it is called by.
      '/graphql': { target: 'http://127.0.0.1:4000', ws: true },
    },
  },
})

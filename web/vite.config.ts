import { defineConfig } from 'vite'

export default defineConfig({
  root: import.meta.dirname,
  // The queries of schema/examples are shown beside the query page.
  server: {
    fs: { allow: ['..'] },
    // `npm run web:dev` beside `npm start`. No `changeOrigin`: the server compares a page's origin with its own name.
    proxy: { '/graphql': { target: 'http://127.0.0.1:4000', ws: true } },
  },
  build: {
    target: 'es2022',
    // What is inlined as data: would need a wider content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: ['index.html', 'query.html'].map((name) => `${import.meta.dirname}/${name}`),
      // Of packages that also run on servers, which this one does not.
      onLog: (level, log, handle) => log.code === 'MODULE_LEVEL_DIRECTIVE' || handle(level, log),
    },
    chunkSizeWarningLimit: 1500,
  },
})

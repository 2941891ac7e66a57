// Builds the operator console and the hosted end-user pages: two pages, one folder of hashed assets.
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

const root = fileURLToPath(new URL('../src/main/console', import.meta.url));
const outDir = fileURLToPath(new URL('../dist/console', import.meta.url));
const server = process.env.AQUIFER_BASE_URL ?? 'http://localhost:8080';

/** Keeps the browser from painting an empty page in the wrong colours before our script has run. */
function holdFirstPaint(): Plugin {
  return {
    name: 'hold-first-paint',
    transformIndexHtml: {
      order: 'post',
      handler: (html) => html.replace('<script type="module"', '<script type="module" blocking="render"'),
    },
  };
}

export default defineConfig({
  root,
  base: '/console/',
  plugins: [react(), holdFirstPaint()],
  build: {
    outDir,
    emptyOutDir: true,
    assetsDir: 'assets',
    // An inlined asset would be a data: address, which the content security policy has no reason to allow.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'es2022',
    // What the first operator waits for is the console's core, which is one file on purpose.
    chunkSizeWarningLimit: 700,
    rolldownOptions: {
      // Both pages share React; a name of its own tells it from our code in the network list.
      output: {
        codeSplitting: { groups: [{ name: 'react', test: /node_modules[\\/](react|react-dom|scheduler)[\\/]/ }] },
      },
      input: { console: `${root}/index.html`, hosted: `${root}/hosted.html` },
    },
  },
  server: { proxy: { '/v1': { target: server, changeOrigin: true } } },
});

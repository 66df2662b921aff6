/** Builds the screens and the operator's pages as plain files: no inline script or style, no data: fonts, so that the strict policy holds. */
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

/** Chromium reads woff2; the older twin of every font file would only double the package. */
function woff2Only(): Plugin {
  return {
    name: 'amur:woff2-only',
    enforce: 'pre',
    transform(code, id) {
      if (!id.includes('@fontsource') || !id.endsWith('.css')) return null;
      return { code: code.replaceAll(/,\s*url\([^)]*\.woff\)\s*format\('woff'\)/g, ''), map: null };
    },
  };
}

export default defineConfig({
  root: import.meta.dirname,
  base: './',
  plugins: [react(), woff2Only()],
  build: {
    outDir: '../dist/renderer',
    emptyOutDir: true,
    target: 'chrome148',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: {
        cashier: `${import.meta.dirname}/cashier/index.html`,
        console: `${import.meta.dirname}/console/index.html`,
        customer: `${import.meta.dirname}/customer/index.html`,
      },
    },
  },
});

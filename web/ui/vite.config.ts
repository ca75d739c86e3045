import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

// One project, one page for each kind of reader; what they share is loaded once.
export default defineConfig({
  plugins: [react()],
  build: {
    target: 'es2021',
    manifest: true,
    emptyOutDir: false, // scripts/clean.mjs does, and leaves what git keeps
    assetsInlineLimit: 0, // the policy of the pages allows no data: scripts or fonts
    chunkSizeWarningLimit: 1500, // scripts/pack.mjs holds the budgets
    rollupOptions: { input: ['signin.html', 'desk.html', 'console.html'] },
  },
  server: { proxy: { '/api': { target: 'http://127.0.0.1:8080', ws: true } } },
});

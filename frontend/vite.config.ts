import tailwindcss from "@tailwindcss/vite";
import { defineConfig } from "vite";
import { compress } from "./compress.mjs";

export default defineConfig({
  plugins: [tailwindcss(), compress()],
  publicDir: false,
  base: "./", // chunks find each other wherever Django serves them from
  build: {
    outDir: "../colonnade/static/dist",
    emptyOutDir: true,
    manifest: "manifest.json",
    target: ["chrome119", "firefox128", "safari16.4"], // the first with relative colours, which the themes use
    chunkSizeWarningLimit: 900, // kB: hls.js makes the player as large as it is, and only lectures load it
    assetsInlineLimit: 0, // a data: font or icon would be downloaded with the style sheet, used or not
    rollupOptions: {
      input: ["src/main.ts"],
      output: {
        entryFileNames: "[name]-[hash].js",
        chunkFileNames: "[name]-[hash].js",
        assetFileNames: "[name]-[hash][extname]",
      },
    },
  },
});

// The worker of MapLibre as an address: it is served as a file of its own.
declare module 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url' {
  const url: string
  export default url
}
declare module 'maplibre-gl/dist/maplibre-gl.css'

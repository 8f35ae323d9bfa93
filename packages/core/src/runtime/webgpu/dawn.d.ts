// What Incipit uses of the npm package `webgpu`, whose own types would bring those of WebGPU a second time.
declare module 'webgpu' {
  /**
   * @param options of Dawn, `name=value`.
   * @returns what `navigator.gpu` is in a page.
   */
  export function create(options: readonly string[]): object;
}

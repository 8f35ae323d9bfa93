// The GPU of the tests: SwiftShader, Vulkan on the CPU, which comes with Chromium. Built-ins only.
import { existsSync, realpathSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import process from 'node:process';

const DRIVER = 'vk_swiftshader_icd.json';
const LOADER = 'libvulkan.so.1';
/** Distributions start Chromium by a script that lies elsewhere. */
const PLACES = ['/usr/lib/chromium', '/usr/lib/chromium-browser', '/opt/google/chrome'];

/**
 * What lets Dawn find SwiftShader, for a process that is yet to start: none where a driver is named already.
 *
 * @param {string} chromium path of the browser; empty when there is none
 * @param {NodeJS.ProcessEnv} env
 * @param {NodeJS.Platform} platform
 * @returns {Record<string, string>}
 */
export function softwareGpuEnv(chromium, env = process.env, platform = process.platform) {
  if (platform !== 'linux' || chromium === '' || env.VK_ICD_FILENAMES || env.VK_DRIVER_FILES) return {};
  const folder = [dirname(realpathSync(chromium)), ...PLACES].find(
    (place) => existsSync(join(place, DRIVER)) && existsSync(join(place, LOADER)),
  );
  if (folder === undefined) return {};
  return {
    VK_ICD_FILENAMES: join(folder, DRIVER),
    LD_LIBRARY_PATH: [folder, env.LD_LIBRARY_PATH].filter(Boolean).join(delimiter),
  };
}

import type { DType } from './dtype.js';
import type { Law } from './law.js';
import type { Shape } from './shape.js';

/**
 * What one axis of a parameter means. Fans are computed from these names, never from rank alone.
 *
 * - `in`, `out`: units fed from and to; of a grouped kernel, the extent inside one group on the side that is divided.
 * - `spatial`: receptive field.
 * - `multiplier`: outputs for each input of a depthwise kernel, whose input axis is `channel`.
 * - `channel`: independent channels, each with its own filter.
 * - `vocabulary`, `embedding`: rows and columns of a look-up table.
 * - `elementwise`: no units are mixed (gains, biases, PReLU slopes).
 */
export type Axis = 'in' | 'out' | 'spatial' | 'multiplier' | 'channel' | 'vocabulary' | 'embedding' | 'elementwise';

/** Equal parts that a framework fuses along one axis: gates of an LSTM, q/k/v of attention. */
export interface Slices {
  readonly axis: number;
  readonly names: readonly string[];
}

/** One parameter or buffer of a model, as an adapter describes it. */
export interface ParameterSpec {
  /** Dotted path from the root, `layer1.0.conv1.weight`; a dot inside a segment is `\.`. */
  readonly path: string;
  /** `weight` and `bias` are what rules set; others (`running_mean`) only checkpoints and fallbacks reach. */
  readonly role: string;
  /** The framework's own name of it, the last segment of the path: `kernel`, `gamma`. */
  readonly nativeName: string;
  readonly shape: Shape;
  readonly dtype: DType;
  readonly trainable: boolean;
  /** One name an axis; absent when the framework does not say. */
  readonly axes?: readonly Axis[];
  /** Groups of a grouped convolution; 1 when absent. */
  readonly groups?: number;
  /** Which extent is already the one inside a group: `in` for convolutions (default), `out` for torch's transposed ones. */
  readonly groupedSide?: 'in' | 'out';
  readonly slices?: Slices;
  /** What the layer itself asks for; used for parameters that no rule touches, when the model is fresh. */
  readonly fallback?: { readonly law: Law; readonly source: string };
  /** Other paths under which the same storage appears (tied weights). */
  readonly aliases?: readonly string[];
}

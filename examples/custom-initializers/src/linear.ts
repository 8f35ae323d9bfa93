import { Module, Parameter } from '@incipit/core';

/** A layer to try initializers on: weight [outputs, inputs] and a bias. */
export class Linear extends Module {
  static override readonly className: string = 'Linear';
  readonly weight: Parameter;
  readonly bias: Parameter;

  constructor(inputs: number, outputs: number) {
    super();
    this.weight = new Parameter([outputs, inputs], { axes: ['out', 'in'] });
    this.bias = new Parameter([outputs], { axes: ['elementwise'] });
  }
}

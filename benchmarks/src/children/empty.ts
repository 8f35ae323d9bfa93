// A Node process that does nothing: what starting one costs.
export {};
